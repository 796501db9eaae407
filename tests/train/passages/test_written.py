"""train/passages/written: questions that were written for the project."""

from __future__ import annotations

from checker.written import mark
from passages.raw import Text, article, split
from passages.written import SOURCE, Written, questions_of

FLOOD = (
    "The lake rose by two metres. Nine houses in Orford were lost. Ada Moss said she would help."
)
ELECTION = "Orford votes on Sunday. Nine people stand for the council of Orford."


def text(name: str, told: str) -> Text:
    """An article of one paragraph."""
    return Text(source=SOURCE, name=name, pool="news", article=article(name, told, title=name))


def row(question: str, *right: str, words: str = "") -> dict[str, object]:
    """A question, and the sentences that answer it."""
    return {"question": question, "right": [*map(mark, right)], "unsure": [], "words": words}


def test_a_question_is_answered_by_the_sentences_that_it_was_written_on() -> None:
    """With the few words where there are any, and whatever its words are."""
    homes = row("How many homes were destroyed at Orford?", "Nine houses in Orford were lost.",
                words="Nine")  # fmt: skip
    vain = row("How much do the houses in Orford cost?")
    flood = Written(split(text("flood", FLOOD)), [homes, vain])
    election = Written(split(text("election", ELECTION)), [])
    passages = [*flood.passages, *election.passages]

    asked, in_vain = questions_of([flood, election], passages, 0)

    [seen] = [one for one in asked.seen if one.right]
    passage = passages[seen.passage]
    assert [passage.text[slice(*passage.sentences[n])] for n in seen.right] == [
        "Nine houses in Orford were lost."
    ]
    assert [passage.text[slice(*one)] for one in seen.spans] == ["Nine"]
    assert asked.answerable
    assert not in_vain.answerable
    assert [one.passage for one in in_vain.seen] == [0, 1]  # its own article first


def test_a_question_is_left_out_where_its_sentence_is_gone() -> None:
    """What it would point to answers something else."""
    changed = FLOOD.replace("Nine houses", "Ten houses")
    lost = row("How many homes were destroyed at Orford?", "Nine houses in Orford were lost.")

    assert not list(Written(split(text("flood", changed)), [lost]).asked(0))
