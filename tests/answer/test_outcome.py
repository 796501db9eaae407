"""rag.answer.outcome: which of several questions has no answer, and what is nearest to them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Assistant
from rag.answer.decide import NO_SENTENCE, Answerable, Refusal
from rag.answer.outcome import Composed, Looked, Outcome, put_together
from rag.answer.quote import Numbering, quote_claims
from rag.config import Settings
from rag.domain import Answer, Evidence, Freshness, Retrieved
from rag.question.read import read_question
from rag.refusal import RefusalKind
from rag.retrieve.whose import Asked
from rag.sync.update import sync

LARK = "Ada Lark said that the dam would be built by 2025."
MOE = "Bo Moe said the dam should be stopped."
MOSS = "The dairy of Moss lost 40 cows in the flood."


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[Assistant]:
    """One article of these sentences."""
    folder = tmp_path_factory.mktemp("several")
    (folder / "lom.txt").write_text(f"Lom\n\n{LARK} {MOE} {MOSS}\n", encoding="utf-8")
    settings = Settings(index=folder / "index", cache=cache, llm="none")
    sync([folder], settings=settings)
    with Assistant.open(settings=settings) as opened:
        yield opened


class Asking:
    """Puts answers together whose parts were decided here."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._found = {one.text: one for one in assistant.search("the dam and the flood of Lom")}
        self._numbering = Numbering(lambda source: Freshness.UNCHANGED)

    def _looked(self, texts: tuple[str, ...]) -> Looked:
        evidence = tuple(self._found[text] for text in texts)
        retrieved = Retrieved(passages=(), evidence=evidence)
        return Looked(whom=Asked(name=None), retrieved=retrieved, ranked=evidence, took=0.0)

    def answered(self, question: str, *texts: str, cited: tuple[str, ...]) -> Outcome:
        """A question that is answered; of the sentences near to it, some are cited."""
        used: list[Evidence] = [self._found[text] for text in cited]
        return Outcome(
            asked=read_question(question),
            decision=Answerable(likely=1.0),
            looked=self._looked(texts),
            composed=Composed(
                claims=tuple(quote_claims(used, numbering=self._numbering)),
                dropped=(),
                short_answer=None,
                count=None,
                sides=(),
                read_as=(),
                used=frozenset(one.id for one in used),
                first_claim=None,
                tokens=None,
            ),
        )

    def refused(self, question: str, *texts: str) -> Outcome:
        """A question that has no answer, with the sentences near to it."""
        kind = RefusalKind.NOT_ANSWERED
        refusal = Refusal(rule="unlikely", kind=kind, reason=NO_SENTENCE, likely=0.0)
        asked = read_question(question)
        return Outcome(asked=asked, decision=refusal, looked=self._looked(texts))

    def together(self, *outcomes: Outcome) -> Answer:
        """The whole answer."""
        return put_together(
            "Whatever?",
            outcomes,
            store=self._assistant.store,
            narrowed=None,
            model="none",
            began=0.0,
            opened=0.0,
        )


@pytest.fixture
def asking(assistant: Assistant) -> Asking:
    """These articles."""
    return Asking(assistant)


def gaps(answer: Answer) -> list[str]:
    """The questions that have no answer."""
    return [part.question for part in answer.parts if part.reason]


def test_what_is_cited_for_another_question_is_no_gap(asking: Asking) -> None:
    """Whose sentence stands in the answer is not said to have none; who is nowhere is."""
    answer = asking.together(
        asking.answered("Where does Lark stand on the dam?", LARK, MOE, cited=(LARK, MOE)),
        asking.refused("Where does Moe stand on the dam?", MOE, LARK),
        asking.refused("Where does Holt stand on the dam?", LARK, MOE),
    )

    assert [one.quote for one in answer.citations] == [LARK, MOE]
    assert gaps(answer) == ["Where does Holt stand on the dam?"]


def test_what_only_tells_of_another_is_a_gap(asking: Asking) -> None:
    """The sentence is cited for what it tells of."""
    answer = asking.together(
        asking.answered("What did the Moss dairy lose?", MOSS, cited=(MOSS,)),
        asking.answered("What did the Holt growers lose?", MOSS, cited=()),
    )

    assert gaps(answer) == ["What did the Holt growers lose?"]


def test_what_answers_two_questions_is_cited_once(asking: Asking) -> None:
    """The second is no gap, though nothing is cited for it alone."""
    answer = asking.together(
        asking.answered("When is the dam built?", LARK, cited=(LARK,)),
        asking.answered("Who says when the dam is ready?", LARK, cited=()),
        asking.answered("What does Lark say?", LARK, cited=()),
    )

    assert gaps(answer) == []


def test_each_of_the_nearest_sentences_is_shown_once(asking: Asking) -> None:
    """However many questions it is near to."""
    answer = asking.together(
        asking.refused("What did Krag say?", LARK, MOE), asking.refused("What did Vik say?", MOE)
    )

    assert answer.abstained
    assert [one.text for one in answer.nearest] == [LARK, MOE]
