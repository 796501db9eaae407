"""rag.retrieve.tags, for files that hold several articles."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

from rag.config import Settings
from rag.filters import Filters
from rag.retrieve.narrow import narrow
from rag.retrieve.tags import tag_counts
from rag.store import LocalStore
from rag.sync.update import sync

SAID = "The ferry of {} sails in July, harbour master Ida Lund said on the quay of the town."
ITEM = "<item><title>Ferry</title><description>{}</description></item>"


def test_articles_of_one_file_have_its_folders(tmp_path: Path, cache: Path) -> None:
    """With the tags of their own front matter, also when the file is named otherwise later."""
    articles, settings = tmp_path / "articles", Settings(index=tmp_path / "index", cache=cache)
    (articles / "old" / "wire").mkdir(parents=True)
    with ZipFile(articles / "old" / "packed.zip", "w") as archive:
        archive.writestr("notes/a.md", f"---\ntags: Ferries\n---\n\n{SAID.format('Vik')}")
        archive.writestr("notes/b.txt", SAID.format("Berg"))
    items = "".join(ITEM.format(SAID.format(town)) for town in ("Orford", "Lund"))
    (articles / "old" / "wire" / "news.xml").write_text(
        f'<rss version="2.0"><channel><title>Wire</title>{items}</channel></rss>'
    )

    def tags_now() -> dict[str, int]:
        sync([articles], settings=settings)
        with LocalStore.open(settings.index, embedder=None) as store:
            return dict(tag_counts(store.filed()))

    first = tags_now()
    (articles / "old" / "packed.zip").rename(articles / "old" / "kept.zip")
    then = tags_now()

    assert first == then == {"old": 4, "wire": 2, "Ferries": 1}
    with LocalStore.open(settings.index, embedder=None) as store:
        paths = store.filed().paths
        left = narrow(Filters(path=("kept.zip",)), store)
        assert left is not None
        assert {paths[id] for id in left.within.articles} == {
            "old/kept.zip/notes/a.md", "old/kept.zip/notes/b.txt",
        }  # fmt: skip
