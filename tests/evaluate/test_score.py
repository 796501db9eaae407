"""rag.evaluate.score: the evaluation cannot be fooled.

The oracle cites the gold file with the gold words; each adversary is the oracle with one fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rag.answer.assistant import Assistant
from rag.config import Settings
from rag.evaluate.aggregate import figures
from rag.evaluate.articles import Articles
from rag.evaluate.gold import Fact, GoldItem
from rag.evaluate.read_answers import Given, GivenCitation, GivenClaim, GivenWords, read_given
from rag.evaluate.results import Outcome, QuestionResult
from rag.evaluate.score import Measured, Ranking, holds, score_question
from rag.render.as_json import answer_dict
from rag.store import LocalStore

CRIMEA = "2018-07-02-crimea-not-on-agenda.txt"
BRIDGE = "2019-09-15-bridge-march.txt"
# Strings that stand in the seeds, with the file that holds them.
FACTS = {
    "What did Peskov say about Crimea?": (CRIMEA, "an inalienable part of Russia"),
    "When did Peskov speak?": (CRIMEA, "on Monday, 2 July"),
    "Who briefed the press in Washington?": (CRIMEA, "Sarah Sanders"),
    "Which year did Russia take the peninsula?": (CRIMEA, "in 2014"),
}


@pytest.fixture(scope="module")
def articles(seeds_index: Path) -> Iterator[Articles]:
    """Those of the seeds."""
    with LocalStore.open(seeds_index, embedder=None) as store:
        yield Articles(store)


def gold() -> list[GoldItem]:
    """Four questions with an answer, two without."""
    answerable = [
        GoldItem(
            id=f"a{n}",
            question=question,
            answerable=True,
            facts=(Fact(any_of=(words, "words that stand nowhere"), sources=(path,)),),
            reference_answers=(words,),
        )
        for n, (question, (path, words)) in enumerate(FACTS.items())
    ]
    without = [
        GoldItem(id=f"n{n}", question=question, answerable=False, facts=())
        for n, question in enumerate(("What did Macron say?", "Who is the mayor of Atlantis?"))
    ]
    return [*answerable, *without]


def place(articles: Articles, path: str, words: str) -> GivenCitation:
    """Where words stand in an article."""
    article = articles[path]
    assert article is not None
    start = article.text.index(words)
    return GivenCitation(path=path, start=start, end=start + len(words), quote=words)


def words_of(citation: GivenCitation) -> GivenWords:
    """A short answer of all that is cited."""
    return GivenWords(
        text=citation.quote, path=citation.path, start=citation.start, end=citation.end
    )


def oracle(item: GoldItem, articles: Articles) -> Given:
    """The gold words, cited where they stand; a refusal where there is no answer."""
    claims = tuple(
        GivenClaim(
            text=fact.any_of[0], citations=(place(articles, fact.sources[0], fact.any_of[0]),)
        )
        for fact in item.facts
    )
    return Given(
        id=item.id,
        question=item.question,
        claims=claims,
        short_answer=words_of(claims[0].citations[0]) if claims else None,
        answerability=0.9 if item.answerable else 0.1,
        total_ms=20.0,
    )


def ranked(item: GoldItem, articles: Articles) -> Ranking:
    """The sentence and the passage that hold the fact, first of all."""
    [fact] = item.facts or [None]
    if fact is None:
        return Ranking(evidence=(), passages=())
    path, words = fact.sources[0], fact.any_of[0]
    article = articles[path]
    assert article is not None
    start = article.text.index(words)
    holding = [
        [(path, span.start, span.end) for span in spans if span.start <= start < span.end]
        for spans in (article.sentences, article.passages)
    ]
    return Ranking(evidence=tuple(holding[0]), passages=tuple(holding[1]))


Answerer = Callable[[GoldItem, Articles], Given]


def results(answer: Answerer, articles: Articles) -> list[QuestionResult]:
    """All questions, scored."""
    return [
        score_question(
            item,
            answer(item, articles),
            ranked(item, articles) if answer is oracle else None,
            articles=articles,
            measured=Measured(abstention=True),
        )
        for item in gold()
    ]


def values(answer: Answerer, articles: Articles) -> dict[str, float]:
    """The figures of an answerer."""
    return {key: figure.value for key, figure in figures(results(answer, articles)).items()}


COSTS = {"words_per_answer", "latency_p50", "latency_p95", "failed", "aurc"}


def test_the_oracle_is_perfect_by_every_metric(articles: Articles) -> None:
    """1.0 everywhere; the risk-coverage area is the least that two refusals of six allow."""
    found = values(oracle, articles)

    assert {key: value for key, value in found.items() if key not in COSTS} == dict.fromkeys(
        found.keys() - COSTS, pytest.approx(1.0)
    )
    assert found["aurc"] == pytest.approx((1 / 5 + 2 / 6) / 6)
    assert found["failed"] == 0.0
    assert all(r.outcome is Outcome.RIGHT for r in results(oracle, articles))
    assert {"token_f1", "rouge_l", "evidence_ndcg@10", "passage_mrr@10"} <= set(found)


REPRINT = "ryabkov-sanctions-reprint.md"


def test_a_fact_of_a_copy_is_cited_by_its_original(seeds_index: Path, articles: Articles) -> None:
    """Whichever of the two files the gold set names, every figure is that of a right answer."""
    settings = Settings(cache=Settings().cache, llm="none")
    question = "How high are the tariffs that the bill would put on countries?"
    with Assistant.open(seeds_index, settings=settings) as assistant:
        answer = assistant.ask(question)
        evidence = assistant.search(question)
    [cited] = answer.claims[0].citations
    assert [copy.source.path for copy in cited.copies] == [REPRINT]
    given = read_given({"id": "1", **answer_dict(answer)}, place="here")
    ranking = Ranking(
        evidence=tuple((one.source.path, one.start, one.end) for one in evidence[:1]), passages=()
    )

    by_source = []
    for path in (cited.source.path, REPRINT):
        fact = Fact(any_of=(answer.claims[0].text,), sources=(path,))
        item = GoldItem(id="1", question=question, answerable=True, facts=(fact,))
        one = replace(given, claims=given.claims[:1])
        found = score_question(
            item, one, ranking, articles=articles, measured=Measured(abstention=True)
        )
        by_source.append({name: figure.value for name, figure in figures([found]).items()})

    original, copy = by_source
    assert original == copy
    for name in ("cited_fact_recall", "citation_precision", "evidence_precision"):
        assert copy[name] == 1.0
    for name in ("quote_fidelity", "evidence_hit@1", "evidence_recall@5"):
        assert copy[name] == 1.0


def test_a_copy_that_has_other_words_makes_a_quotation_false(articles: Articles) -> None:
    """An answer of any program may say that a sentence stands elsewhere too; it is looked up."""
    true = place(articles, CRIMEA, "an inalienable part of Russia")
    false = replace(true, path=REPRINT)
    claim = GivenClaim(text=true.quote, citations=(replace(true, copies=(false,)),))
    item = gold()[0]

    found = score_question(
        item,
        replace(oracle(item, articles), claims=(claim,)),
        None,
        articles=articles,
        measured=Measured(abstention=True),
    )

    assert figures([found])["quote_fidelity"].value == 0.5


def refuser(item: GoldItem, articles: Articles) -> Given:
    """Always abstains."""
    return replace(oracle(item, articles), claims=(), short_answer=None)


def test_one_that_always_abstains_finds_nothing(articles: Articles) -> None:
    """Every refusal without an answer is right, and that is all."""
    found = values(refuser, articles)

    zero = {
        *("fact_recall", "cited_fact_recall", "citation_precision", "evidence_precision"),
        *("quote_fidelity", "alce_citation_recall", "alce_citation_precision", "answered"),
        *("token_f1", "exact_match", "rouge_l"),
    }
    assert {key: found[key] for key in zero} == dict.fromkeys(zero, 0.0)
    assert found["abstention_recall"] == 1.0
    assert found["abstention_precision"] == pytest.approx(2 / 6)
    assert found["abstention_f1"] == pytest.approx(0.5)
    assert found["aurc"] == 1.0
    assert "words_per_answer" not in found


def copier(item: GoldItem, articles: Articles) -> Given:
    """Copies the whole article that holds the fact, or any when there is none."""
    path = next(iter(item.files), CRIMEA)
    article = articles[path]
    assert article is not None
    spans = article.passages
    claims = tuple(
        GivenClaim(
            text=article.text[span.start : span.end],
            citations=(place(articles, path, article.text[span.start : span.end]),),
        )
        for span in spans
    )
    return replace(oracle(item, articles), claims=claims, answerability=0.5)


def test_one_that_copies_whole_passages_is_not_precise(articles: Articles) -> None:
    """It has all facts, and the words, the sentences cited and the references tell on it."""
    found = values(copier, articles)

    assert found["cited_fact_recall"] == 1.0
    assert found["evidence_precision"] < 0.3
    assert found["token_f1"] < 0.1
    assert found["rouge_l"] < 0.1
    assert found["exact_match"] == 0.0
    assert found["words_per_answer"] > 150
    assert found["abstention_recall"] == 0.0
    assert found["answerability_auroc"] == 0.5


def stranger(item: GoldItem, articles: Articles) -> Given:
    """Cites another file than the one it quotes from, at a place that is there."""
    given = oracle(item, articles)
    other = articles[BRIDGE]
    assert other is not None
    span = other.sentences[len(item.id) % len(other.sentences)]
    claims = tuple(
        replace(
            claim,
            citations=(
                GivenCitation(
                    path=BRIDGE,
                    start=span.start,
                    end=span.end,
                    quote=other.text[span.start : span.end],
                ),
            ),
        )
        for claim in given.claims
    )
    return replace(given, claims=claims)


def test_one_that_cites_at_random_has_no_cited_facts(articles: Articles) -> None:
    """Its words are right and its quotations verbatim; nothing that it cites supports them."""
    found = values(stranger, articles)

    assert found["fact_recall"] == 1.0
    assert found["quote_fidelity"] == 1.0
    for key in (
        *("cited_fact_recall", "citation_precision", "evidence_precision"),
        *("alce_citation_recall", "alce_citation_precision"),
    ):
        assert found[key] == 0.0, key


def forger(item: GoldItem, articles: Articles) -> Given:
    """Cites file A with words of file B: the quotation is real, and stands elsewhere."""
    given = oracle(item, articles)
    claims = tuple(
        replace(claim, citations=tuple(replace(c, path=BRIDGE) for c in claim.citations))
        for claim in given.claims
    )
    return replace(given, claims=claims)


def test_one_that_cites_a_file_with_words_of_another_is_found_out(articles: Articles) -> None:
    """The quotation is looked up where it is said to stand."""
    found = values(forger, articles)

    assert found["fact_recall"] == 1.0
    for key in ("quote_fidelity", "cited_fact_recall", "citation_precision"):
        assert found[key] == 0.0, key
    assert found["alce_citation_recall"] == found["alce_citation_precision"] == 0.0


def mover(item: GoldItem, articles: Articles) -> Given:
    """Cites the right file at the wrong place: the whole of the file's first sentence."""
    given = oracle(item, articles)
    claims = tuple(
        replace(
            claim,
            citations=tuple(replace(c, start=0, end=len(c.quote)) for c in claim.citations),
        )
        for claim in given.claims
    )
    return replace(given, claims=claims)


