"""rag.retrieve.count_articles and mentions: which articles are counted, what is cited of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Assistant
from rag.config import Settings
from rag.domain import Answer
from rag.language.text import words
from rag.question.counting import Counting
from rag.retrieve.count_articles import count_articles
from rag.retrieve.mentions import is_written, mentions
from rag.sync.update import sync

BODY = (
    "The barge Frida carries {cargo} to Lom. Captain Ada Lark said the trip takes {n} days.\n\n"
    "Nobody else sails in winter, and the pier of {place} is closed until spring comes back.\n"
)
ARTICLES = {
    "frida.md": "---\ntitle: The barge Frida\ndate: 2020-06-04\n---\n\nShe sails to Lom.\n",
    "post.txt": "Cargo\n\nThe Pier Post\n5 June 2020\n\n"
    + BODY.format(cargo="sand", n="two", place="Moss"),
    "copy.txt": "Cargo\n\nFjord Times\n6 June 2020\n\n"
    + BODY.format(cargo="sand", n="two", place="Moss"),
    "tide.txt": "Low tide\n\nReuters\n7 May 2019\n\n"
    "The pumps of Lom stood still. Ada spoke. Lark too.\n",
    "goats/kid.txt": "A kid\n2 March 1980\n\nThe goat Kid was born.\n",
    "Pier rules.txt": "Do not fish here.\n\nThe barge pays, and so does Frida Moe.\n",
}

ONE_COPY, NEWEST = "1 copy is not counted.", "The newest 20 are cited."
SAMPLE = "The newest 5 are cited."


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[Assistant]:
    """These articles and thirty of one kind, answered by quoting."""
    folder = tmp_path_factory.mktemp("counted")
    for name, text in ARTICLES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    for n in range(30):
        text = f"Goat {n}\n{1 + n % 28} March {1990 + n}\n\nGoat number {n} of Vera Holt was sold."
        (folder / f"goat{n}.txt").write_text(f"{text} It weighed {20 + n} kilos.\n", "utf-8")
    settings = Settings(index=folder / "index", cache=cache, llm="none")
    sync([folder], settings=settings)
    with Assistant.open(settings=settings) as opened:
        yield opened


def paths(counting: Counting, assistant: Assistant) -> list[str]:
    """The articles that are counted."""
    found = count_articles(counting, assistant.store)
    return [one.source.path for one in found.found] if found else []


@pytest.mark.parametrize(
    "phrase", ["barge Frida", "Ada Lark", "pump", "goat", "the", "Goat number 7"]
)
def test_every_article_that_has_the_words_is_found(phrase: str, assistant: Assistant) -> None:
    """As a look into the text of every article finds them."""
    wanted = words(phrase)
    store = assistant.store
    expected = set()
    for path in store.paths():
        there = [word.removesuffix("s") for word in words(store.article_text(path) or "")]
        spans = (there[at : at + len(wanted)] for at in range(len(there)))
        expected |= {path} if wanted in spans else set()

    assert {store.source(id).path for id in mentions(phrase, store)} == expected


def test_names_have_the_asked_spelling(assistant: Assistant) -> None:
    """The barge of somebody called Frida is not the barge Frida, and Ada is not Ada Lark."""
    assert set(paths(Counting(phrases=("Ada Lark",)), assistant)) == {"post.txt"}
    assert "Pier rules.txt" not in paths(Counting(phrases=("barge Frida",)), assistant)
    assert is_written("barge Frida", assistant.store)
    assert not is_written("barge of Frida", assistant.store)


def test_the_newest_comes_first_and_copies_count_once(assistant: Assistant) -> None:
    """What has no date is last."""
    found = count_articles(Counting(phrases=("Frida",)), assistant.store)

    assert found
    assert [one.source.path for one in found.found] == ["post.txt", "frida.md", "Pier rules.txt"]
    assert found.copies == 1


def test_all_of_several_or_one_of_them(assistant: Assistant) -> None:
    """In the same article, if not in the same sentence."""
    both = Counting(phrases=("sand", "pier of Moss"), whole="sand and pier of Moss")
    either = Counting(phrases=("sand", "pumps"), either=True, whole="sand or pumps")

    assert paths(both, assistant) == ["post.txt"]
    assert paths(either, assistant) == ["post.txt", "tide.txt"]


def test_an_outlet_that_nobody_names_is_not_counted(assistant: Assistant) -> None:
    """The question may be about something else."""
    assert paths(Counting(outlet="Reuters"), assistant) == ["tide.txt"]
    assert paths(Counting(outlet="Pier Post"), assistant) == ["post.txt"]
    assert count_articles(Counting(outlet="AFP"), assistant.store) is None


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("How many articles mention Ada Lark?", ["1 article mentions “Ada Lark”.", ONE_COPY]),
        ("Which articles are about Moss and Frida?",
         ["1 article mentions “Moss” and “Frida”.", ONE_COPY]),
        ("Which articles did Reuters publish?", ["1 article is from Reuters."]),
        ("Which articles are from May 2019?",
         ["1 article is dated May 2019.", "1 article without a date is not counted."]),
        ("How many articles are there?", ["The index has 35 articles.", ONE_COPY, SAMPLE]),
        ("Which articles mention Frida but not Ada Lark?",
         ["2 articles mention “Frida” but not “Ada Lark”."]),
        ("How many times is Ada Lark quoted?", ["1 article quotes “Ada Lark”.", ONE_COPY]),
        ("Which articles in goats mention Kid?", ["1 article in goats mentions “Kid”."]),
        ("How many articles mention Vera Holt?", ["30 articles mention “Vera Holt”.", NEWEST]),
    ],
)  # fmt: skip
def test_the_count_is_told_before_the_claims(
    question: str, told: list[str], assistant: Assistant
) -> None:
    """A claim is what an article says, to the character."""
    answer = assistant.ask(question)

    assert answer.count
    assert answer.count.text == " ".join(told)
    assert all(
        one.quote == (assistant.store.article_text(one.source.path) or "")[one.start : one.end]
        for one in answer.citations
    )


def test_a_title_is_cited_where_only_it_has_the_words(assistant: Assistant) -> None:
    """It stands in the article, though it is no evidence for anything else."""
    answer = assistant.ask("Which articles mention the barge Frida?")

    cited = {one.source.path: one.quote for one in answer.citations}
    assert cited["frida.md"] == "The barge Frida"


def test_more_cites_the_others(assistant: Assistant) -> None:
    """Until all were cited."""
    question = "How many articles mention Vera Holt?"

    def more(shown: tuple[Answer, ...]) -> Answer:
        cited = [citation for answer in shown for citation in answer.citations]
        events = assistant.stream(question, shown=cited)
        return next(event for event in events if isinstance(event, Answer))

    first = more(())
    second = more((first,))
    last = more((first, second))
    assert (len(first.claims), len(second.claims)) == (20, 10)
    assert first.citations[0].source.date == "2019-03-02"
    assert second.count
    assert second.count.text == "30 articles mention “Vera Holt”. 10 others are cited."
    assert last.reason == "The articles contain nothing more that answers this question."


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("Which articles quote Vera Holt?", "No article quotes “Vera Holt”."),
        ("How many articles mention Zoltan?", "No article mentions “Zoltan”."),
        ("Which articles mention Vera Hollt?", "No article mentions “Vera Hollt”."),
        ("Which articles mention Fridda?", "No article mentions “Fridda”. Did you mean Frida?"),
        ("Which articles mention sand and Zoltan?",
         "No article mentions “sand” and “Zoltan” together."),
        ("Which articles from 2018 mention sand?", "No article dated 2018 mentions “sand”."),
    ],
)  # fmt: skip
def test_none_is_a_refusal(question: str, reason: str, assistant: Assistant) -> None:
    """Without sentences that are not an answer."""
    answer = assistant.ask(question)

    assert answer.reason == reason
    assert answer.nearest == ()
    assert answer.count is None


def test_a_count_can_be_one_of_several_answers(assistant: Assistant) -> None:
    """Each part has its own."""
    answer = assistant.ask("How many articles mention Ada Lark? Which articles mention Zoltan?")

    assert [bool(part.count) for part in answer.parts] == [True, False]
    assert answer.parts[1].reason == "No article mentions “Zoltan”."


def test_the_newest_that_mentions_it_is_cited(assistant: Assistant) -> None:
    """It is told of how many."""
    answer = assistant.ask("What is the latest news about Ada Lark?")

    assert answer.count and answer.count.number == 1
    goats = assistant.ask("What is the latest news about Vera Holt?")
    assert goats.count is not None
    assert goats.count.text == "30 articles mention “Vera Holt”. The newest is cited."
    assert [one.source.date for one in goats.citations] == ["2019-03-02"]


def test_a_day_is_told_by_the_articles_of_that_day(assistant: Assistant) -> None:
    """One without articles is looked for in the others."""
    answer = assistant.ask("What happened on 7 May 2019?")

    assert {one.source.path for one in answer.citations} == {"tide.txt"}
    assert assistant.ask("What happened on 9 May 2019?").count is None


def test_of_few_articles_more_is_told(assistant: Assistant) -> None:
    """What follows in the article; of a topic, what goes on with "she"."""
    day = assistant.ask("What happened on 7 May 2019?")
    barge = assistant.ask("What is the latest about sand?")

    assert [one.quote for one in day.citations] == [
        "The pumps of Lom stood still.",
        "Ada spoke.",
        "Lark too.",
    ]
    assert [one.quote for one in barge.citations] == ["The barge Frida carries sand to Lom."]


def test_what_an_article_tells_need_not_stand_together(assistant: Assistant) -> None:
    """It is enough that it has the words; to mention it, it has to have them as they stand."""
    told = assistant.ask("What was reported about the Moss pier in June 2020?")
    mentioned = assistant.ask("Which articles mention the Moss pier?")

    assert told.count and told.count.number == 1
    assert mentioned.count is None


def test_what_nobody_tells_in_a_sentence_is_told_by_the_articles(assistant: Assistant) -> None:
    """Those of the time that mention it."""
    answer = assistant.ask("What did Vera Holt do on 1 March 1990?")

    assert {one.source.path for one in answer.citations} == {"goat0.txt"}
