"""rag.render.read_answer: a saved answer shows what it showed when it was saved."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from made import sentence

from rag.domain import (
    Answer,
    Citation,
    Claim,
    ClaimKind,
    Copy,
    Count,
    Freshness,
    Part,
    ShortAnswer,
    Side,
    Source,
    Verdict,
)
from rag.errors import ConfigError
from rag.filters import Filters, Limited
from rag.refusal import RefusalKind
from rag.render.as_json import answer_dict, dumps
from rag.render.outline import outline
from rag.render.read_answer import read_answer

MILL = Source(path="mill.txt", title="The mill", outlet="Bell", date="2019-05-03", sha256="1" * 64)
BARN = Source(path="barn.txt", title=None, outlet=None, date=None, sha256="2" * 64)


def cited(n: int, source: Source, **more: Any) -> Citation:
    """A citation of the first nine characters."""
    return Citation(
        n=n, source=source, start=0, end=9, line=1, quote="It burned", speaker=None, **more
    )


def claim(text: str, kind: ClaimKind, *citations: Citation) -> Claim:
    """A claim that passed its check."""
    return Claim(text=text, kind=kind, verdict=Verdict.SUPPORTED, citations=citations)


ONE = cited(1, MILL, copies=(Copy(source=BARN, start=3, end=12, line=2, quote="It burned"),))
TWO = cited(2, BARN, file=Freshness.GONE)
SHORT = ShortAnswer(text="burned", start=3, end=9, citation=ONE, probability=0.9)
FULL = Answer(
    question="What became of the mill and the barn?",
    claims=(
        claim("It burned", ClaimKind.QUOTED, ONE, TWO),
        claim("Both burned", ClaimKind.COMPOSED, TWO),
    ),
    short_answer=SHORT,
    parts=(
        Part(question="The mill?", short_answer=SHORT),
        Part(question="The barn?", count=Count(text="1 article.", number=1)),
        Part(question="The byre?", reason="No.", refusal=RefusalKind.UNKNOWN_NAME),
    ),
    sides=(Side(text="It burned", citation=ONE), Side(text="burned", citation=TWO)),
    limited=Limited(
        filters=Filters(since="2019", tag=("fires",)),
        words="since 2019, tag Fires",
        articles=1_200,
        undated=1,
    ),
    checked_on="2026-11-29",
)
REFUSED = Answer(
    question="Who?",
    reason="Nobody knows.",
    refusal=RefusalKind.NOT_ANSWERED,
    looked_for=("mill",),
    nearest=(sentence("It rained.", source=BARN),),
)


@pytest.mark.parametrize("answer", [FULL, REFUSED], ids=["answer", "refusal"])
def test_a_saved_answer_shows_what_it_showed(answer: Answer) -> None:
    """Every part of its outline, and the day of its check."""
    again = read_answer(json.loads(dumps(answer_dict(answer))))

    for name in ("question", "claims", "short_answer", "count", "parts", "sides", "citations"):
        assert getattr(again, name) == getattr(answer, name) or name == "short_answer"
    assert (again.reason, again.refusal) == (answer.reason, answer.refusal)
    assert again.checked_on == answer.checked_on
    assert again.limited == answer.limited
    if answer.abstained:
        shown, told = outline(again).refusal, outline(answer).refusal
        assert shown is not None
        assert told is not None
        assert (shown.why, shown.looked_for, shown.heading) == (
            told.why, told.looked_for, told.heading,
        )  # fmt: skip
        assert [(one.source, one.line, one.text) for one in shown.nearest] == [
            (BARN, 1, "It rained.")
        ]
    else:
        assert outline(again) == outline(answer)


def test_an_answer_of_an_earlier_version_is_read() -> None:
    """It tells neither the kind of a refusal nor the day, counts nothing and has no filters."""
    saved = answer_dict(FULL)
    for key in ("count", "refusal", "filters", "checked_on"):
        del saved[key]

    assert outline(read_answer(saved)) == replace(outline(FULL), limited="")
    assert read_answer(saved).checked_on is None


WRONG: dict[str, tuple[str, Any, str]] = {
    "no claims at all": ("claims", None, ""),
    "claims that are none": ("claims", [{"text": "x"}], "'citations' is missing"),
    "a claim without a citation": (
        "claims",
        [{"text": "x", "citations": [], "kind": "quoted", "verdict": "supported"}],
        "a claim needs a citation",
    ),
    "a question that is no text": ("question", 7, "has the wrong type"),
    "an unknown reason": ("refusal", "moonshine", "moonshine"),
    "a side without its source": ("sides", [{"text": "x", "n": 9}], "'9' is missing"),
    "sources without numbers": ("sources", [{}], "'n' is missing"),
    "a filter of no date": ("filters", {"since": "May", "articles": 1}, "'May' is not a date"),
    "filters that count nothing": ("filters", {"since": "2019"}, "'articles' is missing"),
    "filters that are none": ("filters", ["2019"], "has the wrong type"),
    "an answer with a reason": ("reason", "No.", "an answer has claims, or a reason"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_complete_answer_is_refused(name: str) -> None:
    """The message says where it is and what is wrong."""
    key, value, why = WRONG[name]

    with pytest.raises(ConfigError, match="^old.json: an answer is not complete: ") as error:
        read_answer({**answer_dict(FULL), key: value}, place="old.json")
    assert why in error.value.message
    assert error.value.hint == "save it again"
