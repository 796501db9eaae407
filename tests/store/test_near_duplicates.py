"""rag.store.near_duplicates: printings of one text are grouped, and nothing else is."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wire import REPORT

from rag.store.near_duplicates import CONTAINED, FEWEST, RESEMBLES, find_copies, fingerprint

OTHER = (
    "The new school on the hill opened on Monday with two hundred children and nine teachers.",
    "It took four years to build, and the roof had to be made twice because it let in the rain.",
    "Parents had asked for it since the old one by the river was closed after the flood.",
    "The headmaster thanked the builders and said that the garden would be ready by spring.",
    "A bus now goes up the hill every ten minutes in the morning and in the afternoon.",
)


def groups(*articles: Sequence[str]) -> list[list[int]]:
    """Which of these articles, given by their sentences, are copies."""
    return find_copies([fingerprint(one) for one in articles])


def test_the_same_sentences_are_the_same_article() -> None:
    """Also where there is only one, too short to be compared by anything else."""
    assert groups(REPORT, OTHER, REPORT) == [[0, 2]]
    assert groups(["It burst."], ["It held."], ["It  “burst”."], ["It “burst”."]) == [[2, 3]]


@pytest.mark.parametrize(
    "copy",
    [
        REPORT[:4],
        (*REPORT[:3], "Our own reporter counted eleven people on the quay that day.", *REPORT[3:]),
        (OTHER[0], *REPORT, OTHER[1]),
        tuple(text.replace("the town", "Port Elm") for text in REPORT),
        (f"ROME, May 3 (AP) — {REPORT[0]}", *REPORT[1:]),
    ],
    ids=["cut", "added to", "surrounded", "edited", "redated"],
)
def test_what_papers_do_to_a_report_leaves_it_that_report(copy: Sequence[str]) -> None:
    """Cut, added to, edited a little."""
    assert groups(REPORT, OTHER, copy) == [[0, 2]]


@pytest.mark.parametrize(
    "other",
    [
        OTHER,
        tuple(text.replace("400", "380") for text in REPORT),
        (*REPORT[:2], *OTHER),
        (*REPORT[3:], *OTHER, *(f"{text} Perhaps." for text in OTHER)),
        tuple(" ".join(text.split()[::-1]) for text in REPORT),
    ],
    ids=["another story", "other numbers", "a quotation", "a part of a report", "the same words"],
)
def test_what_only_resembles_a_report_is_no_copy(other: Sequence[str]) -> None:
    """A false copy would hide evidence; an update with another number is none."""
    assert groups(REPORT, other) == []


TEMPLATE = (
    "The village of {town} will plant ninety trees along its main road before the summer begins.",
    "The gardener, {who}, has chosen maples and limes, which need little water and grow slowly.",
    "Schools will help to dig, and whoever comes on the first day gets soup and bread at noon.",
    "The work ends in autumn with a feast on the square, where the old limes stood for a century.",
    "A neighbour who is against it said that leaves would block the gutters of all the houses.",
)


def test_articles_of_one_template_with_other_names_are_no_copies() -> None:
    """Two villages are two stories; one name in another's place is an edit, as is "Mr"."""
    elm, ash = (
        [text.format(town=town, who=who) for text in TEMPLATE]
        for town, who in (("Elm", "Ada Pohl"), ("Ash", "Ben Rusk"))
    )
    titled = [text.replace("Ada Pohl", "Mrs Pohl") for text in elm]
    corrected = [text.replace("Ada Pohl", "Ada Pahl") for text in elm]

    assert groups(elm, ash) == []
    assert groups(elm, titled, corrected) == [[0, 1, 2]]


def test_two_stories_in_one_digest_are_not_copies_of_each_other() -> None:
    """A group is what resembles its first article, not a chain."""
    digest = (*REPORT, *OTHER)

    assert groups(digest, REPORT, OTHER) == [[0, 1, 2]]
    assert groups(REPORT, OTHER, digest) == [[0, 2]]


def by_force(articles: Sequence[Sequence[str]]) -> list[list[int]]:
    """The same groups from sets of words in a row, every pair compared."""
    prints = [fingerprint(one) for one in articles]
    sets = [{one.shingles[at : at + 4] for at in range(0, len(one.shingles), 4)} for one in prints]
    alike = set()
    for a, b in combinations(range(len(articles)), 2):
        common = len(sets[a] & sets[b])
        enough = max(FEWEST, CONTAINED * min(len(sets[a]), len(sets[b])))
        if prints[a].sentences == prints[b].sentences or (
            common >= enough and common >= RESEMBLES * len(sets[a] | sets[b])
        ):
            alike.add((a, b))
    found: list[list[int]] = []
    for a in range(len(articles)):
        grouped = {one for group in found for one in group}
        mine = [b for b in range(len(articles)) if (a, b) in alike and b not in grouped]
        if a not in grouped and mine:
            found.append([a, *mine])
    return found


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6))
def test_minhash_misses_nothing_that_comparing_every_pair_finds(seed: int) -> None:
    """On articles made of parts of each other; the few pairs that it may miss resemble less."""
    chance = random.Random(seed)
    pool = [" ".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=14)) for _ in range(30)]
    articles = []
    for _ in range(12):
        start = chance.randrange(24)
        articles.append(pool[start : start + chance.randrange(3, 9)])

    # Those of .25 to .4 are the ones that chance may hide.
    assert groups(*articles) == by_force(articles) or any(
        0.25 <= _resemblance(a, b) < 0.45 for a, b in combinations(articles, 2)
    )


def _resemblance(one: Sequence[str], other: Sequence[str]) -> float:
    return len(set(one) & set(other)) / len(set(one) | set(other))
