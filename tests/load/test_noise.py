"""rag.load.noise: furniture is named, and sentences about the same things are not."""

from __future__ import annotations

import pytest

from rag.load.noise import noise, without_credit


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Advertisement", "advertisement"),
        ("Article continues below", "advertisement"),
        ("By Ada Lark and Bo Finch", "byline"),
        ("By [Harbour Times Reporter](#)", "byline"),
        ("By Ada Lark | March 3, 2021", "byline"),
        ("November 06, 2024", "date"),
        ("https://example.org/a.jpg?x=1", "url"),
        ("<https://example.org/2024/11/06/dam>", "url"),
        ("info_icon", "identifier"),
        ("×", "no words"),
        ("Dear Tom,", "greeting"),
        ("Good morning Mr. Finch,", "greeting"),
        ("Dear Sir/Madam:", "greeting"),
        ("Kind regards,", "greeting"),
        ("Sincerely yours,", "greeting"),
        ("***", "no words"),
        ("Related", "navigation"),
        ("Latest Headlines", "navigation"),
        ("Read more", "navigation"),
        ("Share this", "share"),
        ("Published At:", "navigation"),
        ("Original url:", "navigation"),
        ("Related article: [Dam was unsafe for years](#)", "related"),
        ("Subscribe to The Harbour Times Newsletter", "newsletter"),
        ("Stay updated with the latest news!", "newsletter"),
        ("Sign up for our morning briefing.", "newsletter"),
        ("The Press Pool contributed reporting.", "contributors"),
        ("(Reporting by Ada Lark; Editing by Bo Finch)", "contributors"),
        ("The views expressed in this article do not reflect those of the Herald.", "disclaimer"),
        ("© 2024 Harbour Times", "copyright"),
        ("Copyright 2024 Harbour Times. All rights reserved.", "copyright"),
        ("We use cookies to improve your experience.", "cookies"),
        ("Follow Ada Lark on Twitter @ada.", "follow"),
        ("There was an error processing your subscription.", "form"),
        ("An error has occurred, please try again later.", "form"),
        ("Order Reprints", "form"),
        ("If you enjoyed this article, join our club of readers.", "form"),
        (
            "This copy is for your personal, non-commercial use only. Order others here.",
            "copyright",
        ),
        ("by Ada Lark, Reuters", "byline"),
        ("Reuter", "caption"),
        ("BC-HARBOUR-CRANE 1stLd-Writethru", "identifier"),
        ("u f BC-HARBOUR-CRANE   02-26 0082", "identifier"),
        ("{% include dam.html %}", "markup"),
        ("<figcaption>The dam in May</figcaption>", "caption"),
        ("<div class='x'>", "markup"),
        ("# The dam", "markup"),
        ("![the dam](dam.png)", "markup"),
        ("The mayor at the dam. (photo credit: REUTERS/BO FINCH)", "caption"),
        ("The mayor at the dam Photo: Bo Finch/Pool via REUTERS", "caption"),
        ("The mayor at the dam. File Photo by Bo Finch/UPI", "caption"),
        ("The mayor at the dam. File Photo by Bo Finch/UPI | License Photo", "caption"),
        ("Bo Finch / TASS", "caption"),
        ("Bo Finch via Getty Images.", "caption"),
        ("The dam. Image: Bo Finch.", "caption"),
        ("Foto: Bo Finch/dpa", "caption"),
        ("By Ada Lark, May 3, 2019", "byline"),
        ("— Ada Lark (@adalark) May 9, 2018", "byline"),
        ("– The Elmport Council (@elmport)", "byline"),
        ("(Adds company comment, paragraph 4)", "note"),
        ("(Recasts; adds details throughout.)", "note"),
    ],
)
def test_furniture_is_named(line: str, kind: str) -> None:
    """Each kind of furniture is recognised by its form."""
    assert noise(line) == kind


@pytest.mark.parametrize(
    "line",
    [
        "By Monday the water had reached the harbour.",
        "“We will not go,” she said.",
        "The site uses cookies to follow readers, the regulator said.",
        "Copyright law protects authors for seventy years.",
        "She won a prize for a photo by the harbour.",
        "Video from the harbour shows smoke rising over the docks.",
        "The minister is on holiday, according to Reuters.",
        "According to a poll by Ipsos/Reuters, most voters agree.",
        "Read more books, the teacher told her class.",
        "Related species live in the delta.",
        "The advertisement was withdrawn in May.",
        "It rained.",
        "Dear friends, we meet on Monday.",
        "Hello, said the captain,",
        "dear to many voters in Ohio,",
        "Good Morning America host Ada Lark,",
        "<The Harbour Play: A Tale of the Dam>",
        "An error has occurred in the count of votes, the clerk said.",
        "by Ada Lark",
        "(Changes to the rules are due in May.)",
        "— Ada Lark (@adalark) wrote on May 9 that the dam was safe.",
        "Subscribers left the paper in large numbers.",
        "The article was published on November 6, 2024.",
        "Он сказал, что переговоры начнутся в понедельник.",
        "وقال الوزير إن المحادثات ستبدأ.",
    ],
)
def test_a_sentence_is_no_furniture(line: str) -> None:
    """Words of furniture inside a sentence do not make it furniture."""
    assert noise(line) is None


def test_a_credit_is_taken_off_its_caption() -> None:
    """What remains is the caption as it stands without its credit."""
    caption = "The mayor at the dam. (photo credit: REUTERS/BO FINCH)"

    assert without_credit(caption) == "The mayor at the dam."


@pytest.mark.parametrize(
    "line",
    ["Photo: " + "A-" * 190, "[" * 399, "AP " * 130 + "x", ", " * 190 + "x", "By " + "A " * 190],
)
def test_hostile_lines_are_judged_at_once(line: str) -> None:
    """No rule backtracks without bound (the test would not end)."""
    noise(line)

    assert len(line) <= 400
