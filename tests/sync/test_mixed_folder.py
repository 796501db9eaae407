"""A folder with a file of each format: each is indexed, and cited from where its words stand."""

from __future__ import annotations

import gzip
import json
from email.message import EmailMessage
from pathlib import Path

import pytest
from made_files import epub, msg, odt, packed, pptx, xlsx

from rag.config import Settings
from rag.domain import Freshness
from rag.language.text import terms
from rag.store import LocalStore
from rag.store.articles import Row
from rag.sync.freshness import freshness
from rag.sync.report import SyncReport
from rag.sync.update import sync

PAGE = (
    "<html><head><title>{0}</title></head><body><article><h1>{0}</h1><p>{1}</p>"
    "<p>The council of the town will meet again on the first of June.</p></article></body></html>"
)


def told(town: str) -> str:
    """What one article says and no other."""
    return f"The ferry of {town} sails in July, harbour master Ida Lund said."


def page(town: str) -> str:
    """The same as a page."""
    return PAGE.format(f"Ferry of {town}", told(town))


def mail(town: str) -> bytes:
    """The same as a message, which quotes another."""
    made = EmailMessage()
    made["From"], made["Subject"] = "Ida Lund <ida@example.org>", f"Ferry of {town}"
    made["Date"] = "Mon, 4 May 2020 10:00:00 +0200"
    made.set_content(f"{told(town)}\n\nBo wrote:\n> {told('Nowhere')}\n")
    return made.as_bytes()


def feed(*towns: str) -> str:
    """RSS, an entry for each town."""
    items = "".join(
        f"<item><title>Ferry of {town}</title><link>https://courier.example.org/{town}</link>"
        f"<pubDate>Mon, 04 May 2020 08:00:00 GMT</pubDate>"
        f"<description>&lt;p&gt;{told(town)}&lt;/p&gt;</description></item>"
        for town in towns
    )
    return f'<rss version="2.0"><channel><title>Courier</title>{items}</channel></rss>'


def files() -> dict[str, bytes | str]:
    """A file of each format by its name; each article is about a town of its own."""
    from io import BytesIO

    from docx import Document
    from reportlab.pdfgen.canvas import Canvas

    word, paper = BytesIO(), BytesIO()
    document = Document()
    document.add_paragraph(told("Docx"))
    document.save(word)
    canvas = Canvas(paper)
    canvas.drawString(72, 700, told("Pdf"))
    canvas.save()
    saved = EmailMessage()
    saved["Subject"] = "Ferry"
    saved.set_content(page("Mht"), subtype="html")
    box = b"".join(
        b"From a@example.org Mon May  4 10:00:00 2020\n" + mail(town) + b"\n"
        for town in ("Mboxone", "Mboxtwo")
    )
    cue = "1\n00:00:01,000 --> 00:00:02,000\n"
    records = [{"title": f"Ferry of {t}", "text": told(t), "date": "2020-05-04"}
               for t in ("Jsonone", "Jsontwo")]  # fmt: skip
    table = "title,date,text\n" + "".join(
        f'Ferry,2020-05-04,"{told(town)}"\n' for town in ("Csvone", "Csvtwo")
    )
    return {
        "a.txt": told("Txt"), "a.md": told("Md"), "a.markdown": told("Markdown"),
        "a.html": page("Html"), "a.htm": page("Htm"), "a.xhtml": page("Xhtml"),
        "a.mht": saved.as_bytes(), "a.mhtml": saved.as_bytes().replace(b"Mht", b"Mhtml"),
        "a.docx": word.getvalue(), "a.pdf": paper.getvalue(),
        "a.rtf": rf"{{\rtf1\ansi {told('Rtf')}\par}}",
        "a.odt": odt(f"<text:p>{told('Odt')}</text:p>"),
        "a.pptx": pptx([("Ferry", [told("Pptx")])]),
        "a.xlsx": xlsx({"A": [["Town", "Says"], ["Berg", told("Xlsx")]]}),
        "a.eml": mail("Eml"),
        "a.msg": msg(subject="Ferry", body=told("Msg"), sender="Ida <i@example.org>", sent=""),
        "a.srt": f"{cue}{told('Srt')}\n",
        "a.vtt": f"WEBVTT\n\n{cue.replace(',', '.')}{told('Vtt')}\n",
        "a.tsv": f"Town\tSays\nBerg\t{told('Tsv')}\n",
        "b.csv": f'Town,Says\nBerg,"{told("Csv")}"\n',
        "a.csv": table,
        "a.json": json.dumps({"articles": records}), "b.json": json.dumps({"text": told("Json")}),
        "a.jsonl": "".join(
            f"{json.dumps({'body': told(t), 'title': 'Ferry'})}\n" for t in ("Jsonl", "Jsonltwo")
        ),
        "a.ndjson": json.dumps({"body": told("Ndjson"), "title": "Ferry"}),
        "a.xml": feed("Xmlone", "Xmltwo"), "a.rss": feed("Rss"),
        "a.atom": '<feed xmlns="http://www.w3.org/2005/Atom"><title>Courier</title><entry>'
        "<title>Ferry</title><updated>2020-05-04T10:00:00Z</updated>"
        f'<content type="html">&lt;p&gt;{told("Atom")}&lt;/p&gt;</content></entry></feed>',
        "a.mbox": box,
        "a.epub": epub({"one.xhtml": page("Epubone"), "two.xhtml": page("Epubtwo")}),
        "a.txt.gz": gzip.compress(told("Gz").encode()),
        "b.json.gz": gzip.compress(json.dumps(records).replace("Json", "Gz").encode()),
        "a.zip": packed({"x/one.txt": told("Zipone"), "two.html": page("Ziptwo"),
                         "box.mbox": box.replace(b"Mbox", b"Zipbox"),
                         "bad.pdf": "no", "c.gif": "no"}),
    }  # fmt: skip


