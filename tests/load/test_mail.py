"""Messages: who wrote what and when, and which of their words are somebody else's."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from made_files import msg

from rag.domain import Article
from rag.load.extract_result import Unreadable
from rag.load.files import RawFile
from rag.load.mail import extract_eml
from rag.load.msg import extract_msg
from rag.load.parse import parse_file

HEADER = (
    "From: Ida Lund <ida@example.org>\nTo: Bo Hansen <bo@example.org>\n"
    "Date: Mon, 4 May 2020 10:00:00 +0200\nSubject: Re: The pier\n"
)


def evidence(data: bytes, name: str = "a.eml") -> list[str]:
    """The paragraphs of a message that may be cited."""
    [article] = parse_file(RawFile(path=name, data=data, sha256=""))
    assert isinstance(article, Article), article
    return [article.text[span.start : span.end] for span in article.paragraphs]


def plain(body: str) -> bytes:
    """A message of plain text."""
    return f"{HEADER}Content-Type: text/plain; charset=utf-8\n\n{body}".encode()


def message(html: str) -> EmailMessage:
    """A message that is a page."""
    made = EmailMessage()
    made["From"], made["Subject"] = "Ida Lund <ida@example.org>", "Pier"
    made["Date"] = "Mon, 4 May 2020 10:00:00 +0200"
    made.set_content(html, subtype="html")
    return made


def test_the_header_tells_title_date_and_who_wrote() -> None:
    """Words in another charset are decoded; "Re:" is no part of a title."""
    data = plain("It opens in May.\n").replace(b"Ida Lund", b"=?utf-8?q?=C3=85se_Lund?=")

    found = extract_eml(data)

    assert (found.title.value, found.date.value) == ("The pier", "2020-05-04")
    assert found.outlet.value == "Åse Lund"
    assert found.text.startswith("From: Åse Lund <ida@example.org>\nTo: Bo Hansen")
    assert found.text.endswith("\nSubject: Re: The pier\n\nIt opens in May.")


@pytest.mark.parametrize(
    "other",
    [
        "> When does it open?\n>> I asked before.",
        "On Sun, 3 May 2020 at 09:12, Bo Hansen <bo@example.org> wrote:\n> When does it open?",
        "On Sun, 3 May 2020 at 09:12, Bo Hansen\n<bo@example.org> wrote:\n\n> When does it open?",
        "Bo Hansen wrote:\n> When does it open?",
        "Am 03.05.2020 um 09:12 schrieb Bo Hansen:\n> Wann öffnet er?",
        "-----Original Message-----\nFrom: Bo Hansen\nSubject: The pier\n\nWhen does it open?",
        "---------- Forwarded message ---------\nFrom: Bo\n\nThe pier opens in June, it says.",
        "From: Bo Hansen\nSent: Sunday\nTo: Ida Lund\nSubject: The pier\n\nWhen does it open?",
        "__________________\nVon: Bo\nGesendet: Sonntag\nAn: Ida\nBetreff: X\n\nWann?",
        "On Sun, 3 May 2020 at 09:12, Bo Hansen <bo@example.org> wrote:\n\nWhen does it open?",
        "-- \nIda Lund\nThe harbour office is open from nine to five.",
        "Best regards,\nIda Lund\nThe harbour office is open on Mondays.",
        "Mit freundlichen Grüßen\nIda Lund",
        "Kveðja,\n\nIda\nThe harbour office is open on Mondays.",
        "Sent from my phone",
    ],
)
def test_what_others_wrote_and_signatures_are_no_evidence(other: str) -> None:
    """They stay in the text, in whatever form a program puts them there."""
    data = plain(f"The pier opens in May.\n\n{other}\n")

    assert evidence(data) == ["The pier opens in May."]
    assert other.splitlines()[-1] in extract_eml(data).text


def test_an_answer_below_what_it_quotes_is_evidence() -> None:
    """Also between two quotations."""
    body = (
        "On Sun, 3 May 2020 at 09:12, Bo Hansen <bo@example.org> wrote:\n"
        "> When does it open?\n\nIn May, says the harbour master.\n\n> Is it free?\n\nIt is free.\n"
    )

    assert evidence(plain(body)) == ["In May, says the harbour master.", "It is free."]


@pytest.mark.parametrize(
    "own",
    [
        "From: that day on, the pier was free for all.",
        "On 3 May 2020 the town decided two things:\n\nThe pier opens. It is free.",
        "Best regards from the whole office, which is open again.",
        "It is open for all who wrote in:\nBo Hansen\nIda Lund\nUlf Berg",
        "The master said this:\n\nThe pier opens in May, and it is free.",
    ],
)
def test_words_of_the_writer_stay(own: str) -> None:
    """They only look like a header, an attribution or a closing."""
    assert " ".join(evidence(plain(own))).split() == own.split()


def test_a_greeting_is_no_evidence() -> None:
    """Also where the letter goes on in the next line."""
    assert evidence(plain("Dear Bo,\nHansen and Lund open it in May.")) == [
        "Hansen and Lund open it in May."
    ]


def test_a_page_is_read_as_pages_are() -> None:
    """Where there is plain text too, that is read."""
    page = "<p>The pier opens in May, and it is free for all.</p><p hidden>It is closed.</p>"
    both = message("")
    both.set_content("It opens in June.\n")
    both.add_alternative(page, subtype="html")

    assert evidence(message(page).as_bytes()) == ["The pier opens in May, and it is free for all."]
    assert evidence(both.as_bytes()) == ["It opens in June."]


def test_attachments_are_named() -> None:
    """Pictures in the text are not worth it."""
    made = message("<p>The plan of the pier is attached, as you asked.</p>")
    made.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="plan.pdf")
    made.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="logo.png")

    assert extract_eml(made.as_bytes()).left_out == ("an attachment was not read: plan.pdf",)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"hello", "no message"),
        (HEADER.encode() + b"\n", "no text in it"),
        (HEADER.encode() + b"Content-Type: application/pkcs7-mime\n\nMIAGCSqG", "encrypted"),
        (HEADER.encode() + b"Content-Type: application/pdf; name=a.pdf\n\nJVBE", "a.pdf"),
    ],
)
def test_what_is_no_message_has_a_reason(data: bytes, why: str) -> None:
    """It is unreadable, and says why."""
    with pytest.raises(Unreadable, match=why):
        extract_eml(data)


@pytest.mark.parametrize(
    "broken",
    [
        HEADER + "Content-Type: text/plain; charset=no-such\n\nIt opens in May.\n",
        HEADER + "Content-Type: text/plain; charset=\x00\xff\n\nIt opens in May.\n",
        HEADER.replace("To: Bo", "To: ,;<<@@[") + "\nIt opens in May.\n",
        HEADER + "Content-Transfer-Encoding: base64\nContent-Type: text/plain\n\n!!!!\n",
        HEADER + 'Content-Type: multipart/mixed; boundary="\n\nIt opens in May.\n',
        HEADER + "Content-Type: multipart/mixed\n\nIt opens in May.\n",
    ],
)
def test_a_broken_message_is_read_or_has_a_reason(broken: str) -> None:
    """Nothing is raised for what a file holds."""
    [_] = parse_file(RawFile(path="a.eml", data=broken.encode(), sha256=""))


def test_a_message_of_outlook_is_as_any_other() -> None:
    """With its header, and without its signature."""
    data = msg(
        subject="RE: The pier",
        body="The pier opens in May.\r\n\r\nBest regards,\r\nIda\r\n",
        sender='"Ida Lund" <ida@example.org>',
        sent="Mon, 4 May 2020 10:00:00 +0200",
    )

    found = extract_msg(data)

    assert (found.title.value, found.outlet.value) == ("The pier", "Ida Lund")
    assert found.date.value == "2020-05-04"
    assert evidence(data, "a.msg") == ["The pier opens in May."]


@pytest.mark.parametrize("cut", [0, 8, 512, 700, 2000, 6000])
def test_a_damaged_message_of_outlook_has_a_reason(cut: int) -> None:
    """Wherever it is cut off."""
    data = msg(subject="Pier", body="It opens.", sender="Ida <i@example.org>", sent="")

    with pytest.raises(Unreadable, match="damaged MSG|not an Outlook message|no text"):
        extract_msg(data[:cut])
