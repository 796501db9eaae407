"""rag.retrieve.narrow, and what of an index an assistant answers from, counts and lists then."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from shell import check_error, rag

from rag.answer.assistant import Assistant
from rag.config import Mode, Settings
from rag.filters import Filters
from rag.refusal import RefusalKind
from rag.retrieve.narrow import narrow
from rag.retrieve.resolve_speakers import find_speaker, speakers
from rag.retrieve.tags import tag_counts
from rag.retrieve.timeline import timeline
from rag.sync.update import sync

LONG = (
    "The ferry Solveig left the harbour at noon with ninety people on board. “The ferry is safe,”"
    " said Ada Lark. “The ferry is old,” said Bo Hansen. It reached the island of Vik in the"
    " evening, after the wind had turned and the crew had changed the broken pump."
)
ARTICLES = {
    "news/2019/ferry.md": (
        "---\ntitle: The ferry sails\ndate: 2019-05-09\noutlet: The Lantern Post\n"
        f"tags: [Ferries, North Sea]\n---\n\n{LONG}"
    ),
    "news/2020/again.md": (
        "---\ntitle: The ferry sails\ndate: 2020-12-31\noutlet: Northern Wire\n"
        f"tags: ferries\n---\n\n{LONG}"
    ),
    "sport/race.md": (
        "---\ntitle: A race\ndate: 2020-03-01\noutlet: Northern Wire\nkeywords: rowing\n---\n\n"
        "Cleo Brand won the race from the ferry to the island of Vik, and Ada Lark said that the"
        " ferry had waited."
    ),
    "notes.txt": "Notes\n\n“The ferry has a new pump,” said Bo Hansen on the quay.",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Path:
    """An index of them."""
    folder = tmp_path_factory.mktemp("narrow")
    for path, text in ARTICLES.items():
        file = folder / "articles" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    sync([folder / "articles"], settings=Settings(index=folder / "index", cache=cache))
    return folder / "index"


@pytest.fixture(scope="module")
def assistant(index: Path) -> Iterator[Assistant]:
    """One that searches by words and has no reader: what is found depends on no model."""
    settings = Settings(index=index, mode=Mode.LEXICAL, reader="none", llm="none")
    with Assistant.open(settings=settings) as opened:
        yield opened


@pytest.mark.parametrize(
    ("filters", "paths"),
    [
        (Filters(since="2020"), {"news/2020/again.md", "sport/race.md"}),
        (Filters(until="2019-05"), {"news/2019/ferry.md"}),
        (Filters(outlet=("lantern post",)), {"news/2019/ferry.md"}),
        (Filters(outlet=("wire",), tag=("FERRIES",)), {"news/2020/again.md"}),
        (Filters(tag=("#north  sea", "rowing")), {"news/2019/ferry.md", "sport/race.md"}),
        (Filters(tag=("news",)), {"news/2019/ferry.md", "news/2020/again.md"}),
        (Filters(path=("*.txt", "2019")), {"notes.txt", "news/2019/ferry.md"}),
        (Filters(speaker=("Hansen",), until="2020-06"), {"news/2019/ferry.md"}),
        (Filters(speaker=("Ada Lark", "Hansen")), set(ARTICLES)),
    ],
)
def test_filters_leave_articles(assistant: Assistant, filters: Filters, paths: set[str]) -> None:
    """All of them hold; of several values of one, any is enough."""
    narrowed = narrow(filters, assistant.store)

    assert narrowed is not None and narrowed.reason is None
    every = assistant.store.filed().paths
    assert {every[id] for id in narrowed.within.articles} == paths
    assert narrowed.limited.articles == len(paths)


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        (Filters(outlet=("Reuterz",)),
         "No article is from the outlet “Reuterz”; there are: Northern Wire, The Lantern Post."),
        (Filters(tag=("zebra",)), "No article has the tag “zebra”; there are: "),
        (Filters(path=("*.pdf",)), "No article has a path like “*.pdf”; there are: news/"),
        (Filters(speaker=("Bo Hanson Jr.",)), "No article quotes “Bo Hanson Jr.”"),
        (Filters(since="2021"), "Since 2021 leaves none: the newest article is of 2020-12-31."),
        (Filters(until="2018"), "Until 2018 leaves none: the oldest article is of 2019-05-09."),
        (Filters(since="2019-06", until="2020-01"),
         "Since 2019-06 until 2020-01 leaves none: there are articles of 2019-05-09 and of"
         " 2020-03-01, and none between."),
        (Filters(since="2020", outlet=("Lantern",)),
         "Since 2020 leaves none of the articles with outlet The Lantern Post: the newest article"
         " is of 2019-05-09."),
        (Filters(outlet=("Lantern",), tag=("rowing",)),
         "No article with outlet The Lantern Post has the tag “rowing”."),
        (Filters(since="1999", path=("notes.txt",)),
         "No article with path notes.txt has a date."),
    ],
)  # fmt: skip
def test_the_part_that_leaves_nothing_is_named(
    assistant: Assistant, filters: Filters, words: str
) -> None:
    """It is an answer that abstains, with no nearest sentences; a search finds nothing."""
    answer = assistant.ask("Who won the race?", filters)

    assert answer.reason is not None and answer.reason.startswith(words)
    assert answer.refusal is RefusalKind.NOTHING_LEFT
    assert (answer.claims, answer.nearest) == ((), ())
    assert answer.limited is not None and answer.limited.articles == 0
    assert assistant.search("Who won the race?", filters) == []


def test_a_copy_stands_for_itself_where_its_original_is_left_out(assistant: Assistant) -> None:
    """And it alone is cited, not the places outside of what is searched."""
    everywhere = assistant.search("ferry Solveig harbour")[0]
    found = assistant.search("ferry Solveig harbour", Filters(outlet=("Northern Wire",)))

    assert everywhere.source.path == "news/2019/ferry.md"
    assert [copy.source.path for copy in everywhere.copies] == ["news/2020/again.md"]
    assert found[0].source.path == "news/2020/again.md"
    assert {one.source.path for one in found} == {"news/2020/again.md", "sport/race.md"}
    assert all(not one.copies for one in found)


def test_only_the_words_of_a_speaker_are_found(assistant: Assistant) -> None:
    """Not what others say in the same passage."""
    found = assistant.search("Is the ferry safe or old?", Filters(speaker=("Bo Hansen",)))

    assert found
    assert all("Hansen" in one.text for one in found)


def test_articles_are_counted_within(assistant: Assistant) -> None:
    """By mention and by time; a time in the question and a filter hold both."""
    question = "How many articles mention the ferry?"

    def counted(asked: str, **filters: object) -> int | None:
        answer = assistant.ask(asked, Filters(**filters))  # type: ignore[arg-type]
        return answer.count.number if answer.count else None

    assert counted(question) == 3  # a copy is not counted
    assert counted(question, outlet=("Northern Wire",)) == 2
    assert counted(question, tag=("sport",)) == 1
    assert counted("Which articles are from 2020?", tag=("ferries",)) == 1
    assert counted("How many articles are there?", speaker=("Hansen",)) == 2
    assert assistant.ask("Which articles are from 2020?", Filters(until="2019")).abstained


def test_what_has_no_date_is_left_out_and_counted(assistant: Assistant) -> None:
    """In words and as a number."""
    answer = assistant.ask("Who won the race?", Filters(since="2020"))

    assert answer.limited is not None
    assert answer.undated == answer.limited.undated == 1
    assert answer.limited.told == "since 2020 (2 articles; 1 without a date is left out)"


def test_statements_and_speakers_are_those_within(assistant: Assistant) -> None:
    """What a copy repeats counts where its original is left out."""
    store = assistant.store
    wire = narrow(Filters(outlet=("Northern Wire",)), store)
    assert wire is not None
    lark = find_speaker("Ada Lark", speakers(store))

    found = timeline(lark, store=store, narrowed=wire)
    told = {one.name: one.statements for one in speakers(store, wire.within.articles)}

    assert [one.source.path for one in found] == ["sport/race.md", "news/2020/again.md"]
    assert told == {"Ada Lark": 2, "Bo Hansen": 1}


def test_tags_are_counted(assistant: Assistant) -> None:
    """Of front matter and of folders, each once an article."""
    counts = dict(tag_counts(assistant.store.filed()))

    assert counts.pop("Ferries", None) or counts.pop("ferries") == 2
    assert counts == {"2019": 1, "2020": 1, "news": 2, "North Sea": 1, "rowing": 1, "sport": 1}


def test_the_command_line(index: Path) -> None:
    """It says what it was limited to; a filter that leaves nothing is no error, a wrong one is."""
    limit = ("--index", index, "--quote-only", "--tag", "rowing")

    shown = rag("ask", "Who won the race?", *limit)
    data = json.loads(rag("ask", "Who won the race?", *limit, "--json").stdout)
    none = rag("ask", "Who?", "--since", "2021", "--exit-on-abstain", "--index", index)

    assert shown.stdout.startswith("Limited to: tag rowing (1 article)\n\n")
    assert data["filters"] == {
        "since": None, "until": None, "outlet": [], "speaker": [], "path": [], "tag": ["rowing"],
        "articles": 1, "undated": 0, "told": "tag rowing (1 article)",
    }  # fmt: skip
    assert none.returncode == 3
    assert "the newest article is of 2020-12-31" in none.stdout
    check_error(rag("search", "ferry", "--since", "May", "--index", index), 2, "not a date")


def test_a_conversation_keeps_its_filters(index: Path) -> None:
    """Until they are changed or cleared; a mistake changes nothing."""
    typed = (
        "/filter outlet Northern Wire\n/filter --tag rowing\n/filter zebra\n/filter\n"
        "How many articles are there?\n/filter clear tag\n/filter clear\n/filter\n"
    )

    done = rag("chat", "--quote-only", "--index", index, stdin=typed)

    told = done.stderr.splitlines()
    assert "Limited to: outlet Northern Wire (2 articles)" in told
    assert told.count("Limited to: outlet Northern Wire, tag rowing (1 article)") == 2
    assert any("there is no filter zebra" in line for line in told)
    assert told[-1] == "No filter is set: all articles are searched."
    assert "There is 1 article." in done.stdout
