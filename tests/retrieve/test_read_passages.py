"""rag.retrieve.read_passages: what is read, what it is worth beside all else, and what is not."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from rag.answer.assistant import Assistant
from rag.config import Mode, Settings
from rag.domain import Evidence, RankedPassage
from rag.load.parse import load_folder
from rag.models.embedder import Embedder
from rag.models.reader import RIGHT_WEIGHT, Read, Readable, Reads, Told
from rag.question.read import read_question
from rag.retrieve.read_passages import NEVER, SEARCHED, read_passages
from rag.retrieve.search import find_passages
from rag.retrieve.whose import asked_for
from rag.store import LocalStore
from rag.sync.update import sync

MARCH = "How many people marched for the Saltmarsh Bridge?"
QUESTIONS = (
    "What did Peskov say about Crimea?",
    MARCH,
    "When was Notre-Dame reopened?",
    "sanctions on Russian oil",
    "Who took the picture of the black hole?",
)


@pytest.fixture
def store(seeds_index: Path) -> Iterator[LocalStore]:
    """The index of the seeds, opened."""
    with LocalStore.open(seeds_index, embedder=None) as opened:
        yield opened


class Scripted:
    """A reader that gives each sentence the logit it is told to, and notes what it reads."""

    def __init__(self, logits: dict[str, float], *, null: float = 0.0) -> None:
        self.logits = logits
        self.null = null
        self.given: list[Readable] = []
        self.asked: dict[str, str] = {}  # title -> question

    def knows(self, text: str) -> bool:
        """ASCII only."""
        return text.isascii()

    def read(self, question: str, passages: Sequence[Readable]) -> list[Read]:
        """Each as it is told to; -9 for all others."""
        self.given += passages
        self.asked |= {one.title: question for one in passages}
        return [
            Read(
                sentences=tuple(
                    Told(logit=self.logits.get(one.text[start:end], -9.0))
                    for start, end in one.sentences
                ),
                null=self.null,
            )
            for one in passages
        ]


def found(
    store: LocalStore,
    embedder: Embedder | None,
    question: str = MARCH,
    *,
    reader: Reads | None = None,
    limit: int = 12,
) -> list[Evidence]:
    """The sentences for a question."""
    asked = read_question(question)
    passages = find_passages(asked, store=store, embedder=embedder)
    whom = asked_for(asked, store)
    retrieved = read_passages(asked, whom, passages, limit=limit, reader=reader, store=store)
    assert retrieved.passages == passages.passages
    return list(retrieved.evidence)


def passages(store: LocalStore, embedder: Embedder) -> list[RankedPassage]:
    """The best passages."""
    return find_passages(read_question(MARCH), store=store, embedder=embedder).best(12)


# --- what is read ---------------------------------------------------------------------------------


def test_passages_are_read_whole_under_their_titles(store: LocalStore, embedder: Embedder) -> None:
    """Each as the index has it, sentence by sentence."""
    reader = Scripted({})
    ranked = found(store, embedder, reader=reader, limit=3)

    assert len(reader.given) == 3
    told = set()
    for one in reader.given:
        texts = [one.text[start:end] for start, end in one.sentences]
        assert one.text.startswith(texts[0]) and one.text.endswith(texts[-1])
        told |= {(one.title, text) for text in texts}
    assert {(entry.source.title or "", entry.text) for entry in ranked} == told


def test_probabilities_are_shared_by_all_that_was_read(
    store: LocalStore, embedder: Embedder
) -> None:
    """Softmax over all sentences and none, which counts the mean of the passages' own.

    A sentence of a passage that the search ranks lower has lower odds.
    """
    before = found(store, embedder)
    logits = {before[7].text: 2.0, before[0].text: 1.0}

    ranked = found(store, embedder, reader=Scripted(logits, null=0.5))

    ranked = [one for one in ranked if one.score != NEVER]
    scores = {one.id: one.score for one in passages(store, embedder)}
    highest = max(scores.values())
    logit = {one.id: logits.get(one.text, -9.0) for one in ranked}
    rows = {row.id: row.passage for row in store.sentences_in(scores)}
    odds = {
        id: math.exp(one + SEARCHED * (scores[rows[id]] - highest)) for id, one in logit.items()
    }
    whole = sum(odds.values()) + math.exp(0.5)
    assert [one.id for one in ranked[:2]] == [before[7].id, before[0].id]
    for one in ranked:
        assert one.reading is not None
        assert one.score == one.reading.share == pytest.approx(odds[one.id] / whole)
        by_itself = math.exp(logit[one.id]) / RIGHT_WEIGHT
        assert one.reading.answers == pytest.approx(by_itself / (1 + by_itself))


def test_of_what_is_said_at_a_time_the_articles_of_that_time_come_first(
    tmp_path: Path, cache: Path, embedder: Embedder
) -> None:
    """However many others the search ranks higher; without a time, they stay there."""
    root = tmp_path / "talk"
    root.mkdir()
    for n in range(1, 13):
        text = f"What Ada Reed said\n{n} May 2019\n\nAda Reed said the quay number {n} is old."
        (root / f"{n}.txt").write_text(text, encoding="utf-8")
    early = "The harbour\n4 July 2018\n\nNobody came. Ada Reed said that it rained on the boats."
    (root / "early.txt").write_text(early, encoding="utf-8")
    sync([root], settings=Settings(index=tmp_path / "index", cache=cache))

    with LocalStore.open(tmp_path / "index", embedder=None) as opened:
        timed = found(opened, embedder, "What did Ada Reed say in July 2018?", limit=3)
        ever = found(opened, embedder, "What did Ada Reed say?", limit=3)

    assert {one.source.path for one in timed} == {"early.txt"}
    assert "early.txt" not in {one.source.path for one in ever}


def test_questions_and_words_of_others_take_no_part(
    tmp_path: Path, cache: Path, embedder: Embedder
) -> None:
    """They are ranked last, and what they would have had is left to the others."""
    root = tmp_path / "talk"
    root.mkdir()
    texts = {
        "a.txt": "Who pays for the quay? Nobody pays for the quay, Tom Reed said.",
        "b.txt": "“The quay is old,” Ada Reed said. So what did Ada Reed say?",
    }
    for name, text in texts.items():
        (root / name).write_text(f"The quay\n\n{text}", encoding="utf-8")
    sync([root], settings=Settings(index=tmp_path / "index", cache=cache))

    with LocalStore.open(tmp_path / "index", embedder=None) as opened:
        open_to_all = found(opened, embedder, "Who pays for the quay?", reader=Scripted({}))
        of_ada = found(opened, embedder, "What did Ada Reed say?", reader=Scripted({}))
        unread = found(opened, embedder, "Who pays for the quay?")

    asking = {"Who pays for the quay?", "So what did Ada Reed say?"}
    for ranked in (open_to_all, unread):
        assert {one.text for one in ranked[-2:]} == asking
        assert {one.score for one in ranked[-2:]} == {NEVER}
    others = {"Who pays for the quay?", "Nobody pays for the quay, Tom Reed said."}
    assert {one.text for one in of_ada if one.score == NEVER} >= others - asking
    assert "So what did Ada Reed say?" in {one.text for one in of_ada if one.score == NEVER}
    shares = [one.reading.share for one in open_to_all if one.reading]
    assert len(shares) == 2
    assert shares[0] == pytest.approx(math.exp(-9), rel=1e-3)


def test_a_question_without_its_mark_takes_no_part(
    tmp_path: Path, cache: Path, embedder: Embedder
) -> None:
    """As in headings and in talk; "WHO director" and "when it rained" ask nothing."""
    asking = (
        "Who switched off the lamp on the quay, one may wonder, and why does nobody tell.",
        "Where does the lamp of the quay stand now.",
    )
    telling = (
        "WHO director Ada Reed saw the lamp on the quay.",
        "When it rained, the lamp of the quay went out.",
        "Whoever came saw the lamp on the quay.",
    )
    (tmp_path / "a.txt").write_text("The quay\n\n" + "\n\n".join((*asking, *telling)))
    sync([tmp_path / "a.txt"], settings=Settings(index=tmp_path / "index", cache=cache))

    with LocalStore.open(tmp_path / "index", embedder=None) as opened:
        ranked = found(opened, embedder, "Who saw the lamp on the quay?", reader=Scripted({}))

    assert {one.text for one in ranked if one.score == NEVER} == set(asking)


def test_a_sentence_with_numbers_of_another_kind_takes_no_part(
    tmp_path: Path, cache: Path, embedder: Embedder
) -> None:
    """What announces a list tells no number: the list does."""
    line, other = "These quays will be mended in 2031:", "The quays were all flooded in 1998."
    (tmp_path / "a.txt").write_text(f"The quay\n\n{other}\n\n{line}\n\n* North\n\n* South")
    sync([tmp_path / "a.txt"], settings=Settings(index=tmp_path / "index", cache=cache))

    with LocalStore.open(tmp_path / "index", embedder=None) as opened:
        ranked = found(opened, embedder, "How many quays will be mended?", reader=Scripted({}))

    aside = {one.text for one in ranked if one.score == NEVER}
    assert other in aside
    assert line not in aside


def test_a_greeting_takes_no_part(tmp_path: Path, cache: Path, embedder: Embedder) -> None:
    """A turn of two words counts only where they are of the kind that is asked for."""
    (tmp_path / "a.txt").write_text(
        "The quay\n\nADA REED: Good evening.\n\nBO FINCH: Welcome to the quay, Ada Reed.\n\n"
        "ADA REED: In May.\n\nADA REED: Bo Finch.\n\nBO FINCH: They said the quay is old."
    )
    sync([tmp_path / "a.txt"], settings=Settings(index=tmp_path / "index", cache=cache))

    def aside(question: str) -> set[str]:
        with LocalStore.open(tmp_path / "index", embedder=None) as opened:
            ranked = found(opened, embedder, question, reader=Scripted({}))
        return {one.text for one in ranked if one.score == NEVER}

    hello, may, name = "ADA REED: Good evening.", "ADA REED: In May.", "ADA REED: Bo Finch."
    assert aside("What happens to the quay?") == {hello, may, name}
    assert aside("When was the quay closed?") == {hello, name}
    assert aside("Who closed the quay?") == {hello, may}


def test_who_is_only_asked_about_is_not_heard(
    tmp_path: Path, cache: Path, embedder: Embedder
) -> None:
    """A question in an article has the name, and nobody speaks; "she" may be meant by it."""
    root = tmp_path / "talk"
    root.mkdir()
    texts = {
        "a.txt": "Question: What did Ada Reed say of the quay? Answer: Old, and to be sold.",
        "b.txt": "What did Ada Reed say of the quay? She called it old.",
        "c.txt": "“The quay is ours,” Ada Reed said.",
    }
    for name, text in texts.items():
        (root / name).write_text(f"The quay\n\n{text}", encoding="utf-8")
    sync([root], settings=Settings(index=tmp_path / "index", cache=cache))

    with LocalStore.open(tmp_path / "index", embedder=None) as opened:
        of_ada = found(opened, embedder, "What did Ada Reed say?", reader=Scripted({}))
        speakers = [name for name, _ in opened.speakers()]

    may_answer = {one.text for one in of_ada if one.score != NEVER}
    assert may_answer == {"She called it old.", "“The quay is ours,” Ada Reed said."}
    assert speakers == ["Ada Reed"]


def notes_index(place: Path, cache: Path) -> Path:
    """An index of two notes, which only their dates tell apart by time."""
    root = place / "notes"
    root.mkdir()
    for day, what in (("2023-05-09", "boat"), ("2023-06-02", "horse")):
        (root / f"{day}.md").write_text(f"# On {day[5:7]}\n\nOla Hegg sold the old {what}.")
    sync([root], settings=Settings(index=place / "index", cache=cache))
    return place / "index"


def test_in_an_article_of_the_time_the_question_needs_not_name_it(
    tmp_path: Path, cache: Path, embedder: Embedder
) -> None:
    """No sentence of May says that it is May; elsewhere one has to."""
    reader = Scripted({})

    with LocalStore.open(notes_index(tmp_path, cache), embedder=None) as opened:
        found(opened, embedder, "What did Ola Hegg sell in June 2023?", reader=reader)

    assert reader.asked == {
        "On 05": "What did Ola Hegg sell in June 2023?",
        "On 06": "What did Ola Hegg sell?",
    }


def test_what_was_written_before_tells_nothing_of_the_time_since(
    tmp_path: Path, cache: Path, embedder: Embedder
) -> None:
    """A later article may still tell of an earlier day."""
    index = notes_index(tmp_path, cache)

    def there(question: str) -> list[str]:
        with LocalStore.open(index, embedder=None) as opened:
            ranked = found(opened, embedder, question, reader=Scripted({}))
        return [one.source.path[:7] for one in ranked if one.score != NEVER]

    assert there("What did Ola Hegg sell since 1 June 2023?") == ["2023-06"]
    assert there("What did Ola Hegg sell after May 2023?") == ["2023-06"]
    assert sorted(there("What did Ola Hegg sell in June 2023?")) == ["2023-05", "2023-06"]


def test_what_was_written_later_tells_of_the_time_before_where_it_names_it(
    tmp_path: Path, cache: Path, embedder: Embedder
) -> None:
    """Or where no article of that time does."""
    folder = tmp_path / "sold"
    folder.mkdir()
    for day, text in (
        ("2023-05-09", "Ola Hegg sold the boat."),
        ("2023-06-02", "Ola Hegg sold the mast. In April Ola Hegg sold an anchor."),
    ):
        (folder / f"{day}.md").write_text(f"---\ntitle: Sold\ndate: {day}\n---\n{text}\n", "utf-8")
    settings = Settings(index=folder / "index", cache=cache)
    sync([folder], settings=settings)

    def there(question: str) -> list[str]:
        with LocalStore.open(settings.index, embedder=None) as opened:
            ranked = found(opened, embedder, question, reader=Scripted({}))
        return sorted(one.text for one in ranked if one.score != NEVER)

    boat, mast, anchor = (
        "Ola Hegg sold the boat.",
        "Ola Hegg sold the mast.",
        "In April Ola Hegg sold an anchor.",
    )
    assert there("What did Ola Hegg sell before June 2023?") == [anchor, boat]
    assert there("What did Ola Hegg do in May 2023?") == [boat]
    assert there("What did Ola Hegg sell in May 2023?") == [anchor, boat, mast]
    assert there("What did Ola Hegg sell before May 2023?") == [anchor, boat, mast]


@pytest.mark.parametrize("question", ["Сколько людей вышло на марш?", MARCH])
def test_without_a_reader_words_rank(store: LocalStore, embedder: Embedder, question: str) -> None:
    """No reader is like one that does not know the language."""
    ranked = found(store, embedder, question)

    if not question.isascii():
        assert found(store, embedder, question, reader=Scripted({})) == ranked
    keys = [(-entry.score, entry.id) for entry in ranked]
    assert keys == sorted(keys)
    assert all(entry.reading is None and entry.score <= 1 for entry in ranked)


def test_by_words_alone_the_answer_is_among_the_first(
    store: LocalStore, embedder: Embedder
) -> None:
    """The sentence with most of the question's words, in the best passages."""
    peskov = found(store, embedder, QUESTIONS[0])
    reopened = found(store, embedder, QUESTIONS[2])

    assert "2018-07-02-crimea-not-on-agenda.txt" in {entry.source.path for entry in peskov[:3]}
    assert any("7 December 2024" in entry.text for entry in reopened[:3])