# Where an article is one of several: its town, and its path.
PARTS = {
    "Csvone": "a.csv/2", "Csvtwo": "a.csv/3", "Jsonone": "a.json/1", "Jsontwo": "a.json/2",
    "Jsonl": "a.jsonl/1", "Jsonltwo": "a.jsonl/2", "Ndjson": "a.ndjson/1",
    "Xmlone": "a.xml/1", "Xmltwo": "a.xml/2", "Rss": "a.rss/1", "Atom": "a.atom/1",
    "Mboxone": "a.mbox/1", "Mboxtwo": "a.mbox/2",
    "Epubone": "a.epub/book/one.xhtml", "Epubtwo": "a.epub/book/two.xhtml",
    "Gzone": "b.json.gz/1", "Gztwo": "b.json.gz/2",
    "Zipone": "a.zip/x/one.txt", "Ziptwo": "a.zip/two.html",
    "Zipboxone": "a.zip/box.mbox/1", "Zipboxtwo": "a.zip/box.mbox/2",
}  # fmt: skip
WHOLE = {
    "Txt": "a.txt", "Md": "a.md", "Markdown": "a.markdown", "Html": "a.html", "Htm": "a.htm",
    "Xhtml": "a.xhtml", "Mht": "a.mht", "Mhtml": "a.mhtml", "Docx": "a.docx", "Pdf": "a.pdf",
    "Rtf": "a.rtf", "Odt": "a.odt", "Pptx": "a.pptx", "Xlsx": "a.xlsx", "Eml": "a.eml",
    "Msg": "a.msg", "Srt": "a.srt", "Vtt": "a.vtt", "Tsv": "a.tsv", "Csv": "b.csv",
    "Json": "b.json", "Gz": "a.txt.gz",
}  # fmt: skip


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Settings, SyncReport]:
    """The folder, its index, and what was told when it was made."""
    place = tmp_path_factory.mktemp("mixed")
    root = place / "articles"
    root.mkdir()
    for name, data in files().items():
        (root / name).write_bytes(data.encode() if isinstance(data, str) else data)
    settings = Settings(index=place / "index", llm="none")
    return root, settings, sync([root], settings=settings)


