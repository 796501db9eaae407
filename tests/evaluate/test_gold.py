"""rag.evaluate.gold: a gold set is read as it is meant, or refused with the line to mend."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.errors import EvalError
from rag.evaluate.draft import draft_line
from rag.evaluate.gold import Fact, GoldItem, read_gold
from rag.filters import NONE, Filters
from rag.language.text import fold

GOOD: dict[str, Any] = {
    "id": "1",
    "question": "Who closed the bridge?",
    "answerable": True,
    "facts": [{"any_of": ["the mayor", "Ada Lark"], "sources": ["a.txt", "b.txt"]}],
}
TABLE = "question,answer,source\n"


def jsonl(folder: Path, *entries: dict[str, Any] | str) -> Path:
    """A gold set of these lines."""
    path = folder / "gold.jsonl"
    lines = [entry if isinstance(entry, str) else json.dumps(entry) for entry in entries]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def table(folder: Path, text: str, name: str = "gold.csv") -> Path:
    """A gold set in the form of a table."""
    path = folder / name
    path.write_bytes(text.encode())
    return path


def refusal(path: Path) -> EvalError:
    """What is said of a file that is refused."""
    with pytest.raises(EvalError) as caught:
        read_gold(path)
    return caught.value


# --- JSON lines -----------------------------------------------------------------------------------


def test_a_line_is_a_question_with_facts_and_sources(tmp_path):
    """Everything on a line is kept, and where it stood."""
    full = GOOD | {"id": 7, "reference_answers": ["", "The mayor did."], "draft": True}

    gold = read_gold(jsonl(tmp_path, GOOD, "", full))

    assert (gold.name, len(gold.sha256)) == ("gold", 64)
    assert gold.items[1] == GoldItem(
        id="7",
        question="Who closed the bridge?",
        answerable=True,
        facts=(Fact(any_of=("the mayor", "Ada Lark"), sources=("a.txt", "b.txt")),),
        reference_answers=("The mayor did.",),
        draft=True,
        line=3,
    )
    assert gold.items[0].files == {"a.txt", "b.txt"}
    assert not gold.items[0].draft


def test_a_question_may_have_filters(tmp_path):
    """On a line as an object; wrong ones are refused with their line."""
    limited = GOOD | {"filters": {"since": "2018-07", "outlet": "Bell"}}

    assert read_gold(jsonl(tmp_path, limited)).items[0].filters == Filters(
        since="2018-07", outlet=("Bell",)
    )
    for wrong in ({"since": "July"}, {"outlets": []}, ["Bell"]):
        assert ", line 1" in refusal(jsonl(tmp_path, GOOD | {"filters": wrong})).message


def test_a_question_of_a_table_may_have_filters(tmp_path):
    """In columns of their names; several values are parted by bars."""
    rows = "question,answer,source,since,tag\nWho?,x,a.txt,2018,ice|harbour\nWhy?,,,,\n"

    first, second = read_gold(table(tmp_path, rows)).items

    assert first.filters == Filters(since="2018", tag=("ice", "harbour"))
    assert not second.filters


def test_a_question_without_an_answer_has_no_facts(tmp_path):
    """It is in the set to be refused."""
    empty = GOOD | {"id": "1", "answerable": False, "facts": []}
    without = {key: value for key, value in empty.items() if key != "facts"} | {"id": "2"}

    for item in read_gold(jsonl(tmp_path, empty, without)).items:
        assert (item.answerable, item.facts, item.files) == (False, (), frozenset())


@pytest.mark.parametrize("key", ["id", "question", "answerable", "facts"])
def test_a_line_without_a_field_is_refused(tmp_path, key):
    """The field and the line are named, and the hint shows a whole line."""
    error = refusal(jsonl(tmp_path, GOOD, {k: v for k, v in GOOD.items() if k != key} | {"x": 1}))

    assert error.message == f"{tmp_path / 'gold.jsonl'}, line 2 has no {key!r}"
    assert error.hint.startswith('a line looks like {"id": "1", ')


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"id": True}, "'id' of the wrong type"),
        ({"id": None}, "'id' of the wrong type"),
        ({"id": ""}, "an id that is not plain text"),
        ({"id": " "}, "an id that is not plain text"),
        ({"id": "a\nb"}, "an id that is not plain text"),
        ({"question": ["?"]}, "'question' of the wrong type"),
        ({"question": " ? "}, "the question is empty"),
        ({"question": "Who \ud800?"}, "half a character"),
        ({"answerable": "yes"}, "'answerable' of the wrong type"),
        ({"answerable": 1}, "'answerable' of the wrong type"),
        ({"facts": {}}, "'facts' of the wrong type"),
        ({"facts": ["the mayor"]}, "fact 1 needs 'any_of' and 'sources'"),
        ({"facts": [*GOOD["facts"], {"any_of": ["x"]}]}, "fact 2 needs 'any_of' and 'sources'"),
        ({"facts": [{"any_of": "x", "sources": ["a"]}]}, "a list of strings in 'any_of'"),
        ({"facts": [{"any_of": ["x", " "], "sources": ["a"]}]}, "none of them empty"),
        ({"facts": [{"any_of": ["\udfff"], "sources": ["a"]}]}, "a list of strings in 'any_of'"),
        ({"facts": [{"any_of": ["x"], "sources": []}]}, "fact 1 has no source"),
        ({"facts": [{"any_of": ["x"], "sources": [1]}]}, "a list of strings in 'sources'"),
        ({"facts": []}, "is answerable but has no fact"),
        ({"answerable": False}, "has facts but is not answerable"),
        ({"reference_answers": "x"}, "a list of strings in 'reference_answers'"),
        ({"reference_answers": [" "]}, "none of them empty"),
    ],
)
def test_a_line_that_cannot_be_meant_is_refused(tmp_path, changed, what):
    """The second line is named, and there is something to do about it."""
    error = refusal(jsonl(tmp_path, GOOD, GOOD | {"id": "2"} | changed))

    assert "gold.jsonl, line 2" in error.message
    assert what in error.message
    assert error.hint


def test_what_is_no_json_is_refused(tmp_path):
    """Blank lines count, so that the number is that of an editor."""
    assert "gold.jsonl, line 3 is not JSON" in refusal(jsonl(tmp_path, GOOD, "", "{")).message
    assert "line 1 is not a JSON object" in refusal(jsonl(tmp_path, "[1]")).message


def test_ids_are_all_different(tmp_path):
    """A number and a string that look the same are the same."""
    error = refusal(jsonl(tmp_path, GOOD, GOOD | {"id": "2"}, GOOD | {"id": 1}))

    assert error.message.endswith("line 3: the id '1' is already used on line 1")


def test_a_file_without_a_question_is_refused(tmp_path):
    """Nothing could be measured with it."""
    assert refusal(jsonl(tmp_path, "")).message.endswith("gold.jsonl contains no question")
    assert refusal(table(tmp_path, TABLE)).message.endswith("gold.csv contains no question")


@pytest.mark.parametrize("name", ["gold.jsonl", "gold.csv"])
def test_a_file_that_cannot_be_read_is_refused(tmp_path, name):
    """Absent, or in another encoding than UTF-8."""
    absent, latin = tmp_path / "absent" / name, tmp_path / f"l-{name}"
    latin.write_bytes("Où ?".encode("latin-1"))

    for path in (absent, latin):
        assert f"{path} cannot be read" in refusal(path).message


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path):
    """As editors on Windows write it, with their line ends."""
    path = tmp_path / "gold.jsonl"
    path.write_text("\ufeff" + json.dumps(GOOD) + "\r\n", encoding="utf-8", newline="")

    assert read_gold(path).items[0].id == "1"


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20).filter(
    lambda text: fold(text).strip()
)
questions = texts.filter(lambda text: any(char.isalnum() for char in text))
facts = st.builds(
    Fact,
    any_of=st.lists(texts, min_size=1, max_size=3).map(tuple),
    sources=st.lists(texts, min_size=1, max_size=3).map(tuple),
)
ids = texts.filter(str.isprintable)


@st.composite
def gold_items(draw: st.DrawFn) -> GoldItem:
    """Any valid question."""
    own = tuple(draw(st.lists(facts, max_size=3)))
    return GoldItem(
        id=draw(ids),
        question=draw(questions),
        answerable=bool(own),
        facts=own,
        reference_answers=tuple(draw(st.lists(texts, max_size=2))),
        filters=draw(st.sampled_from([NONE, Filters(since="2018", tag=("ice", "dam"))])),
        draft=draw(st.booleans()),
    )


@settings(deadline=None)
@given(st.lists(gold_items(), min_size=1, max_size=5, unique_by=lambda item: item.id))
def test_what_is_written_reads_back_equal(items):
    """Whatever the strings hold."""
    with TemporaryDirectory() as folder:
        lines = [json.dumps(draft_line(item), ensure_ascii=False) for item in items]
        found = read_gold(jsonl(Path(folder), *lines)).items

    assert [draft_line(item) for item in found] == [draft_line(item) for item in items]
    assert [item.line for item in found] == list(range(1, len(items) + 1))


# --- tables ---------------------------------------------------------------------------------------


def test_a_table_needs_three_columns(tmp_path):
    """Alternatives and files are parted by bars; case and order of the columns do not matter."""
    rows = "Source, Answer ,QUESTION\na.txt|b.txt,the mayor | Ada Lark,Who closed the bridge?\n"

    [item] = read_gold(table(tmp_path, rows)).items

    assert item == GoldItem(
        id="1",
        question="Who closed the bridge?",
        answerable=True,
        facts=(Fact(any_of=("the mayor", "Ada Lark"), sources=("a.txt", "b.txt")),),
        line=2,
    )


def test_rows_of_one_question_are_its_facts(tmp_path):
    """With or without ids; questions keep the order of their first rows."""
    with_ids = "id,question,answer,source\nb,Who?,x,a.txt\na,When?,y,a.txt\nb,Who?,z,b.txt\n"
    without = "question,answer,source\nWho?,x,a.txt\nWhen?,y,a.txt\nWho?,z,b.txt\n"

    first, second = (read_gold(table(tmp_path, text)).items for text in (with_ids, without))

    assert [(i.id, i.question, len(i.facts)) for i in first] == [
        ("b", "Who?", 2),
        ("a", "When?", 1),
    ]
    assert [(i.id, i.question, len(i.facts)) for i in second] == [
        ("1", "Who?", 2),
        ("2", "When?", 1),
    ]
    assert first[0].files == {"a.txt", "b.txt"}


def test_a_row_without_an_answer_is_a_question_without_one(tmp_path):
    """It has no source either; short and blank rows are filled up and skipped."""
    gold = read_gold(table(tmp_path, TABLE + "Who?,,\n,,\nWhy?\n"))

    assert [(item.question, item.answerable, item.line) for item in gold.items] == [
        ("Who?", False, 2),
        ("Why?", False, 4),
    ]


def test_tabs_part_the_cells_of_a_tsv(tmp_path):
    """Commas are then just commas; reference answers and draft marks may be there."""
    text = "question\tanswer\tsource\treference\tdraft\nWho, then?\tx\ta.txt\tX.|X, he.\tyes\n"

    [item] = read_gold(table(tmp_path, text, "gold.tsv")).items

    assert (item.question, item.reference_answers, item.draft) == (
        "Who, then?",
        ("X.", "X, he."),
        True,
    )


def test_cells_may_hold_lines_quotes_and_commas(tmp_path):
    """Within double quotes; the byte order mark of a spreadsheet is skipped."""
    rows = [
        "\ufeffquestion,answer,source",
        '"Who,\r\nthen?","""No,"" he said",a.txt',
        "Why?,x,b.txt",
    ]
    text = "\r\n".join(rows)

    first, second = read_gold(table(tmp_path, text)).items

    assert first.question == "Who,\nthen?"
    assert first.facts[0].any_of == ('"No," he said',)
    assert (first.line, second.line) == (3, 4)