def test_a_right_file_at_a_wrong_place_is_no_support(articles: Articles) -> None:
    """By file it is cited; by character it is not."""
    found = values(mover, articles)

    assert found["cited_fact_recall"] == 1.0
    assert found["quote_fidelity"] == 0.0
    assert found["alce_citation_recall"] == 0.0
    assert found["evidence_precision"] == 0.0


def dropper(item: GoldItem, articles: Articles) -> Given:
    """Half of its questions end in an error."""
    given = oracle(item, articles)
    if item.id[-1] in "02":
        return replace(given, claims=(), failure="out of time", answerability=None)
    return given


def test_failed_questions_stay_in_every_denominator(articles: Articles) -> None:
    """Two of four answerable and one of two unanswerable fail: half of everything is lost."""
    found = values(dropper, articles)

    for key in (
        *("fact_recall", "cited_fact_recall", "citation_precision", "evidence_precision"),
        *("answered", "token_f1", "exact_match", "rouge_l", "abstention_recall"),
    ):
        assert found[key] == 0.5, key
    assert found["quote_fidelity"] == pytest.approx(2 / 5)
    assert found["alce_citation_recall"] == pytest.approx(2 / 5)
    assert found["abstention_precision"] == pytest.approx(1 / 4)
    assert found["abstention_f1"] == pytest.approx(2 / (2 + 3))
    assert found["failed"] == 0.5
    assert found["answerability_auroc"] < 1.0
    assert found["aurc"] > values(oracle, articles)["aurc"]
    for level in ("evidence", "passage"):
        assert found[f"{level}_ndcg@10"] == 0.0


