"""README.md and docs/: each command and link in them works, and nothing that exists is left out."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from shell import rag
from typer.exceptions import TyperException

from rag.cli.main import app
from rag.config import Settings
from rag.evaluate.metrics import METRICS, Metric

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCED = re.compile(r"^```(?P<kind>\w*)\n(?P<body>.*?)^```", re.MULTILINE | re.DOTALL)
OPERATORS = {"|", "||", "&&", ";", "&", "<", ">", ">>"}
# A row of a table whose first cell is a command.
ROW = re.compile(r"^\| `(?P<call>rag [^`]+)` \|", re.MULTILINE)
# Commands whose printed output depends on the seeds alone.
REPEATABLE = {"ask", "said", "show", "chat"}
UNDERSTOOD = "Understood as: "
FIRST_QUESTION = "What did Peskov say about Crimea?"  # the one whose sources `rag show` opens


def blocks(page: Path) -> Iterator[tuple[str, str]]:
    """Kind and body of each fenced code block of a page."""
    for match in FENCED.finditer(page.read_text(encoding="utf-8")):
        yield match["kind"], match["body"]


def calls(body: str) -> Iterator[list[str]]:
    """The arguments of each call of `rag` in a block of shell lines; output is skipped."""
    prompted = re.search(r"^\$ ", body, re.MULTILINE)
    for line in body.replace("\\\n", " ").splitlines():
        if prompted and not line.startswith("$ "):
            continue  # what a command printed
        if not re.search(r"(?:^|[\s|&;(])rag\s", line):
            continue
        lexer = shlex.shlex(line.removeprefix("$ "), posix=True, punctuation_chars="|&;<>")
        lexer.whitespace_split = True
        call: list[str] | None = None
        for word in [*lexer, ";"]:
            if word in OPERATORS:
                if call is not None:
                    yield call
                call = None
            elif call is not None:
                call.append(word)
            elif word == "rag":
                call = []


def documented() -> list[tuple[str, list[str]]]:
    """Every call of `rag` in the blocks and tables of the pages, with the page's name."""
    in_blocks = [
        (page.name, call)
        for page in PAGES
        for kind, body in blocks(page)
        if kind in {"", "console", "sh", "bash", "shell", "text"}
        for call in calls(body)
    ]
    in_tables = [
        (page.name, call)
        for page in PAGES
        for row in ROW.finditer(page.read_text(encoding="utf-8"))
        for call in calls(row["call"])
    ]
    return in_blocks + in_tables


def transcripts() -> list[tuple[str, list[str], list[str]]]:
    """Page, call and printed lines, where a page shows what a repeatable command prints."""
    return [
        (page.name, call, printed)
        for page in PAGES
        for _, body in blocks(page)
        for part in re.split(r"^(?=\$ )", body, flags=re.MULTILINE)
        for command, *printed in [part.rstrip("\n").split("\n")]
        if command.startswith("$ ") and printed
        for call in calls(command)
        if call[0] in REPEATABLE
    ]


def matches(printed: str, shown: str) -> bool:
    """Whether a page shows what was printed; "…" stands for any text, and lines may be wrapped."""
    pieces = [" ".join(piece.split()) for piece in shown.split("…")]
    return bool(re.fullmatch(" ?.*?".join(map(re.escape, pieces)), " ".join(printed.split())))


def command_names(command: Any, path: tuple[str, ...] = ("rag",)) -> Iterator[str]:
    """`rag ask`, `rag models pull` …: every command that is not a group of others."""
    children = getattr(command, "commands", {})
    if not children:
        yield " ".join(path)
    for name, child in children.items():
        yield from command_names(child, (*path, name))


def parse(arguments: list[str]) -> None:
    """Parse a command line down to its command, without running it."""
    command: Any = typer.main.get_command(app)
    rest = list(arguments)
    while getattr(command, "commands", {}):
        default = getattr(command, "default", None)
        if default and rest and rest[0] not in {*command.commands, "-h", "--help"}:
            rest = [default, *rest]
        name = next((word for word in rest if not word.startswith("-")), None)
        if name is None:  # `rag --help` and the like
            known = {option for entry in command.params for option in entry.opts}
            assert set(rest) <= known | {"-h", "--help"}
            return
        assert name in command.commands, f"there is no command {name}"
        rest.remove(name)
        command = command.commands[name]
    if not {"-h", "--help"} & set(rest):
        command.make_context("rag", rest)  # raises UsageError for what does not fit


@pytest.mark.parametrize(
    ("page", "arguments"), documented(), ids=lambda value: value if isinstance(value, str) else None
)
def test_documented_commands_parse(page: str, arguments: list[str]) -> None:
    """The command exists, so do its options, and the values fit."""
    parse(arguments)


