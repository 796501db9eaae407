"""A question, its gold facts and the answer given -> the numbers that it brings to each metric.

Nothing that the answer says of itself is believed: cited text is read from the index at the cited
place, and a quotation counts only if it stands there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from rag.answer.verdict import judge
from rag.domain import Span
from rag.evaluate.articles import Articles, Place
from rag.evaluate.gold import Fact, GoldItem
from rag.evaluate.overlap import best, exact_match, rouge_l, token_f1
from rag.evaluate.ranking import hit, ndcg, recall, reciprocal_rank
from rag.evaluate.read_answers import Given, GivenCitation, GivenClaim
from rag.evaluate.results import FactResult, Outcome, QuestionResult
from rag.language.text import fold, plain
from rag.question.read import asks_for_few_words, read_question
from rag.store import IndexedArticle, Units

Pair = tuple[float, float]

# What a ranking gives: name -> measure over (ranked ids, relevant id -> gain).
LONGEST_CLAIM = 5_000  # characters; a longer one is no claim, and would take minutes to check
RANKINGS: dict[str, Callable[[Sequence[str], Mapping[str, int]], float]] = {
    "hit@1": lambda ranked, relevant: hit(ranked, relevant, k=1),
    "hit@3": lambda ranked, relevant: hit(ranked, relevant, k=3),
    "recall@5": lambda ranked, relevant: recall(ranked, relevant, k=5),
    "recall@10": lambda ranked, relevant: recall(ranked, relevant, k=10),
    "mrr@10": lambda ranked, relevant: reciprocal_rank(ranked, relevant, k=10),
    "ndcg@10": lambda ranked, relevant: ndcg(ranked, relevant, k=10),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """What was retrieved for a question, best first."""

    evidence: tuple[Place, ...]
    passages: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a run can measure; of the rest not even its failures say anything."""

    abstention: bool  # the gold set has questions without an answer
    rankings: bool = True  # it is known what was retrieved
    answerability: bool = True  # the answers come with scores
    short_answers: bool = True  # the answers may have short answers


def score_question(
    item: GoldItem,
    given: Given,
    ranking: Ranking | None,
    *,
    articles: Articles,
    measured: Measured,
) -> QuestionResult:
    """Score the answer to one question.

    Args:
        item: The question with its facts.
        given: What was answered.
        ranking: What was retrieved; None when it is not known, as for another program's answers.
        articles: Those of the index.
        measured: What the run can measure.
    """
    # A claim that is repeated says nothing more; its words still count.
    claims = tuple(dict.fromkeys(given.claims))
    facts = tuple(_fact_result(fact, claims, articles) for fact in item.facts)
    pairs: dict[str, Pair] = {"failed": (float(given.failure is not None), 1.0)}
    if given.failure is not None:
        pairs |= _failed(item, measured)
    else:
        if item.answerable:
            pairs |= _answerable(item, given, claims, facts, articles)
            pairs |= _short_answer(item, given, articles) if measured.short_answers else {}
        pairs |= _citations(claims, articles)
        pairs |= _abstention(item, given, facts, measured) if measured.abstention else {}
    if item.answerable and ranking is not None:
        pairs |= _rankings(item, ranking, articles)
    if given.total_ms is not None:
        pairs["latency_p50"] = pairs["latency_p95"] = (given.total_ms, 1.0)
    if given.tokens is not None:
        pairs["tokens_per_answer"] = (float(given.tokens), 1.0)
    return QuestionResult(
        id=item.id,
        question=item.question,
        kind=read_question(item.question).kind.value,
        answerable=item.answerable,
        outcome=_outcome(item, given, facts),
        pairs=pairs,
        facts=facts,
        failure=given.failure,
    )


def _outcome(item: GoldItem, given: Given, facts: Sequence[FactResult]) -> Outcome:
    if given.failure is not None:
        return Outcome.FAILED
    good = all(fact.cited for fact in facts) if item.answerable else given.abstained
    return Outcome.RIGHT if good else Outcome.WRONG


# --- facts ----------------------------------------------------------------------------------------


def holds(fact: Fact, text: str) -> bool:
    """Whether one of a fact's strings stands in a text (case, quotes, dashes, spaces folded).

    A number is not part of another: "350 people" does not stand in "1,350 people".
    """
    there = fold(text)
    return any(_stands_in(fold(one), there) for one in fact.any_of)


def _stands_in(one: str, text: str) -> bool:
    if one not in text:
        return False
    left = r"(?<!\d)(?<!\d[.,])" if one[0].isdigit() else ""
    right = r"(?!\d)(?![.,]\d)" if one[-1].isdigit() else ""
    return bool(re.search(left + re.escape(one) + right, text)) if left or right else True