def test_a_lexical_search_loads_no_model(seeds_index: Path, tmp_path: Path) -> None:
    """Without a reader, it answers where the embedding model is not even there."""
    settings = Settings(
        index=seeds_index,
        mode=Mode.LEXICAL,
        reader="none",
        embedder=str(tmp_path / "absent"),
        cache=tmp_path,
    )

    with Assistant.open(settings=settings) as assistant:
        ranked = assistant.search("What did Peskov say about Crimea?")

    assert "Crimea" in ranked[0].text
    assert {entry.dense for entry in ranked} == {0.0}
    assert list(tmp_path.iterdir()) == []


def test_from_nothing_comes_nothing(store: LocalStore) -> None:
    """Words that no article has."""
    assert found(store, None, "xylophone quixotry zebra", reader=Scripted({})) == []


# --- the evidence ---------------------------------------------------------------------------------


@pytest.mark.parametrize("question", QUESTIONS)
def test_evidence_is_verbatim_at_its_place(
    store: LocalStore, embedder: Embedder, seeds: Path, question: str
) -> None:
    """Text, offsets, line and hash agree with the file as it is read now."""
    articles = {entry.path: entry for entry in load_folder([seeds]) if hasattr(entry, "text")}

    ranked = found(store, embedder, question)

    assert len({entry.id for entry in ranked}) == len(ranked) > 3
    for entry in ranked:
        article = articles[entry.source.path]
        assert article.text[entry.start : entry.end] == entry.text
        assert article.sha256 == entry.source.sha256
        assert entry.line == len(article.text[: entry.start].split("\n"))
        assert entry.text == entry.text.strip() != ""
        assert 0.0 <= entry.lexical <= 1.0


