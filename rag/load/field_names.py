"""What people and programs call the fields of an article, in lower case with underscores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

TITLE = ("title", "headline", "heading")
TEXT = (
    *("text", "body", "content", "article", "full_text", "fulltext", "article_text", "maintext"),
    *("article_body", "articlebody", "body_text", "content_text", "content_html", "body_html"),
    *("story", "html"),
)
SUMMARY = ("description", "summary", "abstract", "excerpt", "snippet", "lead")
OUTLET = (
    *("outlet", "source", "publisher", "publication", "newspaper", "site", "site_name"),
    *("source_name", "sitename"),
)
DATE = (
    *("date", "published", "pubdate", "publish_date", "date_published", "datepublished"),
    *("published_at", "publishedat", "publication_date", "pub_date", "published_date"),
    *("datetime", "timestamp", "created", "created_at"),
)
URL = ("url", "original_url", "canonical_url", "link", "source_url", "web_url", "address")


def by_plain_name(pairs: Iterable[tuple[object, object]]) -> dict[str, object]:
    """Fields by their names as they are written here: "Published At" is ``published_at``."""
    return {
        "_".join(str(name).lower().replace("-", " ").replace("_", " ").split()): value
        for name, value in pairs
    }


def first_of(fields: Mapping[str, object], names: tuple[str, ...]) -> object:
    """The value of the first of these names that has one."""
    return next((fields[name] for name in names if fields.get(name)), None)
