"""rag.retrieve.search: the ranking of the seeds' sentences in all modes, against plain numpy."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from rag.answer.assistant import Assistant
from rag.config import Mode, Settings
from rag.domain import Evidence
from rag.language.text import plain
from rag.load.parse import load_folder
from rag.models.embedder import Embedder
from rag.question.read import read_question
from rag.retrieve.search import SPOKEN, Fusion, rank_passages, rarity, retrieve
from rag.retrieve.whose import asked_for
from rag.store import LocalStore
from rag.sync.update import sync

QUESTIONS = (
    "What did Peskov say about Crimea?",
    "How many people marched for the Saltmarsh Bridge?",
    "When was Notre-Dame reopened?",
    "sanctions on Russian oil",
    "Who took the picture of the black hole?",
)


@pytest.fixture
def store(seeds_index: Path) -> Iterator[LocalStore]:
    """The index of the seeds, opened."""
    opened = LocalStore.open(seeds_index, embedder=None)
    yield opened
    opened.close()


def found(
    text: str, store: LocalStore, embedder: Embedder | None, mode: Mode = Mode.HYBRID
) -> list[Evidence]:
    """The ranking for a question."""
    fusion = Fusion(mode=mode)
    asked = read_question(text)
    return list(
        retrieve(
            asked, asked_for(asked, store), store=store, embedder=embedder, fusion=fusion
        ).evidence
    )


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("question", QUESTIONS)
def test_the_best_come_first(
    store: LocalStore, embedder: Embedder, question: str, mode: Mode
) -> None:
    """Scores never rise down the list; equal scores stand in the order of the index."""
    ranked = found(question, store, embedder, mode)

    keys = [(-entry.score, entry.id) for entry in ranked]
    assert len(ranked) > 3
    assert keys == sorted(keys)
    assert len({entry.id for entry in ranked}) == len(ranked)
    assert all(entry.score <= 1.0 for entry in ranked)
    assert all(-1.001 <= entry.dense <= 1.001 for entry in ranked)
    assert all(0.0 <= entry.lexical <= 1.0 for entry in ranked)


@pytest.mark.parametrize("mode", Mode)
def test_the_answer_is_among_the_first(store: LocalStore, embedder: Embedder, mode: Mode) -> None:
    """Each half of the search alone finds the article; both together put a sentence of it first."""
    peskov = found(QUESTIONS[0], store, embedder, mode)
    reopened = found(QUESTIONS[2], store, embedder, mode)

    assert "2018-07-02-crimea-not-on-agenda.txt" in {entry.source.path for entry in peskov[:3]}
    assert reopened[0].source.path == "notre-dame-reopens.html"
    assert "7 December 2024" in reopened[0].text


def test_equal_sentences_stand_in_the_order_of_the_index(
    tmp_path: Path, cache: Path, embedder: Embedder
) -> None:
    """Articles of the same words score the same; the one first by path stands for them."""
    from rag.sync.update import sync

    root = tmp_path / "twins"
    root.mkdir()
    for name in ("b.txt", "a.txt", "c.txt"):
        (root / name).write_text("The dam above the town burst on Monday, the mayor said.")
    sync([root], settings=Settings(index=tmp_path / "index", cache=cache))
    twins = LocalStore.open(tmp_path / "index", embedder=None)

    question = read_question("When did the dam burst?")
    passages = rank_passages(question, store=twins, embedder=embedder, fusion=Fusion())
    [ranked] = found("When did the dam burst?", twins, embedder)

    places = twins.passage_places([one.id for one in passages])
    assert [path for path, _ in places] == ["a.txt", "b.txt", "c.txt"]
    assert len({one.score for one in passages}) == 1
    assert ranked.source.path == "a.txt"
    assert [copy.source.path for copy in ranked.copies] == ["b.txt", "c.txt"]


def passage_texts(store: LocalStore) -> list[str]:
    """What of each passage is embedded: its sentences under the title."""
    texts = []
    for number in range(store.count("passages")):
        rows = store.sentences_in([number])
        body = " ".join(plain(row.text) for row in rows)
        title = store.source(rows[0].article).title
        texts.append(f"{title}. {body}" if title else body)
    return texts


@pytest.mark.parametrize("question", QUESTIONS)
def test_passages_by_meaning_rank_like_numpy(
    store: LocalStore, embedder: Embedder, question: str
) -> None:
    """The index's order of passages is that of a plain product of fresh vectors."""
    rows = embedder.encode(passage_texts(store)).astype(np.float16).astype(np.float32)  # (n, d)
    [vector] = embedder.encode([question])  # (d,)

    ranked = store.nearest_passages(vector, k=len(rows))

    scores = rows @ vector  # (n,)
    order = np.argsort(-scores, kind="stable")
    for place, number in enumerate(ranked):  # two that are as good as equal may change places
        assert scores[number] == pytest.approx(scores[order[place]], abs=2e-3)
    assert list(ranked.values()) == pytest.approx(scores[list(ranked)].tolist(), abs=2e-3)