def test_a_failure_is_no_refusal(articles: Articles) -> None:
    """A system that crashes on every question without an answer has refused none of them."""

    def crasher(item: GoldItem, articles: Articles) -> Given:
        given = oracle(item, articles)
        return given if item.answerable else replace(given, failure="crashed")

    found = values(crasher, articles)

    assert found["abstention_recall"] == 0.0
    assert found["abstention_precision"] == 0.0
    assert found["cited_fact_recall"] == 1.0


def test_what_was_retrieved_for_a_failed_question_still_counts(articles: Articles) -> None:
    """The search was right; it was the answer that failed."""
    item = gold()[0]
    given = replace(oracle(item, articles), claims=(), failure="the model died")

    scored = score_question(
        item, given, ranked(item, articles), articles=articles, measured=Measured(abstention=True)
    )

    assert scored.pairs["evidence_hit@1"] == (1.0, 1.0)
    assert scored.pairs["cited_fact_recall"] == (0.0, 1.0)


def test_unknown_files_and_places_outside_are_wrong_citations(articles: Articles) -> None:
    """They stay in the denominators, and nothing is raised."""
    item = gold()[0]
    good = oracle(item, articles).claims[0].citations[0]
    citations = (
        good,
        replace(good, path="nowhere.txt"),
        replace(good, start=-5),
        replace(good, start=10**9, end=10**9 + 5),
        replace(good, end=good.start),
        replace(good, quote=""),
    )
    claim = GivenClaim(text=FACTS[item.question][1], citations=citations)
    given = replace(oracle(item, articles), claims=(claim,))

    pairs = score_question(
        item, given, None, articles=articles, measured=Measured(abstention=True)
    ).pairs

    assert pairs["quote_fidelity"] == (1.0, 6.0)
    assert pairs["alce_citation_recall"] == (0.0, 1.0)
    assert pairs["alce_citation_precision"] == (0.0, 1.0)


