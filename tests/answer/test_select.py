"""rag.answer.select: which sentences an answer is made of."""

from __future__ import annotations

from dataclasses import replace

import pytest
from made import sentence, source

from rag.answer.select import Selection, leaves_open, select
from rag.domain import Evidence, Reading
from rag.question.read import Question, read_question

ASKED = read_question("Why did the ferry's captain Ada Lark resign?")
WORDS = read_question("What did Ada Lark say about useful qualities?")


def evidence(id: int, text: str, score: float, *, article: int = 0) -> Evidence:
    """A ranked sentence."""
    return sentence(text, id=id, article_id=article, source=source(f"{article}.txt"), score=score)


def read(id: int, text: str, share: float, *, article: int = 0, answers: float = 0.5) -> Evidence:
    """The same, read: so likely to be the answer rather than any other sentence."""
    reading = Reading(answers=answers, share=share)
    return replace(evidence(id, text, share, article=article), reading=reading)


def chosen(*ranked: Evidence, limit: int = 3, asked: Question = ASKED) -> list[int]:
    """Ids of the sentences that are chosen."""
    return [found.id for found in select(ranked, asked=asked, limit=limit).chosen]


def test_nothing_is_chosen_from_nothing() -> None:
    """No evidence is no error."""
    assert select([], asked=ASKED, limit=3) == Selection(chosen=(), cut=())


def test_unread_sentences_join_that_score_close_to_the_best() -> None:
    """Up to 0.08 below it, and no further."""
    ids = chosen(
        evidence(0, "The dam burst.", 0.50),
        evidence(5, "Nine boats sank.", 0.43, article=1),
        evidence(9, "Ada grows orchids.", 0.41),
    )

    assert ids == [0, 5]


SHORT = "Six boats were lost in the gale."
LONG = "Six of the boats that lay off the old mill that day were lost to us."


@pytest.mark.parametrize(
    ("best", "text", "share", "joins"),
    [
        (0.30, SHORT, 0.04, True),
        (0.30, SHORT, 0.03, False),
        (0.30, LONG, 0.02, False),
        (0.30, LONG, 0.06, True),
        (0.90, SHORT, 0.015, False),
        (0.90, SHORT, 0.12, True),
        (0.90, SHORT, 0.10, False),
        (0.90, LONG, 0.04, False),
    ],
)
def test_a_sentence_joins_that_is_worth_its_words(
    best: float, text: str, share: float, joins: bool
) -> None:
    """The longer it is, and the surer the best one, the likelier it must be to answer."""
    assert (9 in chosen(read(0, "Dams burst.", best), read(9, text, share))) is joins


def test_a_list_that_is_asked_for_comes_whole() -> None:
    """Behind the line that announces it, however many items are chosen."""
    line = read(0, "These ferries will stop:", 0.5)
    items = [read(id, f"* Ferry {name}", 0.02) for id, name in enumerate("ABCDE", start=1)]
    which = read_question("Which ferries will stop?")

    whole = select([line, *items], asked=which, limit=2).chosen

    assert [one.id for one in whole] == [0, 1, 2, 3, 4, 5]


def test_another_article_joins_where_it_is_worth_more_or_contradicts() -> None:
    """It may tell of another matter; what speaks against the best sentence is on the same."""
    best = read(0, "The harbour bridge will close on Friday, the mayor said.", 0.40)
    beside = read(9, LONG, 0.06)
    against = read(9, best.text.replace("will", "will not"), 0.03, article=1)

    assert chosen(best, beside) == [0, 9]
    assert chosen(best, replace(beside, article_id=1)) == [0]
    assert chosen(best, read(9, beside.text, 0.10, article=1)) == [0, 9]
    assert chosen(best, against) == [0, 9]


def test_what_only_leads_up_to_the_best_must_be_worth_more() -> None:
    """Of two sentences beside it, the one behind it joins."""
    best, text = read(4, "Ada Lark resigned because the ferry was unsafe.", 0.40), LONG

    assert chosen(best, read(3, text, 0.05), read(5, "Nine boats sank.", 0.05)) == [4, 5]
    assert chosen(best, read(3, text, 0.10)) == [4, 3]