def test_columns_that_nobody_asked_for_do_no_harm(tmp_path):
    """Among them the unnamed one in which data frames number their rows."""
    text = ",question,answer,source,note\n0,Who?,x,a.txt,hm\n1,Why?,,,\n"

    assert [item.id for item in read_gold(table(tmp_path, text)).items] == ["1", "2"]


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [
        (
            "question,answer\nWho?,x\n",
            "has no column source",
            "the first line must name the columns",
        ),
        ("", "has no column answer, question, source", "the first line must name the columns"),
        ("question;answer;source\nWho?;x;a\n", "has no column", "by commas, not semicolons"),
        ("question,answer,source,answer\n", "has the column answer twice", "the first line"),
        (TABLE + "Who?,x,a.txt,b.txt\n", "line 2 has more cells than", "double quotes"),
        (TABLE + 'Who?,x,a\n"Why?,x,b.txt\n', "line 3 is not a valid table row", "the first line"),
        (TABLE + 'Who?,"x"y,a.txt\n', "line 2 is not a valid table row", "the first line"),
        (TABLE + "Who?,x,\n", "line 2, fact 1 has no source", "list the files"),
        (TABLE + "Who?,,a.txt\n", "line 2 has a source but no answer", "give the answer"),
        (TABLE + ",x,a.txt\n", "line 2: the question is empty", "a line looks like"),
        (TABLE + "Who?,,\nWho?,,\n", "line 3 repeats the question of line 2", "remove one"),
        (TABLE + "Who?,x,a\nWho?,,\n", "line 3 has the same id as line 2", "each with an answer"),
        (
            "id,question,answer,source\n1,Who?,x,a\n1,Why?,y,a\n",
            "line 3 has the same id as line 2",
            "rows of one question must repeat the question",
        ),
        (
            "id,question,answer,source\n2,A?,x,a\n,B?,x,a\n",
            "the id '2' is already used on line 2",
            "its own",
        ),
    ],
)
def test_a_table_that_cannot_be_meant_is_refused(tmp_path, text, what, hint):
    """The line is named, and there is something to do about it."""
    error = refusal(table(tmp_path, text))

    assert what in error.message
    assert hint in error.hint


