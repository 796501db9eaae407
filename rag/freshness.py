"""Whether the articles on disk are still those of the index, for who asks and who cites."""

from __future__ import annotations

from pathlib import Path

from rag.checksum import sha256_of
from rag.domain import Freshness, Source
from rag.errors import CorpusError
from rag.plan import look, make_plan, search_corpus
from rag.store import LocalStore


def stale_line(store: LocalStore) -> str | None:
    """One line for who asks an index whose articles have changed; None where they have not.

    Files that look as they did are not read, so it costs little where little has changed.
    """
    roots = [Path(root) for root in store.manifest.roots]
    if not all(root.exists() for root in roots):
        return "The indexed folders are gone: answers come from what was indexed."
    try:
        plan = make_plan(search_corpus(roots, store.index).files, store.files())
    except CorpusError as error:
        return (
            f"Whether articles have changed since they were indexed is not known: {error.message}."
        )
    counts = {
        "new": len(plan.readable),
        "changed": len(plan.changed),
        "renamed": len(plan.renamed),
        "removed": len(plan.removed),
    }
    told = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    if not told:
        return None
    return f"The articles have changed since ({told}): --sync, or rag index, takes that in."


def freshness(source: Source, store: LocalStore) -> Freshness:
    """What became of the file of an article; it is read only where it looks otherwise."""
    path = store.locate(source.path)
    if path is None:
        return Freshness.GONE
    if look(path) == store.seen(source.path) != "":
        return Freshness.UNCHANGED
    try:
        now = sha256_of(path)
    except OSError:
        return Freshness.GONE
    return Freshness.UNCHANGED if now == source.sha256 else Freshness.CHANGED
