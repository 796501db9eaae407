"""A wire report as several papers print it, and one article of another paper's own."""

from __future__ import annotations

from pathlib import Path

REPORT = (
    "The ferry to the island will stop running in October, the harbour master Ada Lark said.",
    "The company has lost money on the line for six years, and the town no longer pays for it.",
    "“We have tried everything, and nobody wants to buy the boat,” Lark told the town council.",
    "Some 400 islanders use the ferry every day to get to work and to school on the mainland.",
    "The council will vote on a smaller boat in September, after the summer holidays are over.",
    "A bridge was ruled out because the sea bed is too soft, engineers found two years ago.",
)
OWN = (
    "Islanders protest",
    "Islanders marched through the town on Wednesday to keep the ferry.",
    "The ferry to the island should run until a bridge is built, the teacher Bo Finch said.",
)


def printed(*, day: int = 2, outlet: str = "Agency", report: tuple[str, ...] = REPORT) -> str:
    """The report under a headline and dateline of the paper's own."""
    first, *others = report
    opening = f"PORT ELM, July {day}, 2018 ({outlet}) - {first}"
    return "\n\n".join([f"Printed on day {day} by {outlet}", opening, *others]) + "\n"


def wire_folder(place: Path, *, copies: int = 12) -> Path:
    """A folder with so many printings, ``w00.txt`` the earliest, and ``zz-own.txt``."""
    place.mkdir()
    for n in range(copies):
        (place / f"w{n:02}.txt").write_text(printed(day=n + 2, outlet=f"Paper {n}"))
    (place / "zz-own.txt").write_text("\n\n".join(OWN) + "\n")
    return place
