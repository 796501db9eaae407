"""Selected sentences -> what an answer consists of: its claims, short answer and opposed sides."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from time import perf_counter

from rag.answer.disagreement import is_contested, sides, told_in
from rag.answer.listed import list_of
from rag.answer.name_notes import read_names
from rag.answer.outcome import Composed, Looked
from rag.answer.quote import Numbering
from rag.answer.select import Selection, rank
from rag.answer.writer import Writer
from rag.domain import Claim, Dropped, Evidence, EvidenceFound, Side
from rag.models.prompts import Prompt
from rag.question.read import Kind, Question
from rag.retrieve.short_answer import short_answer
from rag.store import LocalStore

FURTHER = 2  # best sentences that were not selected, which a language model reads too


def word_answer(
    asked: Question,
    looked: Looked,
    selection: Selection,
    *,
    store: LocalStore,
    writer: Writer,
    numbering: Numbering,
    used: Collection[int],
    notify: Callable[[str], None],
) -> Generator[EvidenceFound | Prompt | Claim, None, Composed]:
    """Word the claims of selected sentences; yield what is found and each claim.

    Args:
        asked: The question.
        looked: What was found for it.
        selection: What of that is used.
        store: The index.
        writer: Words the claims.
        numbering: Of the whole answer's citations.
        used: Sentences that earlier answers cite.
        notify: Told how names were read, where that is not plain.
    """
    names = read_names(asked, looked.whom, selection.chosen, store)
    for told in names.told:
        notify(told)
    best, *others = sorted(selection.chosen, key=rank)
    opposed = sides(asked, [best, *others], told_in(looked.ranked))
    around = {one.id: one for one in looked.retrieved.evidence}
    # What excludes each other comes first, the newest first; else the best, after what names whom
    # it means, or in its list. All of it is in the answer, so its numbers are in this order.
    first = [found for found, _ in opposed] or _leading_up_to(best, selection.chosen, around)
    cited = {one.id: numbering.cite(one) for one in first}
    given = not (opposed or is_contested(asked, best, others))
    short = short_answer(asked, best, cited[best.id]) if given else None
    yield EvidenceFound(evidence=selection.chosen, cut=selection.cut, short_answer=short)
    fresh = [one for one in dict.fromkeys((*first, *selection.chosen)) if one.id not in used]
    needed = sum(asked.kind is Kind.STATEMENT or one in first for one in fresh)  # or all they say
    more = [cut.evidence for cut in selection.cut if cut.evidence.id not in used][:FURTHER]
    claims, dropped, first_claim = list[Claim](), list[Dropped](), None
    writing = writer.claims(asked, fresh, numbering, further=more, around=around, needed=needed)
    for step in writing if fresh else ():
        if isinstance(step, Dropped):
            dropped.append(step)
            continue
        if isinstance(step, Claim):
            first_claim = first_claim or perf_counter()
            claims.append(step)
        yield step
    return Composed(
        claims=tuple(claims),
        dropped=tuple(dropped),
        short_answer=short,
        count=None,
        sides=tuple(Side(text=text, citation=numbering.cite(one)) for one, text in opposed),
        read_as=names.instead,
        used=frozenset(one.id for one in fresh),
        first_claim=first_claim,
        tokens=writer.tokens if fresh else None,
    )


def _leading_up_to(
    best: Evidence, chosen: Sequence[Evidence], around: Mapping[int, Evidence]
) -> list[Evidence]:
    """The chosen sentences from the first to the best one, and the rest of the list it is of."""
    listed = list_of(best, around)
    whole = {one.id for one in listed.whole} if listed else set[int]()
    last = max(n for n, one in enumerate(chosen) if one is best or whole >= {one.id, best.id})
    return list(chosen[: last + 1])
