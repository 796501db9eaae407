"""An index -> questions for a person to edit into a gold set, without a language model.

Questions are proposed from single sentences, by rule. Of those are kept which no other sentence of
the index seems to dispute, spread over the articles; some are added that no article answers: a
speaker with a topic of somebody else.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, islice, zip_longest
from typing import Any, TypeVar

from rag.evaluate.gold import Fact, GoldItem
from rag.evaluate.proposal import Proposal
from rag.evaluate.propose_facts import from_sentence
from rag.evaluate.propose_said import from_statement
from rag.language.text import content_terms, fold, plain, terms, words
from rag.store import LocalStore

UNANSWERABLE = 5  # one question in so many has no answer
AGES = 4  # at most one question about somebody's age beside so many others
LIKELY = 20  # passages looked at for other articles with the same words

T = TypeVar("T")
Said = Mapping[str, set[str]]  # last name of a speaker -> folded sentences


def draft_questions(store: LocalStore, *, n: int, seed: int) -> list[GoldItem]:
    """Propose questions with facts and sources, and some without an answer.

    Args:
        store: The index.
        n: At most this many; fewer when there are not enough good ones.
        seed: The same seed and index give the same questions.

    Returns:
        Questions marked as drafts, each only once, from as many articles as possible.
    """
    chance = random.Random(seed)
    pools, said = _collect(store)
    own = _chosen(pools, said, chance)
    answerable = [
        _item(proposal, _sources(proposal, path, store))
        for path, proposal in own[: n - n // UNANSWERABLE]
    ]
    wanted = min(n // UNANSWERABLE, len(answerable) // (UNANSWERABLE - 1))
    without = _unanswerable([proposal for _, proposal in own], store, chance)
    items = [*answerable, *(_item(proposal, ()) for proposal in islice(without, wanted))]
    return [_numbered(item, number) for number, item in enumerate(items, start=1)]


def draft_line(item: GoldItem) -> dict[str, Any]:
    """A question as a line of a JSONL gold set, for `json.dumps`."""
    return {
        "id": item.id,
        "question": item.question,
        "answerable": item.answerable,
        "facts": [
            {"any_of": list(fact.any_of), "sources": list(fact.sources)} for fact in item.facts
        ],
        **({"reference_answers": list(item.reference_answers)} if item.reference_answers else {}),
        **({"filters": item.filters.as_dict()} if item.filters else {}),
        **({"draft": True} if item.draft else {}),
    }


def _item(proposal: Proposal, sources: Sequence[str]) -> GoldItem:
    """A question with its fact; without sources one that has no answer."""
    facts = (
        (Fact(any_of=(proposal.fact, *proposal.others), sources=tuple(sources)),) if sources else ()
    )
    return GoldItem(
        id="", question=proposal.question, answerable=bool(facts), facts=facts, draft=True
    )


def _numbered(item: GoldItem, number: int) -> GoldItem:
    return replace(item, id=f"draft-{number:03}")


# --- with an answer -------------------------------------------------------------------------------


def _collect(store: LocalStore) -> tuple[dict[str, list[Proposal]], Said]:
    """What can be asked about each article, and who says what in all of them."""
    pools: dict[str, list[Proposal]] = {}
    said: dict[str, set[str]] = {}
    for path in store.paths():
        article = store.article(path)
        if article is None:
            continue
        sentences = [plain(article.text[span.start : span.end]) for span in article.sentences]
        pools[path] = [found for sentence in sentences for found in from_sentence(sentence)]
        for entry in store.statements_of(path):
            sentence = fold(plain(article.text[entry.sentence.start : entry.sentence.end]))
            if entry.speaker:
                said.setdefault(_last_name(entry.speaker), set()).add(sentence)
            pools[path] += [
                found
                for found in from_statement(article.text, entry)
                if fold(found.fact) in sentence
            ]
    return pools, said


def _chosen(
    pools: Mapping[str, list[Proposal]], said: Said, chance: random.Random
) -> list[tuple[str, Proposal]]:
    """Path and proposal in the order in which they are wanted: one from each article in turn."""
    facts: dict[str, set[str]] = {}
    for proposal in chain.from_iterable(pools.values()):
        facts.setdefault(fold(proposal.question), set()).add(fold(proposal.fact))
    queues = [
        [
            (path, proposal)
            for proposal in _shuffled(pool, chance)
            if len(facts[fold(proposal.question)]) == 1 and _is_undisputed(proposal, said)
        ]
        for path, pool in _shuffled(sorted(pools.items()), chance)
    ]
    taken: set[str] = set()
    chosen: list[tuple[str, Proposal]] = []
    for entry in chain.from_iterable(zip_longest(*queues)):
        # The same words are asked about once, also when two articles have them.
        if entry is not None and not taken & (same := _sameness(entry[1])):
            taken |= same
            chosen.append(entry)
    # Any article about people has ages: they fill up, and not much.
    ages = [entry for entry in chosen if entry[1].question.startswith("How old")]
    others = [entry for entry in chosen if entry not in ages]
    return others + ages[: len(others) // AGES]


def _sameness(proposal: Proposal) -> set[str]:
    """What two proposals must not share."""
    return {" ".join(content_terms(proposal.question)), fold(proposal.evidence)}


def _is_undisputed(proposal: Proposal, said: Said) -> bool:
    """Whether the speaker says this, and nothing else, wherever the topic comes up."""
    if not proposal.speaker:
        return True
    topic, fact = re.escape(words(proposal.topic)[-1]), fold(proposal.fact)
    sentences = said[_last_name(proposal.speaker)]
    return all(fact in sentence for sentence in sentences if re.search(rf"\b{topic}\b", sentence))


def _sources(proposal: Proposal, path: str, store: LocalStore) -> list[str]:
    """Articles one sentence of which has the same words: the proposal's own first."""
    evidence = fold(proposal.evidence)
    passages = list(store.match_passages(content_terms(evidence), k=LIKELY))
    others = {found for found, _ in store.passage_places(passages)} - {path}
    return [path, *(other for other in sorted(others) if _has(evidence, other, store))]


def _has(evidence: str, path: str, store: LocalStore) -> bool:
    article = store.article(path)
    return article is not None and any(
        evidence in fold(plain(article.text[span.start : span.end])) for span in article.sentences
    )


# --- without an answer ----------------------------------------------------------------------------


def _unanswerable(
    proposals: Sequence[Proposal], store: LocalStore, chance: random.Random
) -> Iterator[Proposal]:
    """Speakers with topics of others, where no article has both; each speaker and topic once."""
    asked = [proposal for proposal in proposals if proposal.speaker]
    speakers = _shuffled(sorted({proposal.speaker for proposal in asked}), chance)
    topics = _shuffled(sorted({p.topic for p in asked if _is_named(p.topic)}), chance)
    for speaker in speakers:
        for topic in topics:
            if _never_together(speaker, topic, store):
                topics.remove(topic)
                question = f"What did {speaker} say about {topic}?"
                yield Proposal(question=question, fact="", evidence="")
                break


def _is_named(topic: str) -> bool:
    return any(word[0].isupper() for word in topic.split()) and len(topic.split()) <= 4


def _never_together(speaker: str, topic: str, store: LocalStore) -> bool:
    with_speaker = store.articles_with(terms(_last_name(speaker)))
    with_topic = store.articles_with(content_terms(topic))
    if with_speaker is None or with_topic is None:
        return False  # too many to tell
    return not with_speaker & with_topic


def _last_name(speaker: str) -> str:
    return words(speaker)[-1]


def _shuffled(values: Sequence[T], chance: random.Random) -> list[T]:
    return chance.sample(values, k=len(values))