def test_a_spreadsheet_and_a_folder_have_hints_of_their_own(tmp_path: Path) -> None:
    """What people try first is answered with what works."""
    (tmp_path / "gold.xlsx").write_bytes(b"PK\x03\x04")

    with pytest.raises(EvalError, match="is a spreadsheet") as sheet:
        read_gold(tmp_path / "gold.xlsx")
    with pytest.raises(EvalError, match="is a folder without") as folder:
        read_gold(tmp_path)

    assert ".csv" in sheet.value.hint
    assert "BEIR" in folder.value.hint


def test_a_fact_without_a_string_is_kept(tmp_path: Path) -> None:
    """Published sets have some: of these only the file is known."""
    entry = GOOD | {"facts": [{"any_of": [], "sources": ["a.txt"]}]}

    [item] = read_gold(jsonl(tmp_path, json.dumps(entry))).items

    assert item.facts == (Fact(any_of=(), sources=("a.txt",)),)
    assert item.files == {"a.txt"}


def test_all_bad_lines_are_named_at_once(tmp_path: Path) -> None:
    """Up to five, and how many more: who mends one sees the others."""
    two = refusal(jsonl(tmp_path, "{", json.dumps(GOOD), '{"id": "2"}')).message
    nine = refusal(jsonl(tmp_path, *["{"] * 9)).message

    assert "line 1 is not JSON" in two
    assert "; line 3 has no 'question'" in two
    assert "line 5 is not JSON" in nine
    assert nine.endswith("; and 4 more lines")