def test_what_goes_on_about_the_best_may_be_less_likely() -> None:
    """So "that ban" is the one that the sentence before tells of."""
    best = read(4, "The ferry was banned from the harbour that year.", 0.90)

    assert chosen(best, read(5, "That ban was lifted in May.", 0.03)) == [4, 5]
    assert chosen(best, read(5, "Nine boats sank in May.", 0.03)) == [4]


def test_a_label_is_no_answer() -> None:
    """However likely; it is shown where there is nothing else, or where it may have the name."""
    label, said = read(0, "Answer by Ada Lark, baker:", 0.9), read(1, "Bread is dear.", 0.05)
    who = read_question("Who answers about bread?")

    assert chosen(label, said) == [1]
    assert chosen(label) == [0]
    assert [one.id for one in select([label], asked=who, limit=1).chosen] == [0]


def test_what_speaks_against_a_sure_sentence_joins_it() -> None:
    """The sure one has nearly all of the share; what agrees with it takes no place before."""
    best = read(0, "Councillors approved the sale of the old bath.", 0.95)
    against = read(9, best.text.replace("approved", "rejected"), 0.001, article=1, answers=0.05)
    agrees = read(4, "The vote was taken after four hours of talk.", 0.15)

    assert chosen(best, agrees, against) == [0, 9, 4]
    assert chosen(best, agrees, against, limit=2) == [0, 9]
    assert chosen(best, replace(against, score=-1.0)) == [0]


def test_before_a_sentence_about_her_comes_the_one_that_names_her() -> None:
    """Whatever its score, and once."""
    named = read(3, "Ada Lark runs the ferry.", 0.01)
    pronoun = read(4, "She resigned on Friday.", 0.80)

    assert chosen(pronoun, named) == chosen(pronoun, replace(named, score=0.15)) == [3, 4]
    assert chosen(pronoun, replace(named, score=-1.0)) == [4]


def test_a_sentence_that_says_the_same_is_passed_over() -> None:
    """A reprint adds nothing; the next sentence that says something else takes its place."""
    ids = chosen(
        evidence(0, "The dam above the town burst on Monday.", 0.50),
        evidence(5, "On Monday the dam above the town burst!", 0.50, article=1),
        evidence(9, "Nine boats sank.", 0.49),
    )

    assert ids == [0, 9]


def test_a_reprint_is_cited_with_the_sentence_it_repeats() -> None:
    """Each other article once, whatever its score; with other words it is not that sentence."""
    text = "The old dam above the town burst on Monday evening after three days of rain."
    ranked = [
        evidence(0, text, 0.50),
        evidence(5, f"PORT ELM, May 3 (Agency) — {text}", 0.49, article=1),
        evidence(6, text, 0.30, article=1),
        evidence(7, text.replace(" ", "  "), 0.30, article=2),
        evidence(8, "The old dam above the town burst.", 0.49, article=3),
        evidence(9, text.replace("evening", "night"), 0.30, article=4),
    ]

    best = select(ranked, asked=ASKED, limit=3).chosen[0]

    assert [copy.source.path for copy in best.also] == ["1.txt", "2.txt"]


@pytest.mark.parametrize(
    ("here", "there"),
    [
        ("Orla Dunne beat Mia Roth", "Mia Roth beat Orla Dunne"),
        ("on Tuesday", "on Friday"),
        ("rose", "fell"),
        ("Minister Vale", "Minister Hart"),
        ("Minister Vale", "Senator Vale"),
        ("in Elmport", "in Dunmere"),
        ("9 percent", "4 percent"),
        ("2 May", "3 May"),
        ("three boats", "four boats"),
        ("$7 million", "€7 million"),
        ("had welcomed", "had cursed"),
        ("will close", "may close"),
        ("knew of it", "hardly knew of it"),
        ("fewer than 20 came", "more than 20 came"),
        ("before the fire", "after the fire"),
    ],
)
def test_a_sentence_that_differs_is_cited_for_itself(here: str, there: str) -> None:
    """One word of twenty is enough, and both are shown."""
    text = f"The harbour crane was sold to a yard up the coast, and {here}, as the council heard."
    ranked = [
        evidence(0, text, 0.50),
        evidence(5, text.replace(here, there), 0.48, article=1),
    ]

    selected = select(ranked, asked=ASKED, limit=3).chosen

    assert [(found.id, found.also) for found in selected] == [(0, ()), (5, ())]


