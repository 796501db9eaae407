"""`rag chat` and `rag ask --explain` as a shell sees them."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest
from scripted import endpoint
from shell import START, check_error, rag

from rag.config import Settings
from rag.sync.update import sync

PESKOV = "What did Peskov say about Crimea?"
MACRON = "What did Macron say about Crimea?"  # no article has it
CRIMEA = "2018-07-02-crimea-not-on-agenda.txt"


@pytest.fixture
def index(seeds_index: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The index of the seeds, as the one that commands use; answers are quotations."""
    monkeypatch.setenv("RAG_INDEX", str(seeds_index))
    monkeypatch.setenv("RAG_LLM", "none")
    return seeds_index


def chat(*lines: str, options: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    """What is said to these lines on standard input."""
    done = rag("chat", *options, stdin="".join(f"{line}\n" for line in lines))
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    return done


# --- questions ------------------------------------------------------------------------------------


def test_follow_ups_are_answered_and_how_they_were_understood_is_told(index: Path) -> None:
    """On stderr; stdout has the answers, each with its own numbers."""
    done = chat(PESKOV, "And Sanders?", "When did she say that?", "")

    assert done.stderr.splitlines() == [
        "Understood as: What did Sanders say about Crimea?",
        "Understood as: When did Sarah Sanders say that about Crimea?",
    ]
    assert "inalienable part of Russia" in done.stdout
    assert "Sarah Sanders told a daily briefing" in done.stdout
    assert done.stdout.count("\n[1] ") == 3


def test_the_answer_is_that_of_ask(index: Path) -> None:
    """And it is kept for `rag show`."""
    said = chat(PESKOV).stdout
    shown = rag("show", "2").stdout

    assert said == rag("ask", PESKOV).stdout + "\n"
    assert shown.startswith("[2] ")
    assert shown.split("\n")[0].split(" · ")[0] in said


def test_json_is_a_line_for_each_turn(index: Path) -> None:
    """What was typed, what was understood and the answer; nothing else on either stream."""
    done = chat(PESKOV, "And Macron?", "Who is Anselm Crake?", options=("--json",))

    turns = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.stderr == ""
    assert [(turn["schema"], turn["n"], turn["asked"]) for turn in turns] == [
        ("rag.turn/1", 1, PESKOV),
        ("rag.turn/1", 2, "And Macron?"),
        ("rag.turn/1", 3, "Who is Anselm Crake?"),
    ]
    assert turns[1]["question"] == MACRON
    assert [turn["answer"]["abstained"] for turn in turns] == [False, True, False]


def test_a_question_that_is_refused_ends_nothing(index: Path) -> None:
    """It is told on stderr; the next one is answered, and refers to what was answered."""
    done = chat(PESKOV, "?!", "a" * 9_000, "And Sanders?")

    assert "error: the question is empty" in done.stderr
    assert "error: the question has 9,000 characters" in done.stderr
    assert "Understood as: What did Sanders say about Crimea?" in done.stderr


def test_bytes_that_are_no_text_end_nothing(index: Path) -> None:
    """The line is refused, the next one answered."""
    done = rag("chat", stdin=b"What did Peskov\xff say?\n" + PESKOV.encode() + b"\n")

    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    assert "error: the question is not text" in done.stderr
    assert "inalienable part of Russia" in done.stdout


def test_without_input_nothing_is_said(index: Path) -> None:
    """The end of the input is the end."""
    assert rag("chat").stdout == ""
    assert rag("chat", stdin="\n  \n").stderr == ""


def test_without_an_index_there_is_no_conversation() -> None:
    """The hint is to build one."""
    check_error(rag("chat", stdin=PESKOV), 4, "there is no index", "rag index")


def test_a_model_that_is_not_there_ends_nothing(index: Path) -> None:
    """It is told at the first question that needs it; an abstention needs none."""
    done = chat(PESKOV, MACRON, options=("--llm", "absent.gguf"))

    assert "absent.gguf" in done.stderr
    assert done.stdout.startswith("No answer in these articles. ")


# --- commands -------------------------------------------------------------------------------------


def test_sources_are_those_of_the_last_turn_or_of_one(index: Path) -> None:
    """As the answer has them."""
    done = chat(PESKOV, "When was Notre-Dame reopened?", "/sources", "/sources 1")

    after = done.stdout.split("notre-dame-reopens.html")
    sources = done.stdout.split("Sources\n")[1].split("\n\n")[0]
    assert len(after) >= 3  # in the answer, and in what the command shows
    assert done.stdout.endswith(f"{sources}\n")
    assert sources.startswith("[1] ")
    assert f"] {CRIMEA}:" in sources


def test_a_citation_is_shown_in_its_article(index: Path) -> None:
    """Of the last turn by its number, of an earlier one by both."""
    done = chat(PESKOV, "When was Notre-Dame reopened?", "/show 1", "/show\t1.2")

    last, first = done.stdout.split("⟦")[1:]
    assert "reopened on Saturday, 7 December 2024" in last.split("⟧")[0]
    quote = first.split("⟧")[0]
    assert "Peskov" in quote
    assert f"{quote} [2]" in done.stdout


def test_why_tells_the_path_of_an_answer(index: Path) -> None:
    """Also of an abstention, and of an earlier turn."""
    done = chat(PESKOV, MACRON, "/why", "/why 1")

    last, first = done.stdout.split("How the question was read\n")[1:]
    assert last.startswith(f"  {MACRON}\n")
    assert "No answer. No article mentions Macron and Crimea together." in last
    assert first.startswith(f"  {PESKOV}\n")
    assert "said by      peskov" in first
    assert "  use " in first
    assert "the article's own words" in first


def test_the_help_has_every_command(index: Path) -> None:
    """And needs no question."""
    done = chat("/help")

    for command in ("/sources", "/show", "/why", "/save", "/help", "/quit"):
        assert command in done.stdout
    assert done.stderr == ""


@pytest.mark.parametrize("command", ["/exit", "  /quit  now"])
def test_after_quit_nothing_is_read(index: Path, command: str) -> None:
    """What follows is no question any more."""
    assert chat(command, PESKOV).stdout == ""


WRONG = (
    ("/nonsense", "there is no command /nonsense", "/help"),
    ("/Why", "there is no command /Why", "did you mean /why?"),
    ("/sorces", "there is no command /sorces", "did you mean /sources?"),
    ("/", "there is no command /", "/help"),
    ("/sources 2", "there is no turn 2", "give a turn from 1 to 1"),
    ("/sources 0", "there is no turn 0", "from 1"),
    ("/sources -1", "there is no turn -1", "from 1"),
    ("/why x", "there is no turn x", "from 1"),
    ("/show", "which citation?", "type /show N; turn 1 has: 1"),
    ("/show 99", "turn 1 has no citation 99", "turn 1 has: 1"),
    ("/show 1.99", "turn 1 has no citation 99", "turn 1 has: 1"),
    ("/show 9.1", "there is no turn 9", "from 1"),
    ("/show 1.1.1", "there is no turn 1.1", "from 1"),
    ("/show ²", "turn 1 has no citation ²", "turn 1 has: 1"),
)


def test_a_wrong_command_is_told_and_ends_nothing(index: Path) -> None:
    """With what there is instead; the conversation goes on."""
    done = chat(PESKOV, *(command for command, _, _ in WRONG), "And Sanders?")

    *told, understood = done.stderr.splitlines()
    assert told[::2] == [f"error: {message}" for _, message, _ in WRONG]
    for line, (_, _, hint) in zip(told[1::2], WRONG, strict=True):
        assert line.startswith(" hint: ")
        assert hint in line
    assert understood == "Understood as: What did Sanders say about Crimea?"


def test_before_a_question_there_is_nothing_to_show(index: Path, tmp_path: Path) -> None:
    """Nor to keep."""
    done = chat("/sources", "/show 1", "/why", "/save talk.md")

    assert done.stderr == "error: there is no question yet\n hint: ask a question first\n" * 4
    assert done.stdout == ""
    assert not (tmp_path / "talk.md").exists()


def test_an_abstention_has_no_sources(index: Path) -> None:
    """And nothing to show; why is told."""
    done = chat(MACRON, "/sources", "/show 1")

    assert "error: turn 1 has no sources: it had no answer\n hint: /why\n" in done.stderr
    assert "error: turn 1 has no citation 1\n hint: type /show N; turn 1 has: none\n" in done.stderr


def test_an_escape_sequence_that_is_typed_is_not_shown(index: Path) -> None:
    """Neither in a wrong command nor in a question."""
    done = chat(
        PESKOV, "/\x1b[2Jx", "/why \x1b]0;x\x07", "And \x1b[31mSanders?", "/save a\x1b[2J.md"
    )

    assert "there is no command /[2Jx" in done.stderr
    assert "\x07" not in done.stderr


# --- keeping a conversation -----------------------------------------------------------------------


def test_a_conversation_is_kept_as_a_page(index: Path, tmp_path: Path) -> None:
    """Every turn, with what it was understood as."""
    done = chat(PESKOV, "And Macron?", "/save talk.md")

    page = (tmp_path / "talk.md").read_text(encoding="utf-8")
    assert done.stderr.endswith("Saved 2 turns in talk.md.\n")
    assert page.startswith(f"# Conversation\n\n## 1. {PESKOV}\n\n")
    assert f"## 2. And Macron?\n\nUnderstood as: {MACRON}\n\n**No answer in" in page
    assert "inalienable part of Russia" in page


def test_a_conversation_is_kept_as_json(index: Path, tmp_path: Path) -> None:
    """The turns as `--json` prints them, also in a folder that is not there yet."""
    names = ("talk.json", "folder/talk.JSON", "with a space.json")
    chat(PESKOV, "And Sanders?", *(f"/save {name}" for name in names))

    for name in names:
        turns = json.loads((tmp_path / name).read_text(encoding="utf-8"))
        assert [turn["asked"] for turn in turns] == [PESKOV, "And Sanders?"]
        assert {turn["schema"] for turn in turns} == {"rag.turn/1"}


def test_a_name_is_found_for_a_conversation(index: Path, tmp_path: Path) -> None:
    """By the time, where none is given."""
    done = chat(PESKOV, "/save")

    [page] = tmp_path.glob("chat-*.md")
    assert f"Saved 1 turn in {page.name}." in done.stderr


def test_a_file_that_is_there_is_not_written_over(index: Path, tmp_path: Path) -> None:
    """Nor is a folder."""
    (tmp_path / "mine.md").write_text("mine")
    (tmp_path / "folder").mkdir()

    done = chat(PESKOV, "/save mine.md", "/save folder")

    assert "error: mine.md already exists\n hint: use another name: /save NAME\n" in done.stderr
    assert "error: folder already exists" in done.stderr
    assert (tmp_path / "mine.md").read_text() == "mine"


def test_a_format_that_is_not_written_is_told_with_all_that_are(index: Path) -> None:
    """As /help lists them."""
    done = chat(PESKOV, "/save talk.pdf")

    assert "error: talk.pdf does not end in .docx, .md, .html or .json\n" in done.stderr


def test_a_name_that_cannot_be_written_ends_nothing(index: Path, tmp_path: Path) -> None:
    """Below a file, too long, in an unknown home, no name at all."""
    (tmp_path / "file").write_text("mine")
    names = ("file/talk.md", "x" * 300, "~nobody-of-this-name/talk.md", "a\0b.md")

    done = chat(PESKOV, *(f"/save {name}" for name in names), "/save talk.md")

    assert done.stderr.count(" cannot be written: ") == len(names)
    assert done.stderr.count(" hint: use another name: /save NAME\n") == len(names)
    assert (tmp_path / "talk.md").exists()


# --- articles that attack -------------------------------------------------------------------------

HOSTILE = (
    "Harbour [dry](http://evil.example)\n\n"
    "The <b>harbour</b> of Kestrelby fell \x1b[31mdry\x1b[0m on Monday, **Ida Rourke** said"
    " \x1b]0;owned\x07and # left `at` \u202eonce\u202c [/nope].\n"
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Path:
    """An index of one article that tries everything, under a name that does too."""
    root = tmp_path_factory.mktemp("hostile")
    (root / "articles").mkdir()
    (root / "articles" / "\x1b[2J_a_[red].txt").write_text(HOSTILE, encoding="utf-8")
    settings = Settings(index=root / "index", cache=cache, llm="none")
    sync([root / "articles"], settings=settings)
    return settings.index


def test_a_hostile_article_is_harmless_in_every_command(hostile: Path, tmp_path: Path) -> None:
    """On the screen and in the pages that are kept."""
    done = chat(
        "What happened to the harbour of Kestrelby?", "/sources", "/show 1", "/why",
        "/save talk.md", "/save talk.json",
        options=("--index", str(hostile), "--quote-only"),
    )  # fmt: skip

    page, data = (tmp_path / "talk.md").read_text(), (tmp_path / "talk.json").read_text()
    for shown in (done.stdout, done.stderr, page, data):
        assert not [char for char in shown if ord(char) < 32 and char not in "\n"]
        assert not set(shown) & set("\u202e\u202c")
    assert done.stdout.count("[/nope]") == 5  # claim, source, /sources, /show and /why
    assert "&lt;b&gt;harbour&lt;/b&gt;" in page
    assert "\\*\\*Ida Rourke\\*\\*" in page
    assert "_a\\_\\[red\\].txt" in page
    assert json.loads(data)[0]["answer"]["claims"][0]["citations"][0]["quote"] in HOSTILE


# --- a terminal -----------------------------------------------------------------------------------


class Terminal:
    """A conversation on a terminal, typed and read as a person does."""

    def __init__(self, process: subprocess.Popen[bytes], master: int) -> None:
        self.process = process
        self._master = master
        self.seen = ""

    def type(self, keys: str) -> None:
        """Press these keys."""
        os.write(self._master, keys.encode())

    def wait_for(self, text: str, *, seconds: float = 60) -> str:
        """What is shown until this text is; it is not seen again."""
        limit = monotonic() + seconds
        while text not in self.seen:
            ready, _, _ = select.select([self._master], [], [], max(0.0, limit - monotonic()))
            assert ready, f"{text!r} was not shown, but: {self.seen!r}"
            self.seen += os.read(self._master, 65536).decode(errors="replace")
        before, _, self.seen = self.seen.partition(text)
        return before

    def rest(self) -> str:
        """What is shown until the program has ended."""
        while True:
            try:
                piece = os.read(self._master, 65536)
            except OSError:  # how Linux says that the other end is closed
                return self.seen
            self.seen += piece.decode(errors="replace")


@contextmanager
def terminal(*options: str) -> Iterator[Terminal]:
    """A conversation, and its end whatever happens."""
    master, slave = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", "NO_COLOR": "1"}
    with subprocess.Popen(
        [*START, "chat", *options],
        stdin=slave, stdout=slave, stderr=slave, env=environment, start_new_session=True,
        # Started from a shell's background, this process ignores it, and its children would too.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:  # fmt: skip
        os.close(slave)
        try:
            yield Terminal(process, master)
        finally:
            process.kill()
            os.close(master)


def test_on_a_terminal_one_is_greeted_and_asked(index: Path) -> None:
    """A prompt, an answer, a follow-up, and Ctrl-D to leave."""
    with terminal() as screen:
        screen.wait_for("14 articles. Ask a question. /help lists the commands, /quit leaves.")
        screen.wait_for("> ")
        screen.type(f"{PESKOV}\n")
        screen.wait_for("inalienable part of Russia")
        screen.wait_for("\n> ")
        screen.type("And Sanders?\n")
        screen.wait_for("Understood as: What did Sanders say about Crimea?")
        screen.wait_for("\n> ")
        screen.type("\x04")

        assert screen.process.wait(timeout=30) == 0
        assert "Traceback" not in screen.rest()


def test_ctrl_c_at_the_prompt_ends_nothing(index: Path) -> None:
    """It says how to leave; what was half typed is dropped."""
    with terminal() as screen:
        screen.wait_for("> ")
        screen.type("half a quest")
        screen.wait_for("half a quest")
        sleep(1)  # readline shows a key before it waits for the next, and only then is interrupted
        os.killpg(screen.process.pid, signal.SIGINT)
        screen.wait_for("To leave, type /quit or press Ctrl-D.")
        screen.wait_for("> ")
        screen.type("/help\n")
        screen.wait_for("/sources [T]")
        screen.wait_for("> ")
        screen.type("/quit\n")

        assert screen.process.wait(timeout=30) == 0
        assert "Traceback" not in screen.rest()


def test_ctrl_c_while_an_answer_is_made_stops_that_answer(index: Path) -> None:
    """It is no turn; the next question is answered."""
    stopped = False

    def reply(asked: str) -> str:
        nonlocal stopped
        if not stopped:
            stopped = True
            os.killpg(screen.process.pid, signal.SIGINT)
        return "[1] Nothing of the kind."

    with endpoint(reply) as (url, _), terminal("--llm", url) as screen:
        screen.wait_for("> ")
        screen.type(f"{PESKOV}\n")
        screen.wait_for("Stopped.")
        screen.wait_for("> ")
        screen.type("/sources\n")
        screen.wait_for("there is no question yet")
        screen.wait_for("> ")
        screen.type(f"{PESKOV}\n")
        screen.wait_for("Sources")
        screen.wait_for("\n> ")
        screen.type("\x04")

        assert screen.process.wait(timeout=30) == 0
        assert "Traceback" not in screen.rest()


# --- rag ask --explain ----------------------------------------------------------------------------


def test_an_answer_can_be_explained(index: Path) -> None:
    """After the answer as it is without, the path of it."""
    plain, done = rag("ask", PESKOV), rag("ask", PESKOV, "--explain")

    assert done.returncode == 0
    assert done.stderr == ""
    assert done.stdout.startswith(plain.stdout)
    path = done.stdout.removeprefix(plain.stdout)
    for heading in ("question was read\n", "was found\n", "was checked\n", "The answer\n"):
        assert heading in path
    assert "language model was given\n" not in path
    assert "\x1b" not in path


def test_an_explanation_shows_the_prompt_and_what_was_dropped(index: Path) -> None:
    """Where a model worded the answer; what it made up is named with the check that failed."""
    made_up = "Crimea would not be a topic of 40 lighthouses, Peskov said."
    with endpoint(lambda asked: f"[1] {made_up}") as (url, _):
        done = rag("ask", PESKOV, "--explain", "--llm", url)

    assert done.returncode == 0, done.stderr
    assert "language model was given\n" in done.stdout
    assert f"  refused {made_up}\n" in done.stdout
    assert "; failed: " in done.stdout


@pytest.mark.parametrize("question", [PESKOV, MACRON], ids=["answer", "abstention"])
def test_an_explanation_in_json_is_in_the_answer(index: Path, question: str) -> None:
    """Beside everything that is there without it."""
    plain = json.loads(rag("ask", question, "--json").stdout)
    done = rag("ask", question, "--json", "--explain")

    answer = json.loads(done.stdout)
    assert set(answer) - set(plain) == {"explanation"}
    assert answer["claims"] == plain["claims"]
    [step] = answer["explanation"]["steps"]
    used = [one for one in step["candidates"] if one["used"]]
    assert bool(used) is not answer["abstained"]


def test_two_questions_at_once_are_explained_one_by_one(index: Path) -> None:
    """Each with its candidates."""
    done = rag("ask", "What did Peskov and Macron say about Crimea?", "--json", "--explain")

    steps = json.loads(done.stdout)["explanation"]["steps"]
    assert [step["question"] for step in steps] == [PESKOV, MACRON]


def test_a_batch_is_not_explained(tmp_path: Path) -> None:
    """The hint says what to leave out."""
    (tmp_path / "in.jsonl").write_text('{"id": "1", "question": "Who?"}\n')

    done = rag("ask", "--batch", "in.jsonl", "--out", "out.jsonl", "--explain")

    check_error(done, 2, "--explain")
