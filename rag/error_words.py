"""What Python or a library says of a file -> what a person is told.

What comes in is the exception; what goes out is the end of a sentence: "FILE cannot be read: there
is no such file". The caller adds the file and what to type next.
"""

from __future__ import annotations

import csv
import errno
import json
import re
import tomllib

_SYSTEM = {
    errno.ENOENT: "there is no such file or folder",
    errno.EACCES: "you do not have permission to open it",
    errno.EPERM: "you do not have permission to open it",
    errno.EISDIR: "it is a folder",
    errno.ENOTDIR: "a part of its path is a file, not a folder",
    errno.EEXIST: "a file of that name already exists",
    errno.ENAMETOOLONG: "its name is too long",
    errno.ELOOP: "it is a link that points to itself",
    errno.ENOSPC: "the disk is full",
    errno.EROFS: "the disk is read-only",
    errno.EIO: "the disk reports an error",
    errno.ESTALE: "the network drive no longer has it",
    errno.ENOTCONN: "its drive is no longer connected",
}
# How the messages of `json` and `tomllib` begin.
_JSON = {
    "Expecting value": "a value is missing or not valid (text needs double quotes)",
    "Expecting property name": "a name in double quotes is missing",
    "Expecting ',' delimiter": "a comma or a closing bracket is missing",
    "Expecting ':' delimiter": "a colon is missing after a name",
    "Illegal trailing comma": "there is a comma before a closing bracket",
    "Extra data": "there is extra text after its end",
    "Unterminated string": "a closing double quote is missing",
    "Invalid control character": "there is a line break or tab inside quoted text",
    "Invalid \\": "there is a backslash before a character that does not need one",
}
_TOML = {
    "Invalid value": "this is not a valid value (text needs double quotes)",
    "Expected '=' after a key": "a name must be followed by = and a value",
    "Cannot overwrite a value": "this name appears twice",
    "Cannot declare": "this table appears twice",
    "Unterminated string": "a closing double quote is missing",
    "Illegal character": "there is a line break or a control character inside quoted text",
    "Expected newline or end of document": "there is extra text after the value",
    "Invalid statement": "the line must begin with a name or a [table]",
    "Unclosed array": "the closing ] of a list is missing",
}
_CSV = {
    "line contains NUL": "it contains a NUL character, so it is not plain text",
    "field larger": "a cell is too long; is a closing double quote missing?",
    "unexpected end of data": "a closing double quote is missing",
    "'": "there is text after a closing double quote, where the cell should end",
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
        said = f"line {line} is not UTF-8 text; save the file as UTF-8"
    elif isinstance(error, UnicodeEncodeError):
        said = "it contains half a character, so it is not valid text"
    elif isinstance(error, json.JSONDecodeError):
        said = _json(error)
    elif isinstance(error, tomllib.TOMLDecodeError):
        said = _toml(str(error))
    elif isinstance(error, csv.Error):
        said = _known(_CSV, str(error).lstrip())
    elif isinstance(error, RecursionError):
        said = "its brackets are nested too deeply"
    elif isinstance(error, KeyError):
        said = f"'{error.args[0]}' is missing" if error.args else "something is missing"
    elif isinstance(error, TypeError | AttributeError):
        said = "a value in it has the wrong type (for example text instead of a list)"
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