def test_two_people_of_one_article_who_disagree_are_both_heard() -> None:
    """Their sentences share all words but those that count."""
    bell, other = (
        replace(
            evidence(n, f"{who} said the old clinic of the town would {what}.", 0.5), speaker=who
        )
        for n, (who, what) in enumerate([("Senator Bell", "grow"), ("Governor Bell", "shrink")])
    )

    assert chosen(bell, other) == [0, 1]
    assert chosen(bell, replace(other, speaker=bell.speaker)) == [0]


def test_the_same_words_of_another_speaker_are_not_the_same() -> None:
    """Nor those of a "he" whom the sentence before does not show to be the same."""
    said = evidence(1, "“We will build it,” he said.", 0.50)
    lark, finch = replace(said, speaker="Ada Lark"), replace(said, speaker="Bo Finch")
    elsewhere = replace(evidence(7, said.text, 0.50, article=1), speaker=None)

    def cited(*ranked: Evidence) -> int:
        return max(len(found.also) for found in select(ranked, asked=ASKED, limit=3).chosen)

    assert cited(lark, replace(elsewhere, speaker="Ada Lark")) == 1
    assert cited(lark, replace(elsewhere, speaker="Bo Finch")) == 0
    assert cited(finch, elsewhere) == 0
    assert cited(said, elsewhere) == 1  # both begin their articles
    before, there = evidence(0, "Lark spoke.", 0.1), evidence(6, "Lark spoke.", 0.1, article=1)
    assert cited(said, elsewhere, before, there) == 1
    assert cited(said, elsewhere, before, replace(there, text="Finch spoke.")) == 0
    assert cited(said, elsewhere, before) == 0


def test_a_sentence_that_says_the_opposite_is_no_repetition() -> None:
    """A "not" or another number in another article is another side."""
    text = "The harbour bridge will be open to cars on Friday, the council said."
    ids = chosen(
        evidence(0, text, 0.50),
        evidence(5, text.replace("will be", "will not be"), 0.47, article=1),
    )

    assert ids == [0, 5]


def test_it_is_told_why_a_sentence_is_left_out() -> None:
    """Too far below, too much like another, or one too many."""
    ranked = [
        evidence(0, "The dam above the town burst on Monday.", 0.50),
        evidence(2, "Nine boats sank.", 0.49),
        evidence(4, "On Monday the dam above the town burst.", 0.48),
        evidence(6, "Ada came.", 0.47),
        evidence(8, "Trains were late.", 0.46, article=1),
        evidence(9, "Ada grows orchids.", 0.20),
    ]

    cut = {entry.evidence.id: entry.why for entry in select(ranked, asked=ASKED, limit=2).cut}

    assert cut == {
        4: "adds nothing to a better sentence",
        6: "the answer already has enough sentences",
        8: "the answer already has enough sentences",
        9: "the answer already has enough sentences",
    }
    best, far = read(0, "The dam burst.", 0.60), read(1, "Ada came.", 0.001)
    for ranked, why in (
        ([best, far], "is not likely enough to answer for its length (0.00)"),
        ([replace(one, reading=None) for one in (best, far)], "scores 0.60 below the best"),
    ):
        [left] = select(ranked, asked=ASKED, limit=3).cut
        assert left.why == why


def test_of_an_older_article_nothing_is_chosen_where_the_newest_is_asked_for() -> None:
    """However well it answers."""
    january, may = (
        replace(one, source=source(one.source.path, date=date))
        for one, date in (
            (evidence(0, "The fee was raised.", 0.5), "2022-01-12"),
            (evidence(1, "Parking is free.", 0.3, article=1), "2022-05-02"),
        )
    )

    selected = select([january, may], asked=read_question("What is the latest fee?"), limit=3)

    assert selected.chosen == (may,)
    assert [cut.why for cut in selected.cut] == [
        "is of an older article, where the newest is asked for"
    ]


