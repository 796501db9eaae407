"""rag.render.as_json: the answer as a contract with programs."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, ValidationError
from made import sentence

from rag.cost import Timings, Tokens
from rag.domain import (
    Answer,
    Citation,
    Claim,
    ClaimKind,
    Copy,
    Count,
    Dropped,
    Evidence,
    Incomplete,
    Part,
    Reading,
    ShortAnswer,
    Side,
    Skipped,
    Source,
    Span,
    Verdict,
)
from rag.refusal import RefusalKind
from rag.render.as_json import answer_dict, dumps, evidence_dict, report_dict, search_dict
from rag.sync.report import SyncReport

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs" / "answer.schema.json").read_text(encoding="utf-8")
)
VALIDATOR = Draft202012Validator(SCHEMA)
URL = "https://bell.example/dam"

HOSTILE = (
    "".join(map(chr, range(0xA0)))
    + "\x1b]8;;https://evil.example\x07click\x1b]8;;\x07 \x1b[2J\x9b31m [/nope] [bold red]"
    + "\u202egnp.exe\u2066\u2069\u200f\u2028\ufeff\U000e0041 end"
)
HARMFUL = {chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))} - {"\n"} | set(
    "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029\ufeff"
    "\U000e0041"
)


def source(text: str) -> Source:
    """An article whose every detail is this text."""
    return Source(path=text, title=text, outlet=text, date="2019-05-03", sha256="0" * 64, url=URL)


def answering(text: str = "The dam burst.") -> Answer:
    """An answer of one claim, every string of it this text."""
    citation = Citation(
        n=1, source=source(text), start=7, end=21, line=2, quote=text, speaker=text,
        copies=(Copy(source=source(text), start=9, end=23, line=3, quote=text),),
    )  # fmt: skip
    claim = Claim(
        text=text, kind=ClaimKind.COMPOSED, verdict=Verdict.SUPPORTED, citations=(citation,)
    )
    return Answer(
        question=text,
        claims=(claim,),
        short_answer=ShortAnswer(
            text=text, start=11, end=14, citation=citation, probability=0.71234
        ),
        count=Count(text=text, number=3),
        parts=(
            Part(question="Who?"),
            Part(question="Why?", reason=text, refusal=RefusalKind.OTHER_TIME),
        ),
        sides=(Side(text=text, citation=citation),),
        dropped=(Dropped(text=text, why="repeats a sentence"),),
        answerability=0.87654,
        tokens=Tokens(prompt=120, answer=9),
        timings=Timings(open=1.26, retrieve=2.0, first_claim=3.04, total=4.5),
        model=text,
        generation=3,
        checked_on="2026-11-29",
    )


def evidence(text: str = "The dam burst.") -> Evidence:
    """A sentence that was found."""
    return sentence(
        text, source=source(text), start=7, end=21, line=2, score=0.123456, dense=-0.25,
        lexical=1.0,
        reading=Reading(answers=0.61234, share=0.43219, words=Span(start=4, end=7), sure=0.5),
        copies=(Copy(source=source(text), start=9, end=23, line=3, quote=text),),
    )  # fmt: skip


def abstaining(text: str = "Why?") -> Answer:
    """An answer that there is none."""
    kind = RefusalKind.NOT_ANSWERED
    return Answer(question=text, reason=text, refusal=kind, nearest=(evidence(text),))


def test_an_answer_has_the_keys_of_the_contract() -> None:
    """Programs find what the documentation promises, and nothing else."""
    assert answer_dict(answering()) == {
        "schema": "rag.answer/1",
        "question": "The dam burst.",
        "abstained": False,
        "reason": None,
        "refusal": None,
        "text": "The dam burst. [1]",
        "short_answer": {
            "text": "The dam burst.",
            "n": 1,
            "path": "The dam burst.",
            "start": 11,
            "end": 14,
            "probability": 0.7123,
        },
        "count": {"text": "The dam burst.", "number": 3},
        "parts": [
            {
                "question": "Who?",
                "short_answer": None,
                "count": None,
                "reason": None,
                "refusal": None,
            },
            {
                "question": "Why?",
                "short_answer": None,
                "count": None,
                "reason": "The dam burst.",
                "refusal": "other_time",
            },
        ],
        "sides": [
            {
                "text": "The dam burst.",
                "n": 1,
                "path": "The dam burst.",
                "outlet": "The dam burst.",
                "date": "2019-05-03",
            }
        ],
        "claims": [
            {
                "text": "The dam burst.",
                "verdict": "supported",
                "kind": "composed",
                "support": 1.0,
                "citations": [
                    {
                        "n": 1,
                        "path": "The dam burst.",
                        "start": 7,
                        "end": 21,
                        "line": 2,
                        "quote": "The dam burst.",
                        "sha256": "0" * 64,
                        "speaker": "The dam burst.",
                        "date": "2019-05-03",
                        "file": "unchanged",
                        "ocr": False,
                        "also_in": [
                            {
                                "path": "The dam burst.",
                                "start": 9,
                                "end": 23,
                                "line": 3,
                                "quote": "The dam burst.",
                                "sha256": "0" * 64,
                                "title": "The dam burst.",
                                "outlet": "The dam burst.",
                                "date": "2019-05-03",
                                "url": "https://bell.example/dam",
                                "file": "unchanged",
                            }
                        ],
                    }
                ],
            }
        ],
        "sources": [
            {
                "n": 1,
                "path": "The dam burst.",
                "title": "The dam burst.",
                "outlet": "The dam burst.",
                "date": "2019-05-03",
                "url": "https://bell.example/dam",
            }
        ],
        "looked_for": [],
        "undated": None,
        "nearest": [],
        "dropped": [{"text": "The dam burst.", "why": "repeats a sentence"}],
        "answerability": 0.8765,
        "timings_ms": {"open": 1.3, "retrieve": 2.0, "first_claim": 3.0, "total": 4.5},
        "tokens": {"prompt": 120, "answer": 9},
        "model": "The dam burst.",
        "generation": 3,
        "checked_on": "2026-11-29",
    }


def test_an_abstention_has_the_same_keys() -> None:
    """A reason and the nearest sentences instead of claims."""
    found = answer_dict(abstaining())

    assert list(found) == list(answer_dict(answering()))
    assert (found["abstained"], found["reason"], found["text"]) == (True, "Why?", "")
    assert (found["claims"], found["sources"]) == ([], [])
    assert found["short_answer"] is None
    assert found["nearest"][0]["score"] == 0.1235


def test_a_reading_has_the_offsets_of_the_article() -> None:
    """Characters 4 to 7 of a sentence at 7 are 11 to 14; what is not known is null."""
    unread = dataclasses.replace(evidence(), reading=None)
    wordless = dataclasses.replace(evidence(), reading=Reading(answers=0.25))

    assert evidence_dict(evidence())["reading"] == {
        "answers": 0.6123,
        "share": 0.4322,
        "start": 11,
        "end": 14,
        "sure": 0.5,
    }
    assert evidence_dict(unread)["reading"] is None
    assert evidence_dict(wordless)["reading"] == {
        "answers": 0.25,
        "share": 0.0,
        "start": None,
        "end": None,
        "sure": 0.0,
    }
    for found in (unread, wordless):
        answer = dataclasses.replace(abstaining(), nearest=(found,))
        VALIDATOR.validate(answer_dict(answer))


def test_the_schema_is_a_schema() -> None:
    """It is valid by its own draft."""
    Draft202012Validator.check_schema(SCHEMA)

    assert SCHEMA["title"] == SCHEMA["properties"]["schema"]["const"] == "rag.answer/1"


@pytest.mark.parametrize("text", ["The dam burst.", HOSTILE], ids=["plain", "hostile"])
@pytest.mark.parametrize("make", [answering, abstaining])
def test_answers_fit_the_schema(make, text) -> None:
    """Answering or abstaining, as printed and read back."""
    VALIDATOR.validate(json.loads(dumps(answer_dict(make(text)))))


def test_an_answer_without_details_fits_the_schema() -> None:
    """Title, outlet, date and speaker may be unknown."""
    bare = Source(path="a.txt", title=None, outlet=None, date=None, sha256="0" * 64)
    citation = Citation(n=1, source=bare, start=0, end=3, line=1, quote="Yes", speaker=None)
    claim = Claim(
        text="Yes", kind=ClaimKind.QUOTED, verdict=Verdict.SUPPORTED, citations=(citation,)
    )

    VALIDATOR.validate(answer_dict(Answer(question="Is it?", claims=(claim,))))
    no = Answer(question="Is it?", reason="No.", refusal=RefusalKind.NOT_ANSWERED)
    VALIDATOR.validate(answer_dict(no))


@pytest.mark.parametrize(
    "change",
    [
        {"more": 1},
        {"schema": "rag.answer/2"},
        {"abstained": True},
        {"reason": "No."},
        {"short_answer": {"text": "no place"}},
        {"claims": []},
        {
            "sources": [
                {"n": 0, "path": "a", "title": None, "outlet": None, "date": None, "url": None}
            ]
        },
        {"timings_ms": {"open": 1}},
        {"generation": "3"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_the_schema_refuses_anything_else(change) -> None:
    """More keys, another version, or an answer that contradicts itself do not fit."""
    with pytest.raises(ValidationError, match="."):
        VALIDATOR.validate(answer_dict(answering()) | change)


@pytest.mark.parametrize("indent", [2, None])
@pytest.mark.parametrize(
    "value",
    [
        answer_dict(answering(HOSTILE)),
        answer_dict(abstaining(HOSTILE)),
        search_dict(HOSTILE, [evidence(HOSTILE)], generation=3),
        report_dict(
            SyncReport(
                generation=1, articles=1, passages=1, sentences=1, seconds=1.234,
                skipped=(Skipped(path=HOSTILE, why=HOSTILE),),
            )
        ),
        {HOSTILE: HOSTILE},
    ],
    ids=["answer", "abstention", "search", "report", "key"],
)  # fmt: skip
def test_json_is_harmless_and_whole(value, indent) -> None:
    """No control or bidirectional character is in the output, and reading it gives the value."""
    printed = dumps(value, indent=indent)

    assert not HARMFUL.intersection(printed)
    assert json.loads(printed) == value
    assert indent is not None or "\n" not in printed


def test_json_is_readable_in_any_script() -> None:
    """Letters are not escaped."""
    assert dumps({"a": "Москва, “日本” é"}, indent=None) == '{"a": "Москва, “日本” é"}'


def test_an_empty_search_is_valid_json() -> None:
    """No result is an empty list."""
    assert json.loads(dumps(search_dict("Why?", [], generation=3))) == {
        "schema": "rag.search/1",
        "question": "Why?",
        "results": [],
        "generation": 3,
    }


def test_a_report_lists_what_was_skipped() -> None:
    """Numbers, and each file with its reason."""
    report = SyncReport(
        generation=2, articles=1, passages=2, sentences=3, seconds=1.234, new=("b.txt",),
        renamed=(("c.txt", "d.txt"),), unchanged=4, copies=(("a.txt", "b.txt", "d.txt"),),
        skipped=(Skipped(path="a.bin", why="binary", failed=False),),
        incomplete=(Incomplete(path="b.pdf", left_out=("page 2 is lacking",)),),
    )  # fmt: skip

    assert report_dict(report) == {
        "schema": "rag.index/1",
        "generation": 2,
        "dry_run": False,
        "new": ["b.txt"],
        "changed": [],
        "removed": [],
        "renamed": [{"from": "c.txt", "to": "d.txt"}],
        "unchanged": 4,
        "articles": 1,
        "passages": 2,
        "sentences": 3,
        "copies": [{"path": "a.txt", "also_in": ["b.txt", "d.txt"]}],
        "ignored": [],
        "kept": 0,
        "skipped": [{"path": "a.bin", "why": "binary", "failed": False, "unread": False}],
        "incomplete": [{"path": "b.pdf", "left_out": ["page 2 is lacking"]}],
        "seconds": 1.23,
    }