def _files(claim: GivenClaim, articles: Articles) -> set[str]:
    """The files that a claim cites at a place that there is, be it as a copy."""
    places = (place for citation in claim.citations for place in citation.places)
    return {place.path for place in places if articles.cited_text(place)}


def _fact_result(fact: Fact, claims: Iterable[GivenClaim], articles: Articles) -> FactResult:
    holding = [claim for claim in claims if holds(fact, claim.text)]
    return FactResult(
        any_of=fact.any_of,
        sources=fact.sources,
        recalled=bool(holding),
        cited=any(_files(claim, articles) & set(fact.sources) for claim in holding),
    )


def _answerable(
    item: GoldItem,
    given: Given,
    claims: Sequence[GivenClaim],
    facts: Sequence[FactResult],
    articles: Articles,
) -> dict[str, Pair]:
    pairs: dict[str, Pair] = {
        "fact_recall": (sum(fact.recalled for fact in facts), len(facts)),
        "cited_fact_recall": (sum(fact.cited for fact in facts), len(facts)),
        "citation_precision": (
            sum(bool(_files(claim, articles) & item.files) for claim in claims),
            len(claims),
        ),
        "evidence_precision": _evidence_precision(item, claims, articles),
        "answered": (float(not given.abstained), 1.0),
    }
    if given.claims:
        pairs["words_per_answer"] = (len(given.text.split()), 1.0)
    if item.reference_answers:
        pairs |= {
            # Nothing said is nothing right, also where the reference normalises to nothing.
            name: (best(measure, given.text, item.reference_answers) if given.text else 0.0, 1.0)
            for name, measure in _OVERLAPS.items()
        }
    return pairs


def _short_answer(item: GoldItem, given: Given, articles: Articles) -> dict[str, Pair]:
    """Words that do not stand where they are said to are no short answer, however right."""
    short = given.short_answer
    pairs: dict[str, Pair] = {}
    if asks_for_few_words(read_question(item.question)):
        pairs["short_answered"] = (float(short is not None), 1.0)
    if short is not None:
        true = plain(articles.cited_text(short)) == short.text
        expected = [one for fact in item.facts for one in fact.any_of]
        pairs["short_answer_f1"] = (best(token_f1, short.text, expected) if true else 0.0, 1.0)
    return pairs


_OVERLAPS = {"token_f1": token_f1, "exact_match": exact_match, "rouge_l": rouge_l}


def _evidence_precision(item: GoldItem, claims: Sequence[GivenClaim], articles: Articles) -> Pair:
    """Of the sentences that the citations touch, each once: those that hold a fact."""
    touched: dict[tuple[str, Span], bool] = {}
    for claim in claims:
        for citation in claim.citations:
            copied = any(
                _is_relevant(item, copy.path, span, articles)
                for copy in citation.copies
                for span in _touched(copy, articles[copy.path])
            )
            for span in _touched(citation, articles[citation.path]):
                relevant = copied or _is_relevant(item, citation.path, span, articles)
                place = citation.path, span
                touched[place] = touched.get(place, False) or relevant
    good = sum(touched.values())
    # A citation of no sentence at all is a wrong one too.
    astray = sum(
        not _touched(citation, articles[citation.path])
        for claim in claims
        for citation in claim.citations
    )
    return float(good), float(len(touched) + astray)


def _touched(citation: GivenCitation, article: IndexedArticle | None) -> list[Span]:
    if article is None:
        return []
    return [
        span
        for span in article.sentences
        if span.start < citation.end and citation.start < span.end
    ]


def _is_relevant(item: GoldItem, path: str, span: Span, articles: Articles) -> bool:
    """Whether a place holds a fact of the question and is in one of that fact's files."""
    article = articles[path]
    if article is None:
        return False
    text = plain(article.text[span.start : span.end])
    return any(path in fact.sources and holds(fact, text) for fact in item.facts)


# --- citations ------------------------------------------------------------------------------------


def _citations(claims: Sequence[GivenClaim], articles: Articles) -> dict[str, Pair]:
    cited = [citation for claim in claims for citation in claim.citations]
    places = [place for citation in cited for place in citation.places]
    # Empty quotations quote nothing, and a claim without a citation is not faithful to any text.
    faithful = sum(bool(c.quote) and articles.cited_text(c) == c.quote for c in places)
    bare = sum(not claim.citations for claim in claims)
    if not claims:
        nothing = (0.0, 0.0)
        return {
            "quote_fidelity": nothing,
            "alce_citation_recall": nothing,
            "alce_citation_precision": nothing,
        }
    supported = [_is_supported(claim, claim.citations, articles) for claim in claims]
    needed = sum(
        _needed(claim, articles) for claim, good in zip(claims, supported, strict=True) if good
    )
    return {
        "quote_fidelity": (float(faithful), float(len(places) + bare)),
        "alce_citation_recall": (sum(supported) / len(supported), 1.0),
        "alce_citation_precision": (needed / len(cited) if cited else 0.0, 1.0),
    }