def test_the_limit_holds() -> None:
    """No more sentences than asked for."""
    ranked = [
        evidence(9 * n, word, 0.5)
        for n, word in enumerate(["Dams burst.", "Boats sank.", "Ada came."])
    ]

    assert chosen(*ranked, limit=2) == [0, 9]
    assert chosen(*ranked, limit=1) == [0]


def test_an_open_quotation_goes_on_with_its_next_sentence() -> None:
    """The one that finishes it follows, whatever its score and over the limit.

    That is so where somebody's words are asked for: who wants a fact needs no rest of a speech.
    """
    ranked = [
        evidence(4, "He wrote: “One quality is useful.", 0.50),
        evidence(7, "Useful qualities are rare.", 0.49),
        evidence(5, "It is patience.”", 0.10),
    ]

    assert chosen(*ranked, limit=2, asked=WORDS) == [4, 5, 7]
    assert chosen(*ranked, limit=2) == [4, 7]


def test_a_long_quotation_goes_on_over_paragraphs_to_its_end() -> None:
    """A new paragraph opens it again; what stands after its end is not part of it."""
    ids = chosen(
        evidence(4, 'He wrote: "One quality is useful.', 0.50),
        evidence(5, "It is patience.", 0.10),
        evidence(6, '"Nobody has it."', 0.10),
        evidence(7, "Nine boats sank.", 0.10),
        asked=WORDS,
    )

    assert ids == [4, 5, 6]


def test_a_quotation_that_never_ends_stops_somewhere() -> None:
    """A lost closing mark does not bring the rest of the article."""
    ids = chosen(
        evidence(4, "He wrote: “One quality is useful.", 0.50),
        *(evidence(4 + n, f"Sentence {n} sank.", 0.10) for n in range(1, 9)),
        asked=WORDS,
    )

    assert ids == [4, 5, 6]


def test_a_quotation_does_not_run_into_another_article() -> None:
    """The sentence with the next number belongs elsewhere."""
    ids = chosen(
        evidence(4, "He wrote: “One quality is useful.", 0.50),
        evidence(5, "Nine boats sank.", 0.10, article=1),
        asked=WORDS,
    )

    assert ids == [4]


@pytest.mark.parametrize(
    ("text", "open_"),
    [
        ("He wrote: “One quality is useful.", True),
        ('He wrote: "One quality is useful.', True),
        ("“Yes,” he said.", False),
        ('"Yes," he said.', False),
        ('It is patience."', False),
        ("It is patience.”", False),
        ("“Yes,” he said. “But", True),
        ('Yes," he said.', False),
        ('"Yes," he said. "But', True),
        ('(He wrote: "Yes', True),
        ("He said so.", False),
        ("", False),
    ],
)
def test_leaves_open(text, open_) -> None:
    """A quotation is open when it is begun and not ended; an end alone opens nothing."""
    assert leaves_open(text) is open_


@pytest.mark.parametrize(
    ("text", "open_"),
    [
        ("It is patience.", True),
        ("It is patience.”", False),
        ('It is patience."', False),
        ('"Nobody has it.', True),  # a new paragraph of it
        ('"Nobody has it."', False),
    ],
)
def test_leaves_open_inside(text, open_) -> None:
    """A quotation that was open before goes on until its end."""
    assert leaves_open(text, inside=True) is open_


def test_where_any_words_of_somebody_are_asked_for_all_are_theirs() -> None:
    """However likely a reader finds what others say beside it."""
    lark = read(0, "We sail at nine, Ada Lark said.", 0.4)
    other = read(1, "The harbour is closed, Ben Foe said.", 0.3)
    nobody = read(2, "The boats are new.", 0.2)
    ranked = [replace(lark, speaker="Ada Lark"), replace(other, speaker="Ben Foe"), nobody]
    more = replace(read(3, "The sea is calm, Lark added.", 0.1), speaker="Lark")

    asked = read_question("What did Ada Lark say?")

    assert [one.id for one in select([*ranked, more], asked=asked, limit=4).chosen] == [0, 3]
