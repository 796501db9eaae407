"""Whether a question is answered or refused: the one place where that is decided, rule by rule.

It refuses when nothing was found, when all that was found is of another time or of other people,
and when hardly anything of it answers; where no reader reads, also when a name is nowhere in the
articles. `bench/ablation.py` measures what each rule is worth.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from rag.answer.answerability import answerability, is_read, line
from rag.domain import Evidence
from rag.language.text import stem, words
from rag.question.read import Question, in_time
from rag.retrieve.resolve_speakers import group_speakers, sounding_like
from rag.retrieve.whose import Asked
from rag.store import LocalStore

NO_SENTENCE = "No sentence in the articles answers this question."


@dataclass(frozen=True, slots=True, kw_only=True)
class Answerable:
    """The evidence may answer the question."""

    likely: float  # how far it can, 0 to 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """The question is not answered."""

    rule: str  # the name of the rule that refused, one of `RULES`
    reason: str  # a sentence for the person who asked
    likely: float  # how far the evidence can answer all the same, 0 to 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a rule decides about."""

    question: Question
    whom: Asked  # whose words it asks for
    evidence: Sequence[Evidence]  # ranked; none only for the first rule
    store: LocalStore  # the index that it is from
    likely: float  # the answerability
    abstain_below: float | None  # the user's own line of it, see `line`
    limited: bool  # whether only a part of the index was searched


Rule = Callable[[Case], str | None]  # the reason to refuse; None lets the question pass


def decide(
    question: Question,
    whom: Asked,
    evidence: Sequence[Evidence],
    store: LocalStore,
    *,
    abstain_below: float | None = None,
    limited: bool = False,
    off: Collection[str] = frozenset(),
) -> Answerable | Refusal:
    """Answer, or refuse for the first reason that holds.

    Args:
        question: The question.
        whom: Whose words it asks for.
        evidence: Ranked sentences.
        store: The index that they are from.
        abstain_below: The user's own line of abstention, see `line`.
        limited: Whether only a part of the index was searched.
        off: Names of rules that are left out, to see what each is worth. Without any evidence
            there is nothing to answer with, whatever is off.

    Raises:
        ValueError: There is no rule of such a name.
    """
    if unknown := set(off) - {name for name, _ in RULES}:
        raise ValueError(f"no such rule: {', '.join(sorted(unknown))}")
    likely = answerability(question, evidence)
    case = Case(
        question=question,
        whom=whom,
        evidence=evidence,
        store=store,
        likely=likely,
        abstain_below=abstain_below,
        limited=limited,
    )
    for name, rule in RULES:
        if name in off and evidence:
            continue
        if reason := rule(case):
            return Refusal(rule=name, reason=reason, likely=likely)
    return Answerable(likely=likely)


def _nothing(case: Case) -> str | None:
    """Whether nothing was found at all."""
    if case.evidence:
        return None
    where = "articles that were searched contain" if case.limited else "index contains"
    return f"The {where} no text that matches a word of the question."


def _absent_name(case: Case) -> str | None:
    """Where no reader reads: whether a name is missing, see `_missing`."""
    return None if is_read(case.evidence) else _missing(case)


def _untimely(case: Case) -> str | None:
    """For "what did X say in July 2018": whether all that was found is of another time."""
    question = case.question
    if question.period is None or any(
        in_time(question, date=found.source.date, text=found.text) for found in case.evidence
    ):
        return None
    return f"Nothing was found that was said {question.period.written}."


def _others_words(case: Case) -> str | None:
    """Whether nothing that was found can be an answer: all of it is somebody else's words."""
    if any(found.score >= 0 for found in case.evidence):
        return None
    asked = case.question.speaker_as_asked
    return _missing(case) or (f"Nothing was found that {asked} says." if asked else NO_SENTENCE)


def _unlikely(case: Case) -> str | None:
    """Whether the answerability is below the line."""
    if case.likely >= line(case.evidence, case.abstain_below):
        return None
    return _missing(case) or _apart(case) or NO_SENTENCE


def _missing(case: Case) -> str | None:
    """That a name is in no article, or that nobody with the asked name says anything.

    It names who else may be meant: of a speaker whom nobody sounds like, it says nothing.
    """
    absent = [name for name in _names(case) if not _is_known(name, case.store)]
    near = {one.capitalize(): None for name in absent for one in case.store.misspelt(name)}
    meant = " or ".join(near) or _alike(case)
    hint = f" Did you mean {meant}?" if meant else ""
    if absent:
        return f"No article mentions {' or '.join(_as_asked(case, absent))}.{hint}"
    asked = case.question.speaker_as_asked
    return f"Nobody called {asked} says anything in the articles.{hint}" if meant else None


def _alike(case: Case) -> str:
    """Who speaks and has a name that sounds as that of whom it asks for, where nobody has that."""
    if case.whom.name is None or case.whom.speakers:
        return ""
    known = group_speakers(case.store.speakers())
    return " or ".join(sounding_like(" ".join(case.whom.name.words), known))


def _apart(case: Case) -> str | None:
    """That no article has all the names asked about, where that is so. It explains a refusal."""
    store, names = case.store, _names(case)
    together: set[int] | None = None
    for name in names:
        spelled = store.spellings(name) or store.misspelt(name)
        articles = store.articles_with([stem(name), *map(stem, spelled)])
        if articles is not None:  # else it is in so many that it tells nothing
            together = articles if together is None else together & articles
    if together is None or together:
        return None
    asked = _as_asked(case, set(names))
    return f"No article mentions {' and '.join(asked)}{' together' if len(asked) > 1 else ''}."


def _is_known(name: str, store: LocalStore) -> bool:
    """Whether an article has a name, in any spelling."""
    return bool(store.frequency(stem(name)) or store.spellings(name))


def _names(case: Case) -> list[str]:
    """The names of a question, without the title of whom it asks for."""
    question, whom = case.question, case.whom.name
    titles = {name for name in question.speaker if whom and name not in whom.words}
    return [name for name in question.names if name not in titles]


def _as_asked(case: Case, wanted: Collection[str]) -> list[str]:
    """Folded names, one at least, as the user wrote them, with those that stand beside them."""
    names, ended = set(_names(case)), True
    found: list[tuple[str, set[str]]] = []
    for word in case.question.text.split():
        held = names.intersection(words(word))
        if not held:
            ended = True
            continue
        bare = word.strip("?!.,;:\"'()").removesuffix("'s").removesuffix("’s")
        if not ended:
            before, more = found.pop()
            found.append((f"{before} {bare}", held | more))
        else:
            found.append((bare, held))
        ended = not word.endswith(bare)
    written = [text for text, held in found if not held.isdisjoint(wanted)]
    return list(dict.fromkeys(written)) or sorted(wanted)


# In the order in which they are asked: the first that holds says why.
RULES: tuple[tuple[str, Rule], ...] = (
    ("nothing found", _nothing),
    ("absent name", _absent_name),
    ("other time", _untimely),
    ("others' words", _others_words),
    ("unlikely", _unlikely),
)
