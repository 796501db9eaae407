"""Whether the articles on disk are still those of the index, for who asks and who cites."""

from __future__ import annotations

from pathlib import Path

from rag.checksum import sha256_of
from rag.domain import Freshness, Source
from rag.errors import CorpusError
from rag.plan import Plan, corpus_files, look, make_plan
from rag.store import LocalStore


def changes(store: LocalStore) -> Plan | None:
    """What a sync would have to do now; None where the folders themselves are gone.

    Files that look as they did are not read, so it costs little where little has changed.
    """
    try:
        roots = [Path(root) for root in store.manifest.roots]
        return make_plan(corpus_files(roots, store.index), store.files())
    except CorpusError:
        return None


def stale_line(store: LocalStore) -> str | None:
    """One line for who asks an index whose articles have changed; None where they have not."""
    plan = changes(store)
    if plan is None:
        return "The indexed folders are gone: answers come from what was indexed."
    counts = {
        "new": len(plan.new),
        "changed": len(plan.changed),
        "renamed": len(plan.renamed),
        "removed": len(plan.removed),
    }
    told = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
    if not told:
        return None
    return f"Since the index was made, files are {told}: --sync, or rag index, takes them in."


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