def _is_supported(
    claim: GivenClaim, citations: Sequence[GivenCitation], articles: Articles
) -> bool:
    """Whether the text at these places, taken together, supports a claim."""
    cited = articles.cited(citations)
    if cited is None or len(claim.text) > LONGEST_CLAIM:
        return False
    [judged] = judge([claim.text], cited, articles.checker)
    return judged.why is None


def _needed(claim: GivenClaim, articles: Articles) -> int:
    """How many citations of a supported claim support it alone, or are missed by the others."""
    if len(claim.citations) == 1:
        return 1
    needed = 0
    for place, citation in enumerate(claim.citations):
        others = claim.citations[:place] + claim.citations[place + 1 :]
        alone = _is_supported(claim, [citation], articles)
        needed += alone or not _is_supported(claim, others, articles)
    return needed


# --- abstention -----------------------------------------------------------------------------------


def _abstention(
    item: GoldItem, given: Given, facts: Sequence[FactResult], measured: Measured
) -> dict[str, Pair]:
    right = given.abstained and not item.answerable
    wrong = given.abstained is item.answerable
    pairs: dict[str, Pair] = {}
    if given.abstained or not item.answerable:  # else it has nothing to do with refusing
        pairs["abstention_precision"] = (float(right), float(given.abstained))
        pairs["abstention_f1"] = (2.0 * right, 2.0 * right + wrong)
    if not item.answerable:
        pairs["abstention_recall"] = (float(right), 1.0)
    if measured.answerability:
        missed = 1 - sum(fact.cited for fact in facts) / len(facts) if facts else 1.0
        score = given.answerability if given.answerability is not None else _worst_score(item)
        pairs["answerability_auroc"] = (score, float(item.answerable))
        pairs["aurc"] = (score, missed)
    return pairs


def _worst_score(item: GoldItem) -> float:
    """The answerability score that says the opposite of what is."""
    return 0.0 if item.answerable else 1.0


# --- rankings -------------------------------------------------------------------------------------


def _rankings(item: GoldItem, ranking: Ranking, articles: Articles) -> dict[str, Pair]:
    known = [article for path in sorted(item.files) if (article := articles[path])]
    levels: tuple[tuple[str, tuple[Place, ...], Units], ...] = (
        ("evidence", ranking.evidence, "sentences"),
        ("passage", ranking.passages, "passages"),
    )
    pairs: dict[str, Pair] = {}
    for level, places, units in levels:
        # One of several copies is found for all of them.
        first = partial(articles.first_place, units)
        relevant = {
            _id(first((article.source.path, span.start, span.end))): 1
            for article in known
            for span in getattr(article, units)
            if _is_relevant(item, article.source.path, span, articles)
        }
        ranked = [_id(first(place)) for place in places]
        pairs |= {f"{level}_{name}": (f(ranked, relevant), 1.0) for name, f in RANKINGS.items()}
    return pairs


def _id(place: Place) -> str:
    return f"{place[1]}-{place[2]} {place[0]}"


# --- failures -------------------------------------------------------------------------------------


def _failed(item: GoldItem, measured: Measured) -> dict[str, Pair]:
    """One wrong item wherever the question could have brought a right one."""
    wrong: Pair = (0.0, 1.0)
    names = ["quote_fidelity", "alce_citation_recall", "alce_citation_precision"]
    pairs: dict[str, Pair] = {}
    if item.answerable:
        names += ["citation_precision", "evidence_precision", "answered"]
        names += list(_OVERLAPS) if item.reference_answers else []
        pairs = dict.fromkeys(("fact_recall", "cited_fact_recall"), (0.0, float(len(item.facts))))
        if measured.short_answers and asks_for_few_words(read_question(item.question)):
            names += ["short_answered", "short_answer_f1"]
        if measured.rankings:  # overwritten where it is known what was retrieved
            names += [f"{level}_{name}" for level in ("evidence", "passage") for name in RANKINGS]
    if measured.abstention:
        names += ["abstention_precision", "abstention_f1"]
        names += [] if item.answerable else ["abstention_recall"]
    if measured.abstention and measured.answerability:
        pairs["answerability_auroc"] = (_worst_score(item), float(item.answerable))
        pairs["aurc"] = (1.0, 1.0)
    return pairs | dict.fromkeys(names, wrong)