def test_a_string_that_folds_to_nothing_is_none(tmp_path: Path) -> None:
    """Every text would hold it."""
    fact = {"any_of": ["\u00ad"], "sources": ["a.txt"]}

    assert (
        "none of them empty"
        in refusal(jsonl(tmp_path, json.dumps(GOOD | {"facts": [fact]}))).message
    )


def test_a_name_that_is_nearly_a_known_one_is_refused(tmp_path: Path) -> None:
    """What it holds would be passed over in silence; other names are the user's own business."""
    misspelt = refusal(jsonl(tmp_path, json.dumps(GOOD | {"reference_answer": ["x"]})))
    column = refusal(table(tmp_path, "question,answer,source,referense\nWho?,x,a.txt,y\n"))
    own = read_gold(jsonl(tmp_path, json.dumps(GOOD | {"topic": "dams", "note": "x"})))

    assert misspelt.hint == "did you mean 'reference_answers'?"
    assert column.hint == "did you mean 'reference'?"
    assert len(own.items) == 1


def test_a_table_with_another_delimiter_is_told_which(tmp_path: Path) -> None:
    """By its ending it is one thing, by its first line another."""
    tabs = refusal(table(tmp_path, "question\tanswer\tsource\n"))
    commas = refusal(table(tmp_path, "question,answer,source\n", name="gold.tsv"))

    assert tabs.hint == "separate the cells by commas, not tabs"
    assert commas.hint == "separate the cells by tabs, not commas"


def test_a_file_that_is_not_there_is_named_with_one_that_is(tmp_path: Path) -> None:
    """A slip of the keyboard is the usual cause."""
    jsonl(tmp_path, json.dumps(GOOD))

    absent = refusal(tmp_path / "gold.jsnl")

    assert absent.message.endswith("gold.jsnl cannot be read: there is no such file")
    assert absent.hint == f"did you mean {tmp_path / 'gold.jsonl'}?"
