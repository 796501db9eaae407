"""What can be read, what is answered once and only once, what is never overwritten."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rag.answer.assistant import Assistant
from rag.config import Settings
from rag.domain import Answer
from rag.errors import ConfigError, RagError
from rag.evaluate.batch import Item, read_batch, run_batch
from rag.filters import Filters, Limited
from rag.render.as_json import answer_dict

ITEMS = [
    Item(id="1", question="What did Peskov say about Crimea?"),
    Item(id="2", question="What did Macron say about Crimea?"),
    Item(id="three", question="When was Notre-Dame reopened?"),
]


@pytest.fixture(scope="module")
def assistant(seeds_index: Path, cache: Path) -> Iterator[Assistant]:
    """The seeds, answered by quoting."""
    with Assistant.open(seeds_index, settings=Settings(cache=cache, llm="none")) as opened:
        yield opened


def lines(*entries: object) -> str:
    """JSONL."""
    return "".join(json.dumps(entry) + "\n" for entry in entries)


def answered(out: Path) -> list[str]:
    """Ids in a file of answers, in order."""
    return [json.loads(line)["id"] for line in out.read_text(encoding="utf-8").splitlines()]


def unanswered(question: str, filters: Filters) -> Answer:
    """An answer that costs nothing."""
    return Answer(question=question, reason="Nothing was asked.")


# --- reading --------------------------------------------------------------------------------------


def test_questions_are_read_in_order(tmp_path: Path) -> None:
    """Other fields are ignored, blank lines and a byte order mark too; an id may be a number."""
    path = tmp_path / "in.jsonl"
    path.write_text(
        "\ufeff"
        + lines({"id": 1, "question": "Who?", "answerable": True})
        + "\n  \n"
        + lines({"id": "b", "question": "Что сказал Песков?"}),
        encoding="utf-8",
    )

    assert read_batch(path) == [
        Item(id="1", question="Who?"),
        Item(id="b", question="Что сказал Песков?"),
    ]


def test_a_line_separator_inside_a_question_ends_no_line(tmp_path: Path) -> None:
    """JSON may hold U+2028 and U+0085 as they are; only a newline ends a line of JSONL."""
    path = tmp_path / "in.jsonl"
    path.write_text(
        '{"id": "1", "question": "Who\u2028said\u0085what?"}\n{"id": "2", "question": "Who?"}\r\n',
        encoding="utf-8",
    )

    assert [item.id for item in read_batch(path)] == ["1", "2"]


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ("{not json", "is not JSON"),
        ("[1, 2]", "is not a JSON object"),
        ('"text"', "is not a JSON object"),
        ('{"id": "2"}', "has no id or no question"),
        ('{"question": "Who?"}', "has no id or no question"),
        ('{"id": ["2"], "question": "Who?"}', "wrong type"),
        ('{"id": "2", "question": 5}', "wrong type"),
        ('{"id": "2", "question": null}', "wrong type"),
        ('{"id": "2", "question": "  "}', "the question is empty"),
        (json.dumps({"id": "2", "question": "x" * 9000}), "9,000 characters"),
    ],
)
def test_a_bad_line_is_named_by_its_number(tmp_path: Path, bad: str, message: str) -> None:
    """Before anything is answered; the hint shows what a line looks like or what is too much."""
    path = tmp_path / "in.jsonl"
    path.write_text(lines({"id": "1", "question": "Who?"}) + "\n" + bad + "\n")

    with pytest.raises(ConfigError, match=rf"in\.jsonl, line 3.*{message}") as caught:
        read_batch(path)

    assert caught.value.hint


def test_half_a_character_in_a_question_is_a_bad_line(tmp_path: Path) -> None:
    r"""The escape \ud800 is valid JSON and no text."""
    path = tmp_path / "in.jsonl"
    path.write_text('{"id": "1", "question": "Who said \\ud800?"}\n')

    with pytest.raises(RagError, match="line 1"):
        read_batch(path)


def test_an_id_that_comes_twice_is_refused(tmp_path: Path) -> None:
    """A number and its text are the same id."""
    path = tmp_path / "in.jsonl"
    path.write_text(lines({"id": 1, "question": "Who?"}, {"id": "1", "question": "What?"}))

    with pytest.raises(ConfigError, match="the id '1' twice") as caught:
        read_batch(path)

    assert caught.value.hint == "give each its own id"


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"], ids=["absent", "not text"])
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes | None) -> None:
    """The message names it."""
    path = tmp_path / "in.jsonl"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ConfigError, match=r"in\.jsonl cannot be read"):
        read_batch(path)


# --- answering ------------------------------------------------------------------------------------


def test_answers_are_those_of_single_questions(tmp_path: Path, assistant: Assistant) -> None:
    """One line each, in order, equal to asking alone but for the timings."""
    out = tmp_path / "out.jsonl"

    done = run_batch(ITEMS, out, ask=assistant.ask)

    written = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert done == 3
    for item, entry in zip(ITEMS, written, strict=True):
        alone = {"id": item.id, **answer_dict(assistant.ask(item.question))}
        assert set(entry.pop("timings_ms")) == set(alone.pop("timings_ms"))
        assert entry == alone
    assert [entry["abstained"] for entry in written] == [False, True, False]


def test_what_is_answered_is_not_asked_again(tmp_path: Path) -> None:
    """A second run asks nothing and changes no byte; one more question is the only one asked."""
    out = tmp_path / "out.jsonl"
    asked: list[str] = []

    def ask(question: str, filters: Filters) -> Answer:
        asked.append(question)
        return unanswered(question, filters)

    counts = [run_batch(ITEMS[:2], out, ask=ask), run_batch(ITEMS[:2], out, ask=ask)]
    before = out.read_bytes()
    counts.append(run_batch(ITEMS, out, ask=ask))

    assert counts == [2, 0, 1]
    assert asked == [item.question for item in ITEMS]
    assert out.read_bytes().startswith(before)
    assert answered(out) == ["1", "2", "three"]


@pytest.mark.parametrize("lost", [1, 2, 30])
def test_a_last_line_that_was_cut_off_is_answered_again(tmp_path: Path, lost: int) -> None:
    """Wherever it was cut, the whole lines stay and the file ends whole."""
    out = tmp_path / "out.jsonl"
    run_batch(ITEMS[:2], out, ask=unanswered)
    whole = out.read_bytes()
    out.write_bytes(whole[:-lost])

    done = run_batch(ITEMS, out, ask=unanswered)

    assert done == 2
    assert answered(out) == ["1", "2", "three"]


def test_a_first_line_that_was_cut_off_is_answered_again(tmp_path: Path) -> None:
    """A run killed in its first answer can be taken up too."""
    out = tmp_path / "out.jsonl"
    run_batch(ITEMS[:1], out, ask=unanswered)
    out.write_bytes(out.read_bytes()[:40])

    run_batch(ITEMS, out, ask=unanswered)

    assert answered(out) == ["1", "2", "three"]


def test_an_answer_is_on_disk_before_the_next_question(tmp_path: Path) -> None:
    """A run that fails keeps what it had."""
    out = tmp_path / "out.jsonl"

    def ask(question: str, filters: Filters) -> Answer:
        if question == ITEMS[1].question:
            assert answered(out) == ["1"]
            raise KeyboardInterrupt
        return unanswered(question, filters)

    with pytest.raises(KeyboardInterrupt):
        run_batch(ITEMS, out, ask=ask)

    assert answered(out) == ["1"]
    assert run_batch(ITEMS, out, ask=unanswered) == 2


@pytest.mark.parametrize(
    "content",
    [
        "my notes\nof two lines\n",
        "my notes without a newline",
        "my notes\nof two lines, the last cut off",
        '{"question": "no id"}\n',
        "[1, 2]\n",
        '{"id": "1", "question": "a line of questions, not of answers"}\n',
    ],
)
def test_a_file_of_something_else_is_refused_and_kept(tmp_path: Path, content: str) -> None:
    """Nobody's notes, and not the questions themselves, are taken for answers or cut."""
    out = tmp_path / "out.jsonl"
    out.write_text(content)

    with pytest.raises(
        ConfigError, match=r"out\.jsonl exists and contains something other"
    ) as caught:
        run_batch(ITEMS, out, ask=unanswered)

    assert "--out" in caught.value.hint
    assert out.read_text() == content


