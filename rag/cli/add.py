"""`rag add`: pages, feeds and sitemaps of the web, fetched into a folder and indexed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rag import __version__
from rag.cli.command import EXIT_FAILED, EmbedderOption, IndexOption, JsonOption, load, note
from rag.cli.index import print_report, sync_once
from rag.errors import IndexMissing
from rag.terminal.screen import say, say_json

if TYPE_CHECKING:
    from rag.fetch.add import Outcome
    from rag.fetch.manners import Manners

AGENT = f"rag/{__version__} (fetches single pages for a person to read; keeps to robots.txt)"
IN_ROOT = "web"  # the folder in the first folder of the index


def add(
    addresses: Annotated[
        list[str],
        typer.Argument(
            metavar="URL...", help="Addresses of web pages, feeds (RSS, Atom) or sitemaps."
        ),
    ],
    into: Annotated[
        Path | None,
        typer.Option(
            help="The folder for the pages, else web/ in the first; a second renames all paths.",
            readable=False,
        ),
    ] = None,
    limit: Annotated[
        int, typer.Option(help="The most pages of one feed or sitemap.", min=1, max=10_000)
    ] = 50,
    allow_private: Annotated[
        bool,
        typer.Option(
            "--allow-private", help="Also fetch from this machine and from private networks."
        ),
    ] = False,
    index: IndexOption = None,
    embedder: EmbedderOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fetch pages from the web into a folder, and index them.

    Run it again to fetch only pages that have changed. It keeps to robots.txt and waits between two
    requests. The exit code is 1 if a page could not be fetched.

    Example: rag add https://paper.example/feed.xml --limit 20
    """
    from rag.fetch.manners import Manners

    settings = load(index=index, embedder=embedder)
    place = _places(settings.index, into)
    manners = Manners(
        agent=AGENT,
        pages=limit,
        megabytes=settings.file_megabytes,
        allow_private=allow_private,
    )
    outcomes = _fetch(addresses, place.folder, manners, quiet=as_json)
    report = None
    if any(outcome.file for outcome in outcomes):
        report = sync_once(place.roots, settings)
        if not as_json:
            print_report(report, settings, as_json=False)
    if as_json:
        from rag.render.as_json import report_dict

        told = report_dict(report) if report else None
        pages = [_as_dict(outcome) for outcome in outcomes]
        say_json(
            {"schema": "rag.add/1", "folder": str(place.folder), "pages": pages, "index": told}
        )
    if (report and report.unread) or any(map(_is_a_fault, outcomes)):
        raise typer.Exit(EXIT_FAILED)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Places:
    folder: Path  # for the pages
    roots: list[Path]  # of the index with it


def _places(index: Path, into: Path | None) -> _Places:
    """Where pages go, and what is indexed then: what was indexed before, with the pages in it."""
    from rag.fetch.folder import RECORD
    from rag.store.manifest import indexed_roots

    try:
        roots = indexed_roots(index)
    except IndexMissing:
        roots = []
    folders = [root for root in roots if root.is_dir()]
    likely = [place for root in folders for place in (root, root / IN_ROOT)]
    used = [place for place in likely if (place / RECORD).exists()]
    folder = into or next(iter(used or likely[1:2]), Path(IN_ROOT))
    within = any(folder.resolve().is_relative_to(root.resolve()) for root in folders)
    if not within and len(folders) == len(roots) == 1:
        [only] = roots
        note(
            f"{folder} is outside {only}, the folder that is indexed. With two folders, the path of"
            f" every article begins with the name of its folder, {only.name}/…, so saved answers"
            f" no longer find theirs. To keep the paths, use --into with a folder inside {only}."
        )
    return _Places(folder=folder, roots=roots if within else [*roots, folder])


def _fetch(
    addresses: Sequence[str], folder: Path, manners: Manners, *, quiet: bool
) -> list[Outcome]:
    """Fetch all, with a line on each as it comes."""
    from rag.fetch.add import add_addresses

    outcomes: list[Outcome] = []
    try:
        for outcome in add_addresses(addresses, into=folder, manners=manners, notify=note):
            outcomes.append(outcome)
            if not quiet:
                say(_line(outcome))
    except KeyboardInterrupt:
        if any(outcome.file for outcome in outcomes):
            note(f"What was fetched is in {folder}. To go on, run the same command again.")
        raise
    if not quiet:
        many = Counter(outcome.state.value for outcome in outcomes)
        states = ("fetched", "unchanged", "skipped", "failed")
        say(f"{', '.join(f'{many[state]} {state}' for state in states)} in {folder}.")
    return outcomes


def _line(outcome: Outcome) -> str:
    rest = f": {outcome.why}" if outcome.why else f" -> {outcome.file}" if outcome.file else ""
    return f"  {outcome.state.value:<9}  {outcome.url}{rest}"


def _is_a_fault(outcome: Outcome) -> bool:
    """What was asked for and is not there; a feed may well name what is no article."""
    return outcome.state == "failed" or (outcome.state == "skipped" and outcome.given)


def _as_dict(outcome: Outcome) -> dict[str, Any]:
    return {
        "url": outcome.url,
        "state": outcome.state.value,
        "file": str(outcome.file) if outcome.file else None,
        "why": outcome.why or None,
    }
