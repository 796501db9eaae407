"""rag.cli.status: what an index holds, in lines and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas
from shell import rag

from rag.config import Settings
from rag.retrieve.resolve_speakers import speakers
from rag.store import LocalStore
from rag.sync.update import sync

TEXTS = {
    "2019-05-03-dam.txt": "Dmitry Kvist said the dam holds. “It holds,” Kvist said again later.",
    "2019-05-03-harbour.txt": "Dmitri Kvist said the harbour is open to all boats again.",
}


def built(tmp_path: Path, cache: Path, texts: dict[str, str]) -> Path:
    """An index of these articles."""
    root = tmp_path / "articles"
    root.mkdir()
    for name, text in texts.items():
        (root / name).write_text(text, encoding="utf-8")
    sync([root], settings=Settings(index=tmp_path / "index", cache=cache))
    return tmp_path / "index"


def test_spellings_of_one_person_are_one_speaker(tmp_path: Path, cache: Path) -> None:
    """As for `rag said`."""
    index = built(tmp_path, cache, TEXTS)

    told = json.loads(rag("status", "--json", "--index", index).stdout)["speakers"]

    with LocalStore.open(index, embedder=None) as store:
        known = [{"name": one.name, "statements": one.statements} for one in speakers(store)]
    assert told == known == [{"name": "Dmitry Kvist", "statements": 3}]


def test_one_day_is_no_span(tmp_path: Path, cache: Path) -> None:
    """It is told once; where articles are of several days, the first and the last are."""
    one, more = tmp_path / "one", tmp_path / "more"
    one.mkdir()
    more.mkdir()
    later = {**TEXTS, "2020-01-31-owl.txt": "An owl was heard above the old town on Friday."}

    shown = [
        rag("status", "--index", built(folder, cache, texts)).stdout
        for folder, texts in ((one, TEXTS), (more, later))
    ]

    assert "dates     2019-05-03 (0 articles without a date)" in shown[0]
    assert "dates     2019-05-03 to 2020-01-31 (0 articles without a date)" in shown[1]


def test_articles_that_do_not_hold_all_of_their_files(tmp_path: Path, cache: Path) -> None:
    """Each with what is lacking, in the lines and as JSON."""
    index = built(tmp_path, cache, TEXTS)
    canvas = Canvas(str(tmp_path / "articles" / "quay.pdf"))
    canvas.drawString(60, 700, "The old quay was closed on Friday, the harbour master said.")
    canvas.showPage()
    canvas.rect(60, 60, 400, 600, fill=1)
    canvas.save()
    sync([tmp_path / "articles"], settings=Settings(index=index, cache=cache))

    lacking = "page 2 without text: they may be pictures"
    assert f"partly    quay.pdf: {lacking}" in rag("status", "--index", index).stdout
    told = json.loads(rag("status", "--json", "--index", index).stdout)
    assert told["incomplete"] == [{"path": "quay.pdf", "left_out": [lacking]}]
