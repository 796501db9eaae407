"""Whether the articles on disk are still those of the index, for who asks and who cites."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from rag.checksum import look, sha256_of
from rag.domain import Freshness, Source
from rag.errors import CorpusError
from rag.load import mode_of
from rag.store import LocalStore
from rag.sync.plan import Plan, make_plan, search_corpus


def stale_line(store: LocalStore) -> str | None:
    """One line for who asks an index whose articles have changed; None where they have not.

    Files that look as they did are not read, so it costs little where little has changed.
    """
    if store.manifest.is_shared:  # its folders are on another machine
        return None
    roots = store.manifest.places
    if any(is_gone(root) for root in roots):
        return "The indexed folders were not found: answers come from the index."
    try:
        corpus = search_corpus(roots, store.index)
        plan = make_plan(corpus.files, store.files(), unseen=corpus.unseen)
    except CorpusError as error:
        return (
            "It is not known whether articles have changed since they were indexed:"
            f" {error.message}."
        )
    counts = {
        "new": len(plan.readable),
        "changed": len(plan.changed),
        "renamed": len(plan.renamed),
        "removed": len(plan.removed),
    }
    told = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    changed = f"The articles have changed since ({told}): run rag index, or add --sync."
    return " ".join([*([changed] if told else []), *_unread(plan)]) or None


def is_gone(root: Path) -> bool:
    """Whether a root is not there any more, which is not so where it only cannot be looked at."""
    try:
        return mode_of(root) is None
    except OSError:
        return False


def _unread(plan: Plan) -> Iterator[str]:
    """What cannot be looked at, where articles lie there."""
    if kept := sum(one.articles for one in plan.kept):
        first, *others = plan.unread
        more = f", and {len(others)} more" if others else ""
        articles = "1 article" if kept == 1 else f"{kept} articles"
        yield (
            f"Some places cannot be opened ({first.path} {first.why}{more}):"
            f" it is not known whether {articles} changed."
        )


def freshness(source: Source, store: LocalStore) -> Freshness:
    """What became of the file of an article; it is read only where it looks otherwise.

    Where an index is shared, its files are on another machine: they are as they were published.
    """
    if store.manifest.is_shared:
        return Freshness.UNCHANGED
    path = store.locate(source.path)
    if path is None:
        return Freshness.GONE
    if look(path) == store.seen(source.path).partition("#")[0] != "":
        return Freshness.UNCHANGED
    try:
        now = sha256_of(path)
    except FileNotFoundError:
        return Freshness.GONE
    except OSError:
        return Freshness.UNREAD
    return Freshness.UNCHANGED if now == source.sha256 else Freshness.CHANGED
