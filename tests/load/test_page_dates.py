"""rag.load.page_dates: the day that a page states or shows for its article, and no other one."""

from __future__ import annotations

import time

import pytest
from trafilatura import load_html

from rag.domain import Found, Origin
from rag.load.headers import find_headers
from rag.load.html import extract_html
from rag.load.page_dates import is_day_first, page_date

BODY = "The dam above the town burst on Monday and the water reached the harbour, the mayor said."
MORE = "Nobody was hurt, but the water took the bridge and the wall of the old mill with it."


def date(*, head: str = "", lang: str = "", above: str = "", below: str = "") -> Found:
    """The date of a page with these things in it."""
    page = (
        f"<!doctype html><html lang='{lang}'><head><title>Dam bursts</title>{head}</head><body>"
        f"{above}<main><div><h1>Dam bursts</h1>{below}</div><p>{BODY}</p><p>{MORE}</p></main>"
        "</body></html>"
    )
    return extract_html(page.encode()).date


@pytest.mark.parametrize(
    "head",
    [
        "<meta property='article:published_time' content='2019-05-03T10:00:00Z'>",
        "<meta name='DCTERMS.issued' content='2019-05-03'>",
        "<meta name='publishdate' content='2019-05-03'>",
        "<meta property='article:published_time' content='1556870400'>",
        "<meta property='article:published_time' content='1556870400000'>",
        "<meta name='article_date_original' content='Friday, May 3, 2019, 10:00 AM'>",
        "<meta name='cXenseParse:recs:publishtime' content='2019-05-03T10:00:00Z'>",
        "<meta itemprop='datePublished' content='20190503'>",
        "<meta http-equiv='date' content='3 May 2019'>",
        '<script type=\'application/ld+json\'>{"datePublished" : "20190503T055000+0900"}</script>',
        '<script type=\'application/ld+json\'>/*<![CDATA[*/ {"@graph": [{"datePublished":'
        ' "2019-05-03"}]} /*]]>*/</script>',
        "<script type='application/ld+json'>{\"datePublished\":1556870400}</script>",
        "<script type='application/ld+json'>{\"datePublished\": 1556870400000}</script>",
        "<link rel='canonical' href='https://example.org/2019/05/03/dam'>",
    ],
)
def test_a_page_states_its_date(head: str) -> None:
    """In meta tags, in JSON-LD whatever is around it, and in its address."""
    assert date(head=head) == Found(value="2019-05-03", origin=Origin.META)


@pytest.mark.parametrize(
    "head",
    [
        "<meta name='date' content='04/05/2019'>",
        "<meta name='date' content='2019-05'>",
        "<meta name='date' content='1970-01-01T00:00:00Z'>",
        "<meta property='article:modified_time' content='2024-01-09T10:00:00Z'>",
        "<meta name='copyrightYear' itemprop='copyrightYear' content='2024'>",
        "<meta property='og:image' content='https://example.org/2024/01/09/a.jpg'>",
        "<meta name='expires' content='2030-01-09T10:00:00Z'>",
        '<script type=\'application/ld+json\'>{"uploadDate": "2024-01-09T10:00:00Z"}</script>',
    ],
)
def test_what_is_no_day_of_publication_is_left_out(head: str) -> None:
    """A wrong date is worse than none."""
    assert date(head=head) == Found()


def test_a_paper_of_long_ago_keeps_its_date() -> None:
    """Archives state days before there was a web."""
    assert date(head="<meta name='date' content='1924-05-03'>").value == "1924-05-03"


@pytest.mark.parametrize(
    "line",
    [
        "<p>By Ada Lark | May 3, 2019 | 6:00 PM</p>",
        "<time datetime='2019-05-03T10:00:00Z'>yesterday</time>",
        "<span itemprop='datePublished' content='2019-05-03'>3/5</span>",
        "<p class='meta'>Geschrieben von Ada am 3. Mai 2019 um 10:15</p>",
        "<p>Published 3 May 2019, updated 9 January 2024</p>",
        "<p class='info'>Updated: 3 May 2019</p>",
        "<p>Publié le 3 mai 2019 à 18h04 - Mis à jour le 4 mai 2019 à 09h30</p>",
        "<p class='meta'>Publié le 3 mai 2019 à 18h04 - Mis à jour et complété hier par nous</p>",
    ],
)
def test_a_line_at_the_headline_is_the_date(line: str) -> None:
    """A byline, a <time>; that of an update only where there is no other."""
    assert date(below=line) == Found(value="2019-05-03", origin=Origin.BYLINE)


@pytest.mark.parametrize(
    "line",
    [
        "<p>The council wrote on 3 May 2019 that the old wall of the dam was sound.</p>",
        "<div class='comments'><time datetime='2019-05-03'>3 May 2019</time></div>",
        "<aside><p class='date'>3 May 2019</p></aside>",
        "<ul><li class='date'>3 May 2019</li><li class='date'>4 May 2019</li></ul>",
        "<p class='info'>© 3 May 2019</p>",
    ],
)
def test_a_date_of_something_else_is_left_out(line: str) -> None:
    """One in a sentence, of a comment, of other articles, or one of several."""
    assert date(below=line) == Found()


def test_the_day_of_the_visit_above_the_page_is_left_out() -> None:
    """A paper shows today's date at its top."""
    above = "<header><p class='date'>9 January 2024</p></header>"

    assert date(above=above) == Found()
    assert date(above=above, below="<p>3 May 2019</p>").value == "2019-05-03"


def test_the_language_of_a_page_settles_day_and_month() -> None:
    """03.05.2019 in German is 3 May; in English, it may be 5 March."""
    line = "<p class='date'>03.05.2019</p>"

    assert date(below=line, lang="de").value == "2019-05-03"
    assert date(below=line, lang="en-GB").value == "2019-05-03"
    assert date(below=line, lang="en-US") == Found()
    assert is_day_first("fr-FR") and not is_day_first("es-US")


def test_a_press_release_begins_with_its_date() -> None:
    """A place and a day, before the first sentence."""
    page = f"<html lang='de'><body><p>Alta, (03.05.2019). {BODY}</p><p>{MORE}</p></body></html>"

    found = find_headers(extract_html(page.encode()), path="a.html")
    assert found.date == Found(value="2019-05-03", origin=Origin.DATELINE)


def test_nested_elements_take_no_time() -> None:
    """Each is looked at, and none is read to its end."""
    nested = "<div class='date'>" * 200 + "3 May 2019 and more. " * 20_000 + "</div>" * 200
    tree = load_html(f"<html><body><div><h1>Dam bursts</h1>{nested}</div></body></html>")
    began = time.process_time()

    assert page_date(tree, title="Dam bursts", url=None) == Found()
    assert time.process_time() - began < 3


def test_the_day_as_of_which_a_page_is_counts_where_there_is_no_other() -> None:
    """German pages show it under the headline, whatever the line is called."""
    as_of = "<p class='x'>Stand: 08.09.2022 17:42 Uhr</p>"

    assert date(lang="de", below=as_of).value == "2022-09-08"
    assert date(lang="de", below=f"<p class='x'>7. September 2022</p>{as_of}").value == "2022-09-07"
