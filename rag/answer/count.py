"""The answer to a question about the articles themselves: how many they are, each with a sentence.

The number is the program's own and stands before the claims; a claim is what an article says.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace

from rag.answer.decide import Answerable, Refusal, nothing_more
from rag.answer.outcome import Composed, Frame, Looked, Outcome
from rag.answer.quote import quote_claims
from rag.cost import since
from rag.domain import Claim, Count, EvidenceFound, Retrieved
from rag.language.text import counted, stem, words
from rag.question.counting import Counting
from rag.question.news import dated
from rag.question.read import Question
from rag.refusal import RefusalKind
from rag.retrieve.count_articles import Articles, as_evidence
from rag.retrieve.whose import Asked
from rag.store import LocalStore

CITED = 20  # articles at most
SAMPLE = 5  # where all that there are were counted
TOLD = 4  # sentences that tell what happened, where few articles do


def answer_count(
    asked: Question,
    counting: Counting,
    articles: Articles,
    store: LocalStore,
    *,
    frame: Frame,
    began: float,
) -> Generator[Retrieved | EvidenceFound | Claim, None, Outcome]:
    """Say how many articles there are, and quote a sentence of each of the newest.

    Args:
        asked: The question.
        counting: The question, as one about articles.
        articles: What was counted.
        store: The index that they are in.
        frame: Of the whole answer. Articles that an answer to it cited already are left out.
        began: When the counting began, by `perf_counter`.
    """
    known = {one.source.path for one in frame.shown}
    left = [one for one in articles.found if one.source.path not in known]
    cited = left[: 1 if counting.newest else SAMPLE if counting == Counting() else CITED]
    each = max(1, TOLD // len(cited)) if cited and counting.happened else 1
    evidence = as_evidence(cited, store, frame.within, each=each)
    looked = Looked(
        whom=Asked(name=None),
        retrieved=Retrieved(passages=(), evidence=tuple(evidence)),
        ranked=(),
        took=since(began),
    )
    told = _told(counting, articles, limited=frame.narrowed is not None)
    if not evidence:
        kind, reason = RefusalKind.NOTHING_FOUND, told + _hint(counting, store)
        decision = Refusal(rule="nothing counted", kind=kind, reason=reason, likely=0.0)
        return Outcome(asked=asked, decision=nothing_more(decision) if articles.found else decision)
    yield looked.retrieved
    count = Count(text=told, number=len(articles.found))
    shown = len({one.article_id for one in evidence})
    if shown < len(articles.found):
        many = f" {shown:,}" if shown > 1 else ""
        which = f"{shown:,} others" if known else f"The newest{many}"
        are = "are" if many or known else "is"
        count = replace(count, text=f"{count.text} {which} {are} cited.")
    yield EvidenceFound(evidence=tuple(evidence), count=count)
    claims = tuple(quote_claims(evidence, numbering=frame.numbering))
    yield from claims
    composed = Composed(
        claims=claims,
        dropped=(),
        short_answer=None,
        count=count,
        sides=(),
        read_as=(),
        used=frozenset(one.id for one in evidence),
        first_claim=None,
        tokens=None,
    )
    return Outcome(asked=asked, decision=Answerable(likely=1.0), looked=looked, composed=composed)


def _told(counting: Counting, articles: Articles, *, limited: bool) -> str:
    """The count in words: "2 articles from Reuters mention “Arne Vik”."."""
    number = len(articles.found)
    who = counted(number, "article") if number else "No article"
    # The outlet as it was asked for: an article's own words are in no sentence of ours.
    facts = [f"from {counting.outlet}"] if counting.outlet else []
    if counting.place:
        facts.append(f"in {counting.place}")
    if period := counting.period:
        facts.append(f"dated {dated(period)}")
    if counting.phrases:
        what = _listed([f"“{phrase}”" for phrase in counting.phrases], either=counting.either)
        apart = not number and len(counting.phrases) > 1 and not counting.either
        mention = "mention" if number > 1 else "mentions"
        if counting.without:
            what += f" but not {_listed([f'“{one}”' for one in counting.without], either=True)}"
        told = f"{' '.join([who, *facts])} {mention} {what}{' together' if apart else ''}."
    elif counting.quoted:
        quote = "quote" if number > 1 else "quotes"
        told = f"{' '.join([who, *facts])} {quote} “{counting.quoted}”."
    elif facts:
        told = f"{who} {'are' if number > 1 else 'is'} {' and '.join(facts)}."
    elif limited:
        told = f"There {'are' if number > 1 else 'is'} {who.lower()}."
    else:
        told = f"The index has {who.lower()}."
    if articles.copies:
        copies = "1 copy is" if articles.copies == 1 else f"{articles.copies:,} copies are"
        told += f" {copies} not counted."
    if articles.undated:
        are = "is" if articles.undated == 1 else "are"
        told += f" {counted(articles.undated, 'article')} without a date {are} not counted."
    return told


def _hint(counting: Counting, store: LocalStore) -> str:
    """Which names of the articles may be meant, where one was mistyped or is spelled otherwise."""
    names = [word for word in words(" ".join(counting.phrases)) if not store.frequency(stem(word))]
    meant = [one for name in names for one in store.spellings(name) or store.misspelt(name)]
    return f" Did you mean {' or '.join(map(str.capitalize, meant))}?" if meant else ""


def _listed(names: Sequence[str], *, either: bool) -> str:
    """Names in a sentence: "A, B and C"."""
    *before, last = names
    return f"{', '.join(before)} {'or' if either else 'and'} {last}" if before else last