def test_lines_are_those_of_the_text_file(store: LocalStore, embedder: Embedder) -> None:
    """In a plain text file the line is the one an editor shows."""
    ranked = found(store, embedder, QUESTIONS[0])

    [said] = [entry for entry in ranked if "inalienable" in entry.text and ".txt" in str(entry)]
    assert (said.source.path, said.line) == ("2018-07-02-crimea-not-on-agenda.txt", 8)


def test_the_speaker_comes_with_the_sentence(store: LocalStore, embedder: Embedder) -> None:
    """Where the sentence names one."""
    ranked = found(store, embedder, "What did Sanders say about Crimea?")

    assert "Sarah Sanders" in {entry.speaker for entry in ranked[:5]}


def test_of_copies_the_first_stands_for_all(
    tmp_path: Path, cache: Path, embedder: Embedder
) -> None:
    """Its copies come with it."""
    root = tmp_path / "twins"
    root.mkdir()
    for name in ("b.txt", "a.txt", "c.txt"):
        (root / name).write_text("The dam above the town burst on Monday, the mayor said.")
    sync([root], settings=Settings(index=tmp_path / "index", cache=cache))

    with LocalStore.open(tmp_path / "index", embedder=None) as twins:
        [ranked] = found(twins, embedder, "When did the dam burst?", reader=Scripted({}))

    assert ranked.source.path == "a.txt"
    assert [copy.source.path for copy in ranked.copies] == ["b.txt", "c.txt"]
