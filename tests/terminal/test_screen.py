"""Nothing that an article, a name or an error holds does anything to a terminal.

All commands run in one process on a real terminal of Linux; the oracle is the list of sequences
that rich itself writes, and that no other control character may be among what is shown.
"""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from rag.config import Settings
from rag.sync.update import sync

BYTES = "".join(chr(code) for code in range(1, 0xA0))  # a NUL makes a file binary
SEQUENCES = (
    "\x1b[2J\x1b[41;5mred\x1b]0;title\x07\x1b]52;c;cm0=\x07\x1bP$q\x1b\\"
    "\x1b]8;;https://evil.example\x1b\\here\x1b]8;;\x1b\\\x9b31m\x9d0;x\x9c"
    "\u202egnp\u202c\u2066x\u2069\u200b\u2060\ufeff\U000e0041\U000e0100"
    " [/nope] [link=https://evil.example]x[/link] [bold]y :boom:"
)
QUESTION = f"What did Ida{SEQUENCES} Rourke say about the harbour?"
_STYLE = r"(?:0|[1-37]|3[0-7]|9[0-7]|38;5;\d{1,3})"
OURS = re.compile(
    rf"\x1b\[{_STYLE}(?:;{_STYLE})*m|\x1b\[\?25[lh]|\r?\x1b\[2K|\r?\x1b\[\d+A"
    r"|\x1b\]8;(?:id=\d+)?;(?:file://[!-~]*)?\x1b\\"
)
RUN = """
import json, sys
from rag.cli.main import app
for arguments in json.loads(sys.stdin.readline()):
    print("=== begins", flush=True)
    try:
        app(arguments, prog_name="rag")
    except SystemExit as left:
        print("=== ends", left.code or 0, flush=True)
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Path:
    """A folder with articles that try everything, in text, title and name, and their index."""
    root = tmp_path_factory.mktemp("hostile")
    articles = root / "articles"
    articles.mkdir()
    said = (
        f"Ida Rourke{SEQUENCES} said the harbour of Kestrelby fell dry on Monday{BYTES}, at last."
    )
    text = f"Title {SEQUENCES}\n\n{said}\n\nNobody was hurt there on Monday, she told reporters.\n"
    (articles / f"a{SEQUENCES.replace('/', '|')[:100]}\nerror: pwned.txt").write_text(text, "utf-8")
    front = f"---\ntitle: 'T {SEQUENCES}'\noutlet: 'O {SEQUENCES}'\n---\n\n"
    (articles / "b.md").write_text(front + text.replace("Monday", "Friday"), "utf-8")
    (articles / "c\x1b[2J.pdf").write_bytes(b"no PDF")
    sync([articles], settings=Settings(index=root / "index", cache=cache, llm="none"))
    return root


def on_a_terminal(commands: list[list[str]], place: Path) -> list[tuple[int, str]]:
    """Exit code of each command, and what a terminal is sent by it."""
    master, slave = pty.openpty()
    environment = {
        **os.environ, "TERM": "xterm-256color", "COLUMNS": "100", "RAG_STATE": str(place),
        "LC_ALL": "C.UTF-8",
    }  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-c", RUN],
        stdin=subprocess.PIPE, stdout=slave, stderr=slave, env=environment, cwd=place,
    ) as process:  # fmt: skip
        os.close(slave)
        assert process.stdin is not None
        process.stdin.write(json.dumps(commands).encode() + b"\n")
        process.stdin.close()
        shown = b""
        while piece := _read(master):
            shown += piece
        os.close(master)
    pattern = re.compile(r"=== begins\r\n(.*?)=== ends (\d+)\r\n", re.DOTALL)
    found = pattern.findall(shown.decode(errors="replace"))
    assert len(found) == len(commands), shown[-3000:]
    return [(int(code), text) for text, code in found]


def _read(master: int) -> bytes:
    try:
        return os.read(master, 65536)
    except OSError:  # how Linux says that the other end is closed
        return b""


def test_no_command_lets_a_control_character_through(hostile: Path, tmp_path: Path) -> None:
    """Answers, names, titles, errors and hints, in text and in JSON; no markup is read."""
    index = ["--index", str(hostile / "index")]
    saved = tmp_path / "answer.json"
    saved.write_text(json.dumps({"schema": "rag.answer/1", "question": QUESTION, "claims": []}))
    gold = tmp_path / "gold.jsonl"
    item = {"id": "g1", "question": QUESTION, "answerable": True,
            "facts": [{"any_of": [SEQUENCES], "sources": [SEQUENCES]}]}  # fmt: skip
    gold.write_text(json.dumps(item) + "\n")
    cases: list[tuple[int, list[str]]] = [
        (0, ["ask", QUESTION, "--quote-only", *index]),
        (0, ["ask", QUESTION, "--quote-only", "--explain", *index]),
        (0, ["ask", f"Who is Nobody{SEQUENCES} of Nowhere?", "--quote-only", *index]),
        (0, ["ask", QUESTION, "--quote-only", "--json", *index]),
        (0, ["ask", QUESTION, "--quote-only", *index]),
        (0, ["show", "1"]),
        (0, ["search", QUESTION, *index]),
        (0, ["search", QUESTION, "--json", *index]),
        (0, ["said", *index]),
        (0, ["said", "Rourke", *index]),
        (1, ["said", SEQUENCES, *index]),
        (0, ["status", *index]),
        (0, ["doctor", *index]),
        (0, ["index", str(hostile / "articles"), "--dry-run", *index]),
        (0, ["index", str(hostile / "articles"), "--index", str(tmp_path / "n\x1b[2Jew")]),
        (0, ["verify", str(saved), *index]),
        (1, ["eval", "check", str(gold), *index]),
        (0, ["config", "show"]),
        (0, ["models", "list"]),
        (4, ["status", "--index", f"no{SEQUENCES}\n hint: pwned"]),
        (5, ["ask", QUESTION, "--llm", f"no{SEQUENCES}", *index]),
        (2, ["index", f"no{SEQUENCES}\nerror: pwned"]),
        (2, ["ask", f"--no{SEQUENCES}"]),
        (2, [f"no{SEQUENCES}"]),
        (2, [f"--no{SEQUENCES}"]),
        (2, ["search", "x", "--mode", SEQUENCES]),
        (2, ["search", "x", "--k", SEQUENCES]),
    ]

    done = on_a_terminal([arguments for _, arguments in cases], tmp_path)

    for (_, arguments), (_, text) in zip(cases, done, strict=True):
        shown = OURS.sub("", text.replace("\r\n", "\n"))
        controls = {char for char in shown if unicodedata.category(char) in {"Cc", "Cf"}}
        assert controls <= {"\n", "\t"}, (arguments, controls, shown)
        assert not re.search("[\U000e0100-\U000e01ef\u2028\u2029]", shown), arguments
        assert "Traceback" not in shown, shown
        assert not re.search(r"^ ?(?:error|hint): pwned", shown, re.MULTILINE), arguments
    assert [code for code, _ in done] == [code for code, _ in cases]
    assert "[/nope] [link=https://evil.example]x[/link] [bold]y :boom:" in done[0][1].replace(
        "\r\n", " "
    ).replace("\x1b[2m", "")
    claims = json.loads(done[3][1])["claims"]
    assert any(SEQUENCES in one["quote"] for claim in claims for one in claim["citations"])