def test_commands_that_do_not_exist_would_be_noticed() -> None:
    """What the test above relies on."""
    with pytest.raises(AssertionError, match="no command nonsense"):
        parse(["nonsense"])
    for wrong in (["ask", "--nonsense"], ["show", "x"], ["search"], ["models", "pull"]):
        with pytest.raises(TyperException, match="(?i)no such option|valid|missing"):
            parse(wrong)
    assert list(calls("$ rag ask 'x y' | rag ask - # and so on\nrag printed this\n")) == [
        ["ask", "x y"],
        ["ask", "-"],
    ]


def test_the_first_page_shows_how_to_begin() -> None:
    """Building an index and asking it."""
    shown = {call[0] for page, call in documented() if page == "README.md" and call}

    assert {"index", "ask", "search"} <= shown


@pytest.mark.parametrize(("page", "call", "shown"), transcripts())
def test_transcripts_show_what_is_printed(
    page: str, call: list[str], shown: list[str], seeds_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For the seeds, with the articles' own sentences as answers."""
    monkeypatch.setenv("RAG_INDEX", str(seeds_index))
    monkeypatch.setenv("RAG_LLM", "none")
    asked: list[str] = []
    understood: list[str] = []
    if call[0] == "show":
        rag("ask", FIRST_QUESTION)
    if call[0] == "chat":
        asked = [line[2:] for line in shown if line.startswith("> ")]
        understood = [line for line in shown if line.startswith(UNDERSTOOD)]
        shown = [line for line in shown[1:] if not line.startswith(("> ", UNDERSTOOD))]

    done = rag(*call, stdin="\n".join(asked))

    assert matches(done.stdout, "\n".join(shown)), done.stdout
    assert [line for line in done.stderr.splitlines() if line.startswith(UNDERSTOOD)] == understood


def test_a_transcript_that_is_not_true_would_be_noticed() -> None:
    """What the test above relies on; and the pages show each of these commands."""
    assert matches("a b\nc\n", "a\nb c")
    assert matches("a b c d", "a … d")
    assert matches("a b", "a\n…")
    for wrong in ("a", "a … b", "… d", "a b", "a b c d", "b c"):
        assert not matches("a b c", wrong)
    assert {call[0] for _, call, _ in transcripts()} == REPEATABLE


@pytest.mark.parametrize("name", list(command_names(typer.main.get_command(app))))
def test_every_command_is_documented(name: str) -> None:
    """By its full name, in the README or in docs/."""
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)

    assert re.search(rf"\b{re.escape(name)}\b", text)


@pytest.mark.parametrize("name", [entry.name for entry in dataclasses.fields(Settings)])
def test_every_setting_is_documented(name: str) -> None:
    """In code marks or as its variable."""
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)

    assert f"`{name}`" in text or f"RAG_{name.upper()}" in text


@pytest.mark.parametrize("metric", METRICS.values(), ids=lambda metric: metric.key)
def test_every_metric_is_documented_with_its_definition(metric: Metric) -> None:
    """In the words that the reports use."""
    page = (ROOT / "docs" / "evaluation.md").read_text(encoding="utf-8")

    assert f"| `{metric.key}` | {metric.definition} |" in page


def test_every_exit_code_is_documented() -> None:
    """0 to 5, and 130."""
    [line] = re.findall(
        r"Exit codes: (.*?)\n\n", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL
    )

    assert re.findall(r"\b\d+\b", line) == ["0", "1", "2", "3", "4", "5", "130"]


def test_python_examples_compile_and_import_what_exists() -> None:
    """Every name that an example takes from rag is there."""
    examples = [body for page in PAGES for kind, body in blocks(page) if kind == "python"]

    assert examples
    for body in examples:
        for node in ast.walk(ast.parse(body)):
            if isinstance(node, ast.ImportFrom) and str(node.module).startswith("rag"):
                module = importlib.import_module(str(node.module))
                assert [name.name for name in node.names if not hasattr(module, name.name)] == []


def test_links_between_pages_lead_somewhere() -> None:
    """Every relative link of a page is to a file of the repository, and to a heading of it."""
    broken = []
    for page in PAGES:
        for target in re.findall(r"\]\(([^)\s]+)", page.read_text(encoding="utf-8")):
            name, _, heading = target.partition("#")
            file = page.parent / name if name else page
            if re.match(r"[a-z]+:", target):
                continue
            if not file.exists() or (heading and heading not in headings(file)):
                broken.append(f"{page.name}: {target}")

    assert broken == []


def headings(page: Path) -> set[str]:
    """The headings of a page as links name them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