def test_a_short_answer_counts_by_its_words_where_they_stand(articles: Articles) -> None:
    """F1 against the expected string; 0 for right words that do not stand at the place named."""
    item = gold()[1]  # When did Peskov speak? on Monday, 2 July
    good = oracle(item, articles)
    short = good.short_answer
    assert short is not None

    def scored(short: GivenWords | None) -> dict[str, tuple[float, float]]:
        return dict(
            score_question(
                item,
                replace(good, short_answer=short),
                None,
                articles=articles,
                measured=Measured(abstention=True),
            ).pairs
        )

    part = GivenWords(
        text="2 July", path=short.path, start=short.end - len("2 July"), end=short.end
    )
    assert scored(short)["short_answer_f1"] == (1.0, 1.0)
    assert scored(part)["short_answer_f1"] == (pytest.approx(2 / 3), 1.0)
    assert scored(replace(short, start=short.start + 1))["short_answer_f1"] == (0.0, 1.0)
    assert scored(replace(short, path="nowhere.txt"))["short_answer_f1"] == (0.0, 1.0)
    assert scored(replace(short, end=10**9))["short_answer_f1"] == (0.0, 1.0)
    assert scored(short)["short_answered"] == (1.0, 1.0)
    assert scored(None)["short_answered"] == (0.0, 1.0)
    assert "short_answer_f1" not in scored(None)


def test_short_answers_are_asked_of_some_questions_only(articles: Articles) -> None:
    """A "what did he say" is not one of them; where a program gives none, none is missed."""
    what, when = gold()[:2]
    none = Measured(abstention=True, short_answers=False)

    asked = score_question(
        what, oracle(what, articles), None, articles=articles, measured=Measured(abstention=True)
    )
    unmeasured = score_question(
        when, oracle(when, articles), None, articles=articles, measured=none
    )

    assert "short_answered" not in asked.pairs
    assert not {"short_answered", "short_answer_f1"} & set(unmeasured.pairs)


def test_a_claim_without_a_citation_is_not_supported(articles: Articles) -> None:
    """The fact is recalled and not cited."""
    item = gold()[0]
    given = replace(
        oracle(item, articles), claims=(GivenClaim(text=FACTS[item.question][1], citations=()),)
    )

    scored = score_question(
        item, given, None, articles=articles, measured=Measured(abstention=True)
    )

    assert [(fact.recalled, fact.cited) for fact in scored.facts] == [(True, False)]
    assert scored.pairs["quote_fidelity"] == (0.0, 1.0)
    assert scored.pairs["alce_citation_recall"] == (0.0, 1.0)
    assert scored.outcome is Outcome.WRONG


