"""Answers of other programs become answers in our form: bench/peers without any of them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from peers.answers import answer_of, refuses
from peers.programs import PEERS, Program
from peers.run import SETS, prepare, row

from rag.evaluate.read_answers import read_given

ROOT = Path(__file__).parents[1]
ARTICLES = {
    "harbour.txt": "The harbour opens in May.\n\nSix ships\nwere sold. Arne Vik paid for them.",
    "mill.txt": "The mill closed in 1990.",
}
SAME = ("llama-cpp-python", "torch", "huggingface-hub", "numpy")
SHIPS = {"path": "harbour.txt", "text": "Six ships were sold."}
MILL = {"path": "mill.txt", "text": "The mill closed in 1990."}
# A program beside ours in short: it knows one answer.
OTHER = """
import json, pathlib, sys
questions, out = map(pathlib.Path, sys.argv[1:])
passages = [{"path": "harbour.txt", "text": "Six ships were sold."}]
said = {"passages": passages, "marked": True, "seconds": 0.5}
with out.open("w") as lines:
    for item in map(json.loads, questions.read_text().splitlines()):
        text = "Six were sold [1]." if "ships" in item["question"] else "I do not know."
        lines.write(json.dumps({**item, "text": text, **said}))
        lines.write(chr(10))
"""


def said(text: str, *passages: dict[str, str], marked: bool = True) -> dict[str, Any]:
    """What a program beside ours answered."""
    return {
        "id": "1",
        "question": "How many ships were sold?",
        "text": text,
        "passages": list(passages),
        "marked": marked,
        "seconds": 1.25,
    }


def claims(line: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """Each claim with what stands in the articles where it cites, read as an evaluation does."""
    given = read_given(answer_of(line, ARTICLES), place="a line")
    return [
        (claim.text, [ARTICLES[one.path][one.start : one.end] for one in claim.citations])
        for claim in given.claims
    ]


@pytest.mark.parametrize(
    "text", ["Six [2]. Vik paid.", "Six. [2] Vik paid.", "Six (Source 2). Vik paid."]
)
def test_a_mark_cites_the_passage_of_its_number_for_its_sentence_alone(text: str):
    """Also behind the stop; and the passage is found whatever white space its words have."""
    assert claims(said(text, MILL, SHIPS)) == [
        ("Six.", ["Six ships\nwere sold."]),
        ("Vik paid.", []),
    ]


def test_marks_together_cite_several_passages_each_once():
    both = ["The mill closed in 1990.", "Six ships\nwere sold."]
    assert claims(said("Six were sold [1, 2][1].", MILL, SHIPS)) == [("Six were sold.", both)]


def test_a_mark_of_no_passage_cites_nothing():
    assert claims(said("Six were sold [3] [0].", MILL, SHIPS)) == [("Six were sold.", [])]


def test_a_source_of_the_whole_answer_is_cited_by_each_sentence():
    line = said("Six were sold. In [2019] it was eight.", SHIPS, marked=False)
    cited = ["Six ships\nwere sold."]
    assert claims(line) == [("Six were sold.", cited), ("In [2019] it was eight.", cited)]


@pytest.mark.parametrize(
    "passage",
    [{"path": "harbour.txt", "text": "Six ships were bought."}, {"path": "no.txt", "text": "Six"}],
)
def test_words_that_stand_nowhere_are_cited_at_no_place(passage: dict[str, str]):
    """The citation stays, and counts as one that leads nowhere."""
    [claim] = answer_of(said("Six [1].", passage), ARTICLES)["claims"]
    [citation] = claim["citations"]
    assert (citation["start"], citation["end"], citation["quote"]) == (0, 0, passage["text"])


@pytest.mark.parametrize(
    "sentence",
    [
        "",
        "Empty Response",
        "The provided sources do not contain information about ships.",
        "The context doesn't mention how many ships were sold [1].",
        "There is no information on this.",
        "The number is not stated in the given documents.",
        "I don't know.",
        "I'm sorry, I cannot help with that.",
        "It is not possible to determine the number.",
        "None of the provided sources are helpful.",
    ],
)
def test_an_answer_that_says_there_is_none_is_a_refusal(sentence: str):
    assert refuses(sentence)
    assert read_given(answer_of(said(sentence, MILL), ARTICLES), place="a line").abstained


@pytest.mark.parametrize(
    "sentence",
    [
        "Peskov said that he would not rush to speak about thaws.",
        "The minister did not say when the talks begin.",
        "Nobody was hurt, and no ship was sold.",
        "Vik apologised for the sale.",
        "The documents were signed in May.",
    ],
)
def test_an_answer_with_a_negation_is_no_refusal(sentence: str):
    assert not refuses(sentence)


def test_an_error_is_a_failure_with_its_words():
    line = {"id": "1", "question": "How many?", "error": "ValueError: too long"}
    given = read_given(answer_of(line, ARTICLES), place="a line")
    assert (given.failure, given.abstained) == ("ValueError: too long", False)


def test_seconds_become_the_milliseconds_of_the_answer():
    assert read_given(answer_of(said("Six.", SHIPS), ARTICLES), place="a line").total_ms == 1250.0


@pytest.mark.parametrize("name", PEERS)
def test_a_program_has_fixed_versions_and_runs_models_with_the_same_libraries(name: str):
    """So that a difference of figures is one between programs."""
    wanted = versions(ROOT / "bench" / "peers" / f"{name}.txt")
    ours = versions(ROOT / "constraints.txt")
    assert {key: wanted[key] for key in SAME} == {key: ours[key] for key in SAME}
    assert PEERS[name][1] in wanted


def versions(path: Path) -> dict[str, str]:
    """Version by package; a line that fixes none is an error."""
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = [line.split("==") for line in lines if not line.startswith("#")]
    return {package: version for package, version in pairs}


def test_a_program_is_asked_what_its_articles_say_and_its_answers_are_scored(tmp_path: Path):
    """One question is answered with a citation, one without an answer is refused."""
    fact = {"any_of": ["six"], "sources": ["harbour.txt"]}
    gold = [
        {"id": "1", "question": "How many ships were sold?", "answerable": True, "facts": [fact]},
        {"id": "2", "question": "Who owns the mill?", "answerable": False, "facts": []},
    ]
    data, work = tmp_path / "data", tmp_path / "work"
    for folder in (data / "gold", data / "seeds", work):
        folder.mkdir(parents=True)
    (data / "gold" / "seeds.jsonl").write_text("".join(json.dumps(one) + "\n" for one in gold))
    for name, text in ARTICLES.items():
        (data / "seeds" / name).write_text(text)
    prepared = prepare(SETS[0], data=data, work=work, most=None)
    program = Program(
        name="other",
        title="Other 1.0",
        model="none",
        batch=lambda questions, out: [sys.executable, "-c", OTHER, str(questions), str(out)],
        alone=lambda item, scratch: [sys.executable, "-c", "pass"],
        environment={},
    )
    cells = row(program, prepared, work=work, cold=1).strip("| ").split(" | ")
    assert {path.name: path.read_text() for path in prepared.articles.iterdir()} == prepared.texts
    shares = ["1.00", "1.00", "1.00", "1.00"]
    assert cells[:-3] == ["seeds", "Other 1.0", "none", *shares, "0 of 1", "1 of 1", "0", "3"]
    assert cells[-2] == "0.50"