@pytest.mark.parametrize("question", QUESTIONS)
def test_sentence_cosines_are_those_of_the_model(
    store: LocalStore, embedder: Embedder, question: str
) -> None:
    """What a result calls dense is the cosine of the question and the titled sentence."""
    ranked = found(question, store, embedder)[:10]
    texts = [
        f"{entry.source.title}. {plain(entry.text)}" if entry.source.title else plain(entry.text)
        for entry in ranked
    ]

    cosines = embedder.encode(texts) @ embedder.encode([question])[0]

    assert [entry.dense for entry in ranked] == pytest.approx(cosines.tolist(), abs=3e-3)


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


def test_words_that_no_article_has_find_nothing_by_words(store: LocalStore) -> None:
    """An empty ranking is no error."""
    assert found("xylophone quixotry zebra", store, None, Mode.LEXICAL) == []


def test_questions_do_not_change_each_other(
    store: LocalStore, embedder: Embedder, seeds_index: Path
) -> None:
    """A ranking is the same after others, with other modes and numbers of passages in between."""
    first = found(QUESTIONS[0], store, embedder)
    for passages in (1, 3, 50):
        retrieve(
            read_question(QUESTIONS[1]),
            asked_for(read_question(QUESTIONS[1]), store),
            store=store,
            embedder=embedder,
            passages=passages,
        )
    for mode in Mode:
        found(QUESTIONS[0], store, embedder, mode)

    again = found(QUESTIONS[0], store, embedder)
    fresh = found(QUESTIONS[0], LocalStore.open(seeds_index, embedder=None), embedder)

    assert again == first
    assert fresh == first


def test_more_passages_only_add(store: LocalStore, embedder: Embedder) -> None:
    """Sentences found with few passages are found with more, with the same scores."""
    asked = read_question(QUESTIONS[0])
    few = retrieve(
        asked, asked_for(asked, store), store=store, embedder=embedder, passages=2
    ).evidence
    many = retrieve(
        asked, asked_for(asked, store), store=store, embedder=embedder, passages=12
    ).evidence

    assert len(few) < len(many)
    scores = {entry.id: entry.score for entry in many}
    assert [scores[entry.id] for entry in few] == pytest.approx(
        [entry.score for entry in few], abs=1e-6
    )


@pytest.mark.parametrize("question", QUESTIONS)
def test_evidence_is_verbatim_at_its_place(
    store: LocalStore, embedder: Embedder, seeds: Path, question: str
) -> None:
    """Text, offsets, line and hash agree with the file as it is read now."""
    articles = {entry.path: entry for entry in load_folder([seeds]) if hasattr(entry, "text")}

    ranked = found(question, store, embedder)

    for entry in ranked:
        article = articles[entry.source.path]
        assert article.text[entry.start : entry.end] == entry.text
        assert article.sha256 == entry.source.sha256
        assert entry.line == len(article.text[: entry.start].split("\n"))
        assert entry.text == entry.text.strip() != ""


def test_lines_are_those_of_the_text_file(store: LocalStore, embedder: Embedder) -> None:
    """In a plain text file the line is the one an editor shows."""
    ranked = found(QUESTIONS[0], store, embedder)

    [said] = [entry for entry in ranked if "inalienable" in entry.text and ".txt" in str(entry)]
    assert (said.source.path, said.line) == ("2018-07-02-crimea-not-on-agenda.txt", 8)


def test_the_speaker_comes_with_the_sentence(store: LocalStore, embedder: Embedder) -> None:
    """Where the sentence names one."""
    ranked = found("What did Sanders say about Crimea?", store, embedder)

    speakers = {entry.speaker for entry in ranked[:3]}
    assert "Sarah Sanders" in speakers