def missing_folder(place: Path) -> Path:
    return place / "absent" / "out.jsonl"


def a_folder(place: Path) -> Path:
    (place / "folder").mkdir()
    return place / "folder"


@pytest.mark.parametrize("make", [missing_folder, a_folder])
def test_a_place_that_cannot_be_written_to_is_an_error(
    tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    """It is one of ours, with the place in it, and nothing is asked."""
    out = make(tmp_path)

    def ask(question: str, filters: Filters) -> Answer:
        raise AssertionError("asked")

    with pytest.raises(RagError, match=out.name):
        run_batch(ITEMS, out, ask=ask)


def test_progress_counts_what_was_answered_before(tmp_path: Path) -> None:
    """It begins where the last run stopped and ends complete."""
    out = tmp_path / "out.jsonl"
    run_batch(ITEMS[:1], out, ask=unanswered)
    seen: list[tuple[int, int]] = []

    run_batch(ITEMS, out, ask=unanswered, progress=lambda done, total: seen.append((done, total)))

    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_an_answer_is_one_line_whatever_is_in_it(tmp_path: Path) -> None:
    """Newlines, separators and control characters are escaped."""
    out = tmp_path / "out.jsonl"
    odd = "Who\nsaid\u2028what\x1b[31m\u0085?"

    run_batch([Item(id="1", question=odd)], out, ask=unanswered)

    content = out.read_text(encoding="utf-8")
    assert content.count("\n") == len(content.splitlines()) == 1
    assert json.loads(content)["question"] == odd


def test_an_answer_to_another_question_is_not_taken_for_this_one(tmp_path: Path) -> None:
    """A question that was edited under its old id is named, and the file of answers is kept."""
    out = tmp_path / "out.jsonl"
    run_batch([Item(id="1", question="Who left?")], out, ask=unanswered)
    before = out.read_bytes()

    with pytest.raises(ConfigError, match="another question with the id '1'"):
        run_batch([Item(id="1", question="Who stayed?")], out, ask=unanswered)

    assert out.read_bytes() == before


def test_two_batches_do_not_write_to_one_file(tmp_path: Path) -> None:
    """The second is refused while the first is at work, and the first goes on."""
    out = tmp_path / "out.jsonl"

    def ask_and_start_another(question: str, filters: Filters) -> Answer:
        with pytest.raises(ConfigError, match="another process is writing"):
            run_batch([Item(id="2", question="Who stayed?")], out, ask=unanswered)
        return unanswered(question, filters)

    assert run_batch([Item(id="1", question="Who left?")], out, ask=ask_and_start_another) == 1
    assert len(out.read_text().splitlines()) == 1


def test_questions_have_the_filters_of_all_or_their_own(tmp_path: Path) -> None:
    """They are asked with them, and an answer with others is not taken for one of theirs."""
    path, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    own = {"id": "2", "question": "Who?", "filters": {"since": "2019", "tag": "ice"}}
    path.write_text(lines({"id": "1", "question": "Who?"}, own), encoding="utf-8")
    heard: list[Filters] = []

    def ask(question: str, filters: Filters) -> Answer:
        heard.append(filters)
        limited = Limited(filters=filters, words="", articles=1)
        return replace(unanswered(question, filters), limited=limited)

    items = read_batch(path, Filters(since="2018"))
    run_batch(items, out, ask=ask)

    assert heard == [Filters(since="2018"), Filters(since="2019", tag=("ice",))]
    assert run_batch(items, out, ask=ask) == 0
    with pytest.raises(ConfigError, match="with other filters to the question with the id '1'"):
        run_batch(read_batch(path), out, ask=ask)