def test_a_citation_that_adds_nothing_is_not_needed(articles: Articles) -> None:
    """ALCE: of two citations, one supports alone and the other is not missed."""
    item = gold()[0]
    good = oracle(item, articles).claims[0]
    idle = place(articles, CRIMEA, "Sarah Sanders")
    claim = replace(good, citations=(*good.citations, idle))
    given = replace(oracle(item, articles), claims=(claim,))

    pairs = score_question(
        item, given, None, articles=articles, measured=Measured(abstention=True)
    ).pairs

    assert pairs["alce_citation_recall"] == (1.0, 1.0)
    assert pairs["alce_citation_precision"] == (0.5, 1.0)


def test_two_citations_that_support_only_together_are_both_needed(articles: Articles) -> None:
    """ALCE: neither alone holds the claim, and without either it falls."""
    item = gold()[0]
    halves = (
        place(articles, CRIMEA, "an inalienable part"),
        place(articles, CRIMEA, "of Russia"),
    )
    claim = GivenClaim(text="an inalienable part of Russia", citations=halves)
    given = replace(oracle(item, articles), claims=(claim,))

    pairs = score_question(
        item, given, None, articles=articles, measured=Measured(abstention=True)
    ).pairs

    assert pairs["alce_citation_precision"] == (1.0, 1.0)


def test_abstention_is_not_measured_without_questions_that_have_no_answer(
    articles: Articles,
) -> None:
    """A set of answerable questions says nothing about refusing."""
    item = gold()[0]

    pairs = score_question(
        item, oracle(item, articles), None, articles=articles, measured=Measured(abstention=False)
    ).pairs

    assert not [key for key in pairs if key.startswith("abst") or key in {"aurc"}]
    assert pairs["answered"] == (1.0, 1.0)


def test_a_fact_counts_by_file_and_by_folded_string(articles: Articles) -> None:
    """Other quotes, dashes, spaces and case are the same fact; another file is not the source."""
    item = GoldItem(
        id="x",
        question="What is it?",
        answerable=True,
        facts=(
            Fact(any_of=("AN  “Inalienable” part",), sources=(CRIMEA,)),
            Fact(any_of=('an "inalienable" part',), sources=(BRIDGE,)),
        ),
    )
    cited = place(articles, CRIMEA, "inalienable")
    claim = GivenClaim(text='It is an "inalienable" part.', citations=(cited,))
    given = Given(id="x", question=item.question, claims=(claim,))

    scored = score_question(
        item, given, None, articles=articles, measured=Measured(abstention=False)
    )

    assert [(fact.recalled, fact.cited) for fact in scored.facts] == [(True, True), (True, False)]
    assert scored.pairs["cited_fact_recall"] == (1.0, 2.0)
    assert scored.outcome is Outcome.WRONG


def test_a_fact_without_a_string_counts_as_missed(articles: Articles) -> None:
    """Its file is known, so citing it is right; what it says is not."""
    item = GoldItem(
        id="x",
        question="What is it?",
        answerable=True,
        facts=(Fact(any_of=(), sources=(CRIMEA,)),),
    )
    claim = GivenClaim(text="in 2014", citations=(place(articles, CRIMEA, "in 2014"),))
    given = Given(id="x", question=item.question, claims=(claim,))

    pairs = score_question(
        item, given, None, articles=articles, measured=Measured(abstention=False)
    ).pairs

    assert pairs["cited_fact_recall"] == (0.0, 1.0)
    assert pairs["citation_precision"] == (1.0, 1.0)


@pytest.mark.parametrize(
    ("string", "text", "stands"),
    [
        ("350 people", "About 350 people came.", True),
        ("350 people", "About 1,350 people came.", False),
        ("350 people", "About 1350 people came.", False),
        ("6 million", "some 26 million", False),
        ("6 million", "some 6 million", True),
        ("in 2014", "in 20145", False),
        ("in 2014", "in 2014, that is", True),
        ("in 2014", "in 2014.", True),
        ("4", "4.2 million", False),
        ("2018", "2018-07-02", True),
        ("Iran", "Iranian", True),  # words are not numbers: a stem may be what was meant
    ],
)
def test_a_number_is_not_part_of_another(string: str, text: str, stands: bool) -> None:
    """A thousand more marchers are other marchers."""
    assert holds(Fact(any_of=(string,), sources=("a.txt",)), text) is stands