def test_rare_words_tell_more(store: LocalStore) -> None:
    """A word of one passage weighs more than a word of many; an unknown word weighs most."""
    weights = rarity(read_question("Did Trump see the heron at the corn hall?"), store)

    assert weights["trump"] < weights["corn"] < weights["heron"]


def test_other_spellings_of_a_name_are_searched_too(store: LocalStore) -> None:
    """Dimitri finds Dmitry."""
    weights = rarity(read_question("What did Dimitri Peskov say?"), store)

    assert {"dimitri", "dmitri", "peskov"} <= set(weights)


def test_dense_weight_decides_between_the_halves(seeds_index: Path, cache: Path) -> None:
    """0 gives the passages of a search by words, 1 those of a search by meaning."""
    base = Settings(index=seeds_index, cache=cache, passages=3)

    def articles(**changes: object) -> set[int]:
        settings = dataclasses.replace(base, **changes)
        with Assistant.open(settings=settings) as assistant:
            return {entry.id for entry in assistant.search("Who wants to meet in Helsinki?")}

    assert articles(dense_weight=0.0) == articles(mode=Mode.LEXICAL)
    assert articles(dense_weight=1.0) == articles(mode=Mode.DENSE)


RUSSIAN = "Что сказал Песков о Крыме?"
RUSSIAN_TEXTS = {
    "krym.txt": "Дмитрий Песков сказал в понедельник, что Крым не является темой переговоров.",
    "most.txt": "Мост через реку закрыт с июня, сообщил городской совет в понедельник утром.",
    "chlieb.txt": "Пекарь потерял треть своих покупателей после закрытия моста через реку.",
}


@pytest.fixture(scope="module")
def russian_index(cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three articles in Russian."""
    folder = tmp_path_factory.mktemp("russian")
    for name, text in RUSSIAN_TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    sync([folder], settings=Settings(index=folder / "index", cache=cache))
    return folder / "index"


def test_a_language_that_the_embedder_does_not_know_is_searched_by_words(
    russian_index: Path, embedder: Embedder
) -> None:
    """Hybrid is then what lexical is, to the score: vectors of such a text are noise."""
    with LocalStore.open(russian_index, embedder=None) as store:
        by_words = found(RUSSIAN, store, embedder, Mode.LEXICAL)
        hybrid = found(RUSSIAN, store, embedder, Mode.HYBRID)
        dense = found(RUSSIAN, store, embedder, Mode.DENSE)

    assert hybrid == by_words
    assert hybrid[0].source.path == "krym.txt"
    assert dense != by_words  # who asks for meaning gets it


def test_passages_alone_rank_as_they_do_with_their_sentences(
    store: LocalStore, embedder: Embedder
) -> None:
    """`rank_passages` is the first half of `retrieve`; its scores are the fused ones."""
    asked = read_question(QUESTIONS[0])

    alone = rank_passages(asked, store=store, embedder=embedder, fusion=Fusion())
    whole = retrieve(asked, asked_for(asked, store), store=store, embedder=embedder)

    assert tuple(alone) == whole.passages
    assert [p.score for p in alone] == sorted((p.score for p in alone), reverse=True)
    for passage in alone:
        assert passage.score == pytest.approx((passage.dense + passage.lexical) / 2)
        assert 0.0 <= passage.score <= 1.0


def test_sentences_of_whom_a_question_asks_for_count_more(
    tmp_path: Path, cache: Path, embedder: Embedder
) -> None:
    """By `SPOKEN`, and those of somebody else less, by as much."""
    root = tmp_path / "two"
    root.mkdir()
    texts = {
        "a.txt": "“The dam was old,” Ada Lark said.",
        "b.txt": "Tom Reed said that Lark never visits the dam.",
    }
    for name, text in texts.items():
        (root / name).write_text(f"The dam\n\n{text}", encoding="utf-8")
    sync([root], settings=Settings(index=tmp_path / "index", cache=cache))
    asked = read_question("What did Lark say about the dam?")

    with LocalStore.open(tmp_path / "index", embedder=None) as opened:
        with_speaker, without = (
            {
                one.speaker: one.score
                for one in retrieve(
                    q, asked_for(q, opened), store=opened, embedder=embedder
                ).evidence
            }
            for q in (asked, dataclasses.replace(asked, speaker=()))
        )

    assert with_speaker["Ada Lark"] == pytest.approx(without["Ada Lark"] + SPOKEN)
    assert with_speaker["Tom Reed"] == pytest.approx(without["Tom Reed"] - SPOKEN)
    assert SPOKEN > 0
