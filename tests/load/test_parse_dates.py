"""rag.load.parse_dates: what is a date, and what is left unresolved."""

from __future__ import annotations

import pytest

from rag.load.parse_dates import date_in_path, date_in_url, find_dates, first_date, is_date_line


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("November 06, 2024", "2024-11-06"),
        ("Nov. 6, 2024 at 3:04 a.m. EST", "2024-11-06"),
        ("Friday, January 4, 2019", "2019-01-04"),
        ("3rd March 2021", "2021-03-03"),
        ("15/12/2023 20h27", "2023-12-15"),
        ("12/15/2023", "2023-12-15"),
        ("2024-11-06T23:30:00-05:00", "2024-11-06"),
        ("5 de mayo de 2020", "2020-05-05"),
        ("6 ноября 2024 г.", "2024-11-06"),
        ("2024年11月6日", "2024-11-06"),
        ("6 listopada 2024", "2024-11-06"),
        ("6. listopadu 2024", "2024-11-06"),
        ("6 листопада 2024 р.", "2024-11-06"),
        ("6. syyskuuta 2024", "2024-09-06"),
        ("6 augusti 2024", "2024-08-06"),
        ("6 mei 2024", "2024-05-06"),
        ("6. Okt. 2024", "2024-10-06"),
        ("6 Eylül 2024", "2024-09-06"),
    ],
)
def test_a_full_date_becomes_iso(text: str, iso: str) -> None:
    """A date with its year is read in every usual order, and in several languages."""
    assert first_date(text) == iso


@pytest.mark.parametrize("text", ["July 2", "May 2020", "February 30, 2020", "in 2019", "Monday"])
def test_a_partial_or_impossible_date_is_none(text: str) -> None:
    """No day, no year or no such day: no date."""
    assert first_date(text) is None


def test_an_ambiguous_date_keeps_both_readings() -> None:
    """05/04/2023 is April 5 or May 4; nothing is chosen here."""
    [mention] = find_dates("on 05/04/2023")

    assert mention.readings == ("2023-04-05", "2023-05-04")


@pytest.mark.parametrize(
    "line",
    [
        "2019-01-04",
        "July 2",
        "9:05 p.m.",
        "Published: 6 Nov 2024 10:30 GMT+3",
        "FOR RELEASE 6 NOVEMBER 2024",
        "Stand: 6. November 2024, 17:42 Uhr",
        "Środa, 6 listopada 2024 r.",
        "Publicerad fredag 6 september 2024 kl. 10.30",
        "Last updated on 3 March 2021 at 5 pm",
        "15/12/2023 20h27",
        "Publié le 6 octobre 2020 à 18h04 - Mis à jour le 7 octobre 2020 à 09h30",
        "Veröffentlicht am 6. Oktober 2020 um 18:04 Uhr, aktualisiert am 7. Oktober 2020",
        "Publicado el 6 de octubre de 2020 a las 18:04 h",
    ],
)
def test_a_line_of_dates_and_times_is_a_date_line(line: str) -> None:
    """Labels, weekdays and time zones may stand beside the date."""
    assert is_date_line(line)


@pytest.mark.parametrize(
    "line", ["Trump sat.", "It was May 4, 2019.", "March", "25% at 10 am", "2.5"]
)
def test_a_line_with_other_words_is_no_date_line(line: str) -> None:
    """One word of the story makes it a line of the story."""
    assert not is_date_line(line)


@pytest.mark.parametrize(
    ("url", "iso"),
    [
        ("https://example.org/2024/11/06/talks-begin", "2024-11-06"),
        ("https://example.org/world/2024/nov/06/talks", "2024-11-06"),
        ("https://example.org/talks-20241106.html", "2024-11-06"),
        ("https://example.org/2024/talks", None),
        ("https://example.org/photos/15939310/x", None),
    ],
)
def test_a_date_is_read_from_a_url(url: str, iso: str | None) -> None:
    """The path of a URL dates an article if it names the day."""
    assert date_in_url(url) == iso


@pytest.mark.parametrize(
    ("path", "iso"),
    [
        ("2019-01-04_dam-bursts.txt", "2019-01-04"),
        ("herald_2015-11-11_dam.txt", "2015-11-11"),
        ("2019/01/04/dam.txt", "2019-01-04"),
        ("20190104.txt", "2019-01-04"),
        ("000_9fed0bbcd5abf97d.txt", None),
    ],
)
def test_a_date_is_read_from_a_path(path: str, iso: str | None) -> None:
    """A file's name or its folders can carry the day."""
    assert date_in_path(path) == iso