def test_a_citation_of_no_place_cites_no_file(articles: Articles) -> None:
    """The right path with impossible offsets is no citation of it."""
    item = gold()[0]
    good = oracle(item, articles)
    astray = tuple(
        replace(
            claim, citations=tuple(replace(c, start=10**9, end=10**9 + 9) for c in claim.citations)
        )
        for claim in good.claims
    )

    scored = score_question(
        item,
        replace(good, claims=astray),
        None,
        articles=articles,
        measured=Measured(abstention=True),
    )

    assert scored.pairs["fact_recall"] == (1.0, 1.0)
    assert scored.pairs["cited_fact_recall"] == (0.0, 1.0)
    assert scored.pairs["citation_precision"] == (0.0, 1.0)
    assert scored.outcome is Outcome.WRONG


def test_a_claim_that_is_repeated_counts_once(articles: Articles) -> None:
    """Three thousand copies of a right claim do not outweigh a wrong one; their words do count."""
    item = gold()[0]
    good = oracle(item, articles).claims[0]
    wrong = GivenClaim(
        text="Somebody built a bridge.", citations=(place(articles, BRIDGE, "Local news"),)
    )
    given = replace(oracle(item, articles), claims=(*[good] * 3000, wrong))

    pairs = score_question(
        item, given, None, articles=articles, measured=Measured(abstention=True)
    ).pairs

    assert pairs["citation_precision"] == (1.0, 2.0)
    assert pairs["quote_fidelity"] == (2.0, 2.0)
    assert pairs["words_per_answer"][0] > 3000


def test_what_is_not_measured_is_not_failed_at(articles: Articles) -> None:
    """Answers of another program come without rankings and scores: their failures bring none."""
    item = gold()[0]
    failure = replace(oracle(item, articles), claims=(), failure="died")
    measured = Measured(abstention=True, rankings=False, answerability=False)

    pairs = score_question(item, failure, None, articles=articles, measured=measured).pairs

    assert not [
        key for key in pairs if key.startswith(("evidence_hit", "passage")) or key == "aurc"
    ]
    assert pairs["cited_fact_recall"] == (0.0, 1.0)


def test_an_answer_without_its_score_counts_as_scored_the_wrong_way(articles: Articles) -> None:
    """Leaving the score out of all but the sure ones gains nothing."""
    item, without = gold()[0], gold()[-1]
    measured = Measured(abstention=True)

    one, other = (
        score_question(
            asked,
            replace(oracle(asked, articles), answerability=None),
            None,
            articles=articles,
            measured=measured,
        ).pairs["answerability_auroc"]
        for asked in (item, without)
    )

    assert one == (0.0, 1.0)
    assert other == (1.0, 0.0)


def test_saying_nothing_matches_no_reference(articles: Articles) -> None:
    """Also where the reference is an article, which normalises to nothing."""
    item = replace(gold()[0], reference_answers=("A",))
    silent = replace(oracle(item, articles), claims=())

    pairs = score_question(
        item, silent, None, articles=articles, measured=Measured(abstention=True)
    ).pairs

    assert pairs["exact_match"] == pairs["token_f1"] == (0.0, 1.0)


def test_a_claim_of_a_book_is_not_checked_for_minutes(articles: Articles) -> None:
    """It is no claim, and no text supports it."""
    item = gold()[0]
    book = replace(oracle(item, articles).claims[0], text="word " * 60_000)

    pairs = score_question(
        item,
        replace(oracle(item, articles), claims=(book,)),
        None,
        articles=articles,
        measured=Measured(abstention=True),
    ).pairs

    assert pairs["alce_citation_recall"] == (0.0, 1.0)


def test_refusing_is_not_measured_where_nothing_was_or_should_be_refused(
    articles: Articles,
) -> None:
    """Of answered questions alone, as of one kind, there is no figure; not one of 0."""
    answered = [entry for entry in results(oracle, articles) if entry.answerable]

    found = figures(answered)

    assert "abstention_precision" not in found
    assert "abstention_f1" not in found
    assert found["answered"].value == 1.0