def sentences(store: LocalStore, path: str) -> list[Row]:
    """The sentences of an article that can be cited."""
    article = store.article(path)
    assert article is not None, path
    return store.sentences_in(store.passages_of(article.id))


def test_each_format_is_cited_from_the_right_place(
    mixed: tuple[Path, Settings, SyncReport],
) -> None:
    """Every article has its own sentence, found by its words, at its offsets; nothing else fails.

    The file that each is from is known, and is as it was.
    """
    root, settings, report = mixed
    with LocalStore.open(settings.index, embedder=None) as store:
        store.load(meaning=False)
        for town, path in {**WHOLE, **PARTS}.items():
            found = store.sentences_in(store.match_passages(terms(town), k=50))
            [cited] = [row for row in found if f"ferry of {town} sails" in row.text]
            source = store.source(cited.article)
            text = store.article_text(path) or ""
            assert source.path == path
            assert text[cited.start : cited.end] == cited.text
            assert store.locate(path) == root / path.split("/")[0]
            assert freshness(source, store) is Freshness.UNCHANGED
        assert all("Nowhere" not in row.text for p in store.paths() for row in sentences(store, p))

    assert {entry.path: entry.failed for entry in report.skipped} == {
        "a.zip/bad.pdf": True, "a.zip/c.gif": False,
    }  # fmt: skip
    assert report.articles == len(WHOLE) + len(PARTS)
    assert len(report.new) == len(files())


def test_what_has_not_changed_is_kept(mixed: tuple[Path, Settings, SyncReport]) -> None:
    """With all its parts, and what of them could not be read."""
    root, settings, report = mixed

    again = sync([root], settings=settings)

    assert again.generation == report.generation
    assert again.unchanged == len(files())
    assert again.skipped == report.skipped


def test_a_file_with_several_articles_changes_moves_and_goes_as_one(tmp_path: Path) -> None:
    """A renamed one embeds nothing; a part that was not read is listed as long as it is there."""
    root = tmp_path / "articles"
    root.mkdir()
    place = root / "news.xml"
    place.write_text(feed("Alta", "Berg"))
    (root / "a.txt").write_text(told("Dal"))
    (root / "b.zip").write_bytes(packed({"x.txt": told("Voss"), "y.pdf": "no"}))
    settings = Settings(index=tmp_path / "index", llm="none")

    def paths() -> list[str]:
        with LocalStore.open(settings.index, embedder=None) as store:
            return store.paths()

    sync([root], settings=settings)
    with LocalStore.open(settings.index, embedder=None) as store:
        cited = store.source(store.article("news.xml/2").id)  # type: ignore[union-attr]
    place.rename(root / "old.xml")
    renamed = sync([root], settings=settings, model=lambda: pytest.fail("it embeds"))
    after_renamed = paths()
    (root / "old.xml").write_text(feed("Alta", "Berg", "Ulvik"))
    changed = sync([root], settings=settings)
    after_changed = paths()
    with LocalStore.open(settings.index, embedder=None) as store:
        stale = freshness(cited, store)
    (root / "old.xml").unlink()
    removed = sync([root], settings=settings, confirm=lambda plan, known: True)

    assert renamed.renamed == (("news.xml", "old.xml"),)
    assert after_renamed == ["a.txt", "b.zip/x.txt", "old.xml/1", "old.xml/2"]
    assert (changed.changed, changed.articles) == (("old.xml",), 5)
    assert after_changed == ["a.txt", "b.zip/x.txt", "old.xml/1", "old.xml/2", "old.xml/3"]
    assert stale is Freshness.GONE
    assert (removed.removed, removed.articles) == (("old.xml",), 2)
    assert [one.path for one in removed.skipped] == ["b.zip/y.pdf"]
