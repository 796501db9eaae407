"""What is measured: every metric with its definition. docs/evaluation.md is held to this list.

A question that failed, by an error or by running out of time, counts as one wrong item wherever it
could have brought a right one, so that nothing gets better by failing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rag.evaluate.statistics import Statistic, auroc, quantile, ratio, risk_coverage_area


class Better(StrEnum):
    """Which way a metric should move."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


class Group(StrEnum):
    """What a metric is about."""

    FACTS = "Facts"
    SHORT = "Short answers"
    CITATIONS = "Citations"
    ABSTENTION = "Abstention"
    REFERENCE = "Against reference answers"
    EVIDENCE = "Evidence sentences"
    PASSAGES = "Passages"
    DOCUMENTS = "Documents"
    COST = "Cost"


class Unit(StrEnum):
    """How a figure is written."""

    SHARE = "share"  # 0 to 1
    WORDS = "words"
    MILLISECONDS = "ms"
    TOKENS = "tokens"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One figure of a report."""

    key: str
    title: str
    definition: str
    group: Group
    statistic: Statistic = ratio
    better: Better = Better.HIGHER
    unit: Unit = Unit.SHARE
    headline: bool = False


def _of_facts() -> list[Metric]:
    return [
        Metric(
            key="cited_fact_recall",
            title="Cited fact recall",
            definition="share of the expected facts that are in a claim which cites one of the"
            " fact's files",
            group=Group.FACTS,
            headline=True,
        ),
        Metric(
            key="fact_recall",
            title="Fact recall",
            definition="share of the expected facts that are in a claim",
            group=Group.FACTS,
            headline=True,
        ),
    ]


def _of_short_answers() -> list[Metric]:
    return [
        Metric(
            key="short_answered",
            title="Short answers",
            definition="share of the answerable questions for a name, time, place or number that"
            " got a short answer",
            group=Group.SHORT,
        ),
        Metric(
            key="short_answer_f1",
            title="Short answer F1",
            definition="F1 of the tokens of a short answer (Rajpurkar et al. 2016) against the best"
            " of the question's expected strings; 0 when it does not stand where it says",
            group=Group.SHORT,
        ),
    ]


def _of_citations() -> list[Metric]:
    return [
        Metric(
            key="citation_precision",
            title="Citation precision",
            definition="share of the claims that cite a file which holds a fact of the question;"
            " answerable questions",
            group=Group.CITATIONS,
            headline=True,
        ),
        Metric(
            key="evidence_precision",
            title="Evidence precision",
            definition="share of the cited sentences that hold a fact of the question; answerable"
            " questions",
            group=Group.CITATIONS,
        ),
        Metric(
            key="quote_fidelity",
            title="Quote fidelity",
            definition="share of the citations whose quote is, character for character, what the"
            " indexed article has at the cited place; a claim without a citation counts as a wrong"
            " one",
            group=Group.CITATIONS,
            headline=True,
        ),
        Metric(
            key="alce_citation_recall",
            title="ALCE citation recall",
            definition="share of an answer's claims that the cited text supports, mean over answers"
            " (Gao et al. 2023, with our verifier as the entailment test)",
            group=Group.CITATIONS,
        ),
        Metric(
            key="alce_citation_precision",
            title="ALCE citation precision",
            definition="share of an answer's citations that are needed for a supported claim, mean"
            " over answers (Gao et al. 2023, with our verifier as the entailment test)",
            group=Group.CITATIONS,
        ),
    ]


def _of_abstention() -> list[Metric]:
    return [
        Metric(
            key="abstention_precision",
            title="Abstention precision",
            definition="share of the refused questions that have no answer",
            group=Group.ABSTENTION,
            headline=True,
        ),
        Metric(
            key="abstention_recall",
            title="Abstention recall",
            definition="share of the questions without an answer that were refused",
            group=Group.ABSTENTION,
            headline=True,
        ),
        Metric(
            key="abstention_f1",
            title="Abstention F1",
            definition="harmonic mean of abstention precision and recall",
            group=Group.ABSTENTION,
        ),
        Metric(
            key="answered",
            title="Answered",
            definition="share of the answerable questions that got an answer, right or wrong",
            group=Group.ABSTENTION,
        ),
        Metric(
            key="answerability_auroc",
            title="Answerability AUROC",
            definition="how often an answerable question has a higher answerability score than one"
            " without an answer (area under the ROC curve)",
            group=Group.ABSTENTION,
            statistic=auroc,
        ),
        Metric(
            key="aurc",
            title="Risk-coverage area",
            definition="mean risk when the questions are answered in the order of their"
            " answerability score, risk being the mean share of cited facts missed, and 1 for a"
            " question without an answer (El-Yaniv and Wiener 2010)",
            group=Group.ABSTENTION,
            statistic=risk_coverage_area,
            better=Better.LOWER,
        ),
    ]


def _of_reference() -> list[Metric]:
    rows = [
        ("token_f1", "Token F1", "F1 of the answer's tokens (Rajpurkar et al. 2016)"),
        ("exact_match", "Exact match", "1 for the same words (Rajpurkar et al. 2016)"),
        ("rouge_l", "ROUGE-L", "F-measure of the longest common subsequence (Lin 2004), unstemmed"),
    ]
    return [
        Metric(
            key=key,
            title=title,
            definition=f"{definition}, against the best of the reference answers",
            group=Group.REFERENCE,
        )
        for key, title, definition in rows
    ]


def _of_ranking(level: str, group: Group, relevant: str) -> list[Metric]:
    rows = [
        ("hit@1", "hit@1", "1 when the first is relevant"),
        ("hit@3", "hit@3", "1 when one of the first three is relevant"),
        ("recall@5", "recall@5", "share of the relevant that are among the first 5"),
        ("recall@10", "recall@10", "share of the relevant that are among the first 10"),
        ("mrr@10", "MRR@10", "1 / rank of the first relevant one, 0 if it is not in the first 10"),
        ("ndcg@10", "nDCG@10", "discounted gain, divided by that of the best order (trec_eval)"),
    ]
    return [
        Metric(
            key=f"{level}_{key}",
            title=f"{level.capitalize()} {title}",
            definition=f"{definition}; {relevant}",
            group=group,
            headline=key in {"hit@1", "hit@3"} if level == "evidence" else key == "ndcg@10",
        )
        for key, title, definition in rows
    ]


def _of_documents() -> list[Metric]:
    wide = Metric(
        key="document_recall@100",
        title="Document recall@100",
        definition="share of the relevant that are among the first 100",
        group=Group.DOCUMENTS,
        headline=True,
    )
    relevant = "a document ranks where its best passage does, gains are those of the qrels"
    return [*_of_ranking("document", Group.DOCUMENTS, relevant), wide]


def _of_cost() -> list[Metric]:
    return [
        Metric(
            key="words_per_answer",
            title="Words per answer",
            definition="mean words of the claims; answerable questions that got an answer",
            group=Group.COST,
            better=Better.LOWER,
            unit=Unit.WORDS,
            headline=True,
        ),
        Metric(
            key="latency_p50",
            title="Latency, median",
            definition="milliseconds to the whole answer, models loaded, median",
            group=Group.COST,
            statistic=quantile(0.5),
            better=Better.LOWER,
            unit=Unit.MILLISECONDS,
            headline=True,
        ),
        Metric(
            key="latency_p95",
            title="Latency, 95th percentile",
            definition="milliseconds to the whole answer, models loaded, 95th percentile",
            group=Group.COST,
            statistic=quantile(0.95),
            better=Better.LOWER,
            unit=Unit.MILLISECONDS,
        ),
        Metric(
            key="tokens_per_answer",
            title="Tokens per answer",
            definition="mean tokens that the language model read and wrote, where it was used",
            group=Group.COST,
            better=Better.LOWER,
            unit=Unit.TOKENS,
        ),
        Metric(
            key="failed",
            title="Failed",
            definition="share of the questions that ended in an error or ran out of time",
            group=Group.COST,
            better=Better.LOWER,
        ),
    ]


METRICS: dict[str, Metric] = {
    metric.key: metric
    for metric in (
        *_of_facts(),
        *_of_short_answers(),
        *_of_citations(),
        *_of_abstention(),
        *_of_reference(),
        *_of_ranking(
            "evidence", Group.EVIDENCE, "a sentence that holds a fact of the question is relevant"
        ),
        *_of_ranking(
            "passage", Group.PASSAGES, "a passage that holds a fact of the question is relevant"
        ),
        *_of_documents(),
        *_of_cost(),
    )
}
