"""What Python or a library says of a file -> what a person is told.

What comes in is the exception; what goes out is the end of a sentence: "FILE cannot be read: there
is no such file". Who raises the error adds the file and what to type next.
"""

from __future__ import annotations

import csv
import errno
import json
import re
import tomllib

_SYSTEM = {
    errno.ENOENT: "there is no such file or folder",
    errno.EACCES: "you may not open it (its permissions)",
    errno.EPERM: "you may not open it (its permissions)",
    errno.EISDIR: "it is a folder",
    errno.ENOTDIR: "a part of its path is a file, not a folder",
    errno.EEXIST: "a file of that name is there",
    errno.ENAMETOOLONG: "its name is too long",
    errno.ELOOP: "it is a link that leads to itself",
    errno.ENOSPC: "the disk is full",
    errno.EROFS: "the disk can only be read",
    errno.EIO: "the disk reports an error",
    errno.ESTALE: "its network drive does not know it any more",
    errno.ENOTCONN: "its drive is not connected any more",
}
# How the messages of `json` and `tomllib` begin.
_JSON = {
    "Expecting value": "a value is missing, or is none (a text needs double quotes)",
    "Expecting property name": "a name in double quotes is missing",
    "Expecting ',' delimiter": "a comma or a closing bracket is missing",
    "Expecting ':' delimiter": "a colon is missing after a name",
    "Illegal trailing comma": "there is a comma before a closing bracket",
    "Extra data": "something stands after its end",
    "Unterminated string": "a text is not closed with a double quote",
    "Invalid control character": "there is a line break or tab inside a text",
    "Invalid \\": "a backslash stands before a character that needs none",
}
_TOML = {
    "Invalid value": "what stands there is no value (a text needs double quotes)",
    "Expected '=' after a key": "a name needs = and a value after it",
    "Cannot overwrite a value": "the name stands there twice",
    "Cannot declare": "the table stands there twice",
    "Unterminated string": "a text is not closed with a double quote",
    "Illegal character": "there is a line break or a control character inside a text",
    "Expected newline or end of document": "something stands after the value",
    "Invalid statement": "the line begins neither with a name nor with a [table]",
    "Unclosed array": "a list is not closed with ]",
}
_CSV = {
    "line contains NUL": "it holds a character that no text has",
    "field larger": "a cell is too long; is a double quote left open?",
    "unexpected end of data": "a double quote is left open",
    "'": "something stands after a closing double quote, where the cell should end",
}


def reason(error: Exception) -> str:
    """Why a file could not be read, written or understood, in words.

    >>> reason(FileNotFoundError(2, "No such file or directory", "gold.jsonl"))
    'there is no such file or folder'
    >>> reason(KeyError("claims"))
    "'claims' is missing"
    """
    if isinstance(error, OSError):
        said = _SYSTEM.get(error.errno or 0) or error.strerror or str(error)
    elif isinstance(error, UnicodeDecodeError):
        line = 1 + error.object.count(b"\n", 0, error.start)
        said = f"line {line} is no UTF-8 text; save it as UTF-8"
    elif isinstance(error, UnicodeEncodeError):
        said = "half of a character stands in it, which is no text"
    elif isinstance(error, json.JSONDecodeError):
        said = _json(error)
    elif isinstance(error, tomllib.TOMLDecodeError):
        said = _toml(str(error))
    elif isinstance(error, csv.Error):
        said = _known(_CSV, str(error).lstrip())
    elif isinstance(error, RecursionError):
        said = "brackets are nested too deeply in it"
    elif isinstance(error, KeyError):
        said = f"'{error.args[0]}' is missing" if error.args else "something is missing"
    elif isinstance(error, TypeError | AttributeError):
        said = "something in it is of another kind than it should be (a text for a list, say)"
    else:
        said = str(error)
    return said or type(error).__name__


def _json(error: json.JSONDecodeError) -> str:
    if not error.doc.strip():
        return "it is empty"
    if not error.doc[error.pos :].strip():
        return "it ends too soon; was it cut off?"
    line = f"line {error.lineno}, " if "\n" in error.doc.strip() else ""
    return f"{line}character {error.colno}: {_known(_JSON, error.msg)}"


def _toml(said: str) -> str:
    place = re.search(r" \((?:at line (\d+), column (\d+)|at end of document)\)$", said)
    if not place:
        return _known(_TOML, said)
    what = _known(_TOML, said[: place.start()])
    return f"line {place[1]}, character {place[2]}: {what}" if place[1] else f"at its end: {what}"


def _known(table: dict[str, str], said: str) -> str:
    return next((words for begin, words in table.items() if said.startswith(begin)), said)
