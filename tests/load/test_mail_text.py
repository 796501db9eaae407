"""rag.load.mail_text: a mail saved as text; its headers say what it is, and are not cited."""

from __future__ import annotations

import base64
from email.message import EmailMessage

import pytest

from rag.domain import Found, Origin
from rag.load.boilerplate import paragraphs
from rag.load.extract_result import Extract, Unreadable
from rag.load.text import extract_text

BODY = "The harbour board put off the purchase of the crane on Monday, chairwoman Ida Brok said."
OLDER = "The old crane lost its arm in the storm of March, and has not moved a ship since then."
TOP = """\
Message-ID: <1.desk@example.org>
Date: Mon, 14 May 2001 23:39:00 -0700 (PDT)
From: desk@example.org
To: paper@example.com,
\tboard@example.com
Subject: Crane will not come
Mime-Version: 1.0
Content-Type: text/plain; charset=us-ascii
X-FileName: desk.nsf

"""


def cited(extract: Extract) -> list[str]:
    """What may be cited."""
    spans = paragraphs(extract.text, apart=extract.apart)
    return [extract.text[span.start : span.end] for span in spans]


def test_the_headers_are_title_and_date() -> None:
    """The day is that of the writer; the text is the file's, and only the body is cited."""
    extract = extract_text((TOP + BODY).encode())

    assert extract.title == Found(value="Crane will not come", origin=Origin.META)
    assert extract.date == Found(value="2001-05-14", origin=Origin.META)
    assert extract.text == TOP + BODY
    assert cited(extract) == [BODY]


@pytest.mark.parametrize(
    "older",
    [
        "-----Original Message-----\nFrom: a@example.com\nSent: Sunday, May 13, 2001 3:12 PM\n"
        "Subject: crane?\n\n",
        "---------- Forwarded message ---------\nFrom: A <a@example.com>\nDate: 3 May 2001\n\n",
        "Von: A\nGesendet: Sonntag, 13. Mai 2001\nBetreff: Kran\n\n",
        "*De :* A\n*Envoyé le :* 3 mai 2001\n*Objet :* grue\n\n",
        "---------- Videresendt melding ----------\nEmne: kran\nFra: A <a@example.com>\n\n",
        "----- Forwarded by A Lark/HQ on 05/13/2001 03:12 PM\n-----\n\n",
        "On Sun, 13 May 2001, A <a@example.com> wrote:\n\n",
        "On Sun, 13 May 2001, A\n<a@example.com> wrote:\n\n",
        "Am 13.05.2001 um 15:12 schrieb A:\n\n",
    ],
)
def test_headers_of_an_older_mail_below_are_not_cited(older: str) -> None:
    """What it says is, where it is not marked as quoted."""
    assert cited(extract_text(f"{TOP}{BODY}\n\n{older}{OLDER}\n".encode())) == [BODY, OLDER]


def test_its_writer_is_its_outlet_and_an_answer_has_the_title_of_the_mail() -> None:
    """As in a message of any other format."""
    top = TOP.replace("From: desk", "From: =?utf-8?q?=C3=85se_Lund?= <desk").replace(
        ".org\nTo", ".org>\nTo"
    )

    extract = extract_text((top.replace("Subject: ", "Subject: Re: ") + BODY).encode())

    assert (extract.title.value, extract.outlet.value) == ("Crane will not come", "Åse Lund")


@pytest.mark.parametrize(
    ("below", "outlet"),
    [
        ("", "desk@example.org"),
        (f"From: Bo Moe\nSent: 13 May 2001\nTo: desk\nSubject: crane?\n\n{OLDER}\n", None),
        (f"On Sun, 13 May 2001, Bo Moe <bo@example.com> wrote:\n\n{OLDER}\n", None),
        (f"On Sun, 13 May 2001, Bo Moe <bo@example.com> wrote:\n\n> {OLDER}\n", "desk@example.org"),
    ],
)
def test_words_of_others_are_not_given_to_the_writer(below: str, outlet: str | None) -> None:
    """Where they may be cited, the mail is by nobody in particular."""
    assert extract_text(f"{TOP}{BODY}\n\n{below}".encode()).outlet.value == outlet


def test_whom_a_mail_greets_is_no_evidence() -> None:
    """Above its words and above those of an older mail; a list is none."""
    older = "From: Bo Moe\nSent: 13 May 2001\nTo: desk\n\nDesk,\n\n"
    text = f"{TOP}Ida Brok,\n\n{BODY}\n\nBergen,\nAlta and Bodø have cranes.\n\n{older}{OLDER}\n"

    assert cited(extract_text(text.encode())) == [
        BODY,
        "Bergen,\nAlta and Bodø have cranes.",
        OLDER,
    ]


def test_offsets_are_those_of_the_file() -> None:
    """Also where its lines end as on Windows, and where it does not begin with the header."""
    text = f"\n{TOP}{BODY}\n\n-- \nIda\n".replace("\n", "\r\n")

    extract = extract_text(text.encode())

    assert extract.text == text
    assert cited(extract) == [BODY]


def test_what_a_mail_quotes_is_not_cited() -> None:
    """It would be cited for the words of another one, such as the question."""
    text = f"{TOP}{BODY}\n\n> When will the crane come?\n> > {OLDER}\n"

    assert cited(extract_text(text.encode())) == [BODY]


@pytest.mark.parametrize(
    "top",
    [
        "Von: Presse\nAn: alle\nBetreff: Kran kommt nicht\n\n",
        "De : Presse\nÀ : tous\nEnvoyé : 3 mai 2019\nObjet : Kran kommt nicht\n\n",
        "От: А\nКому: Б\nТема: Kran kommt nicht\n\n",
        "From desk@example.org Mon May 14 16:39:00 2001\nFrom: A\nTo: B\n"
        "Subject: =?utf-8?q?Kran_kommt_nicht?=\n\n",
    ],
)
def test_mails_are_known_in_other_languages(top: str) -> None:
    """As programs print them, and as mbox stores them; an encoded subject is decoded."""
    extract = extract_text(f"{top}{BODY}\n".encode())

    assert extract.title.value == "Kran kommt nicht"
    assert cited(extract) == [BODY]


@pytest.mark.parametrize(
    "text",
    [
        f"Date: 3 May 2019\nSource: Harbour Times\n\n{BODY}",
        f"Subject: The crane\n\n{BODY}",
        f"To: whom it may concern\n\n{BODY}",
        f"From: that day on, the crane was free.\nTo: sum up, nobody came.\n\n{BODY}",
        f"{BODY}\n\nFrom: Ada Lark\nTo: Bo Finch\nSubject: The crane\n\n> {OLDER}",
        f"Ada Lark: Who won?\nBo Finch: Nobody did.\n\n{BODY}",
        BODY,
    ],
)
def test_what_is_no_mail_stays_as_it_is(text: str) -> None:
    """Lines with colons are above articles and in interviews too."""
    assert extract_text(text.encode()) == Extract(text=text)


@pytest.mark.parametrize("kind", ["plain and html", "html", "base64", "quoted-printable"])
def test_an_encoded_mail_is_decoded(kind: str) -> None:
    """Its text is that of the part in plain text, or of the page where there is no other."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@example.org", "b@example.org", "Crane"
    if kind == "html":
        mail.set_content(f"<p>{BODY} Café.</p><p>{OLDER}</p>", subtype="html")
    else:
        encoding = kind if "and" not in kind else None
        mail.set_content(f"{BODY} Café.\n\n{OLDER}\n", cte=encoding)
    if "and" in kind:
        mail.add_alternative(f"<p>{BODY} Café.</p>", subtype="html")
        mail.add_attachment(base64.b64encode(b"x" * 999), maintype="image", subtype="png")

    extract = extract_text(mail.as_bytes())

    assert extract.title.value == "Crane"
    assert cited(extract) == [f"{BODY} Café.", OLDER]


def test_an_encoded_mail_without_text_is_unreadable() -> None:
    """A picture alone."""
    top = TOP.replace("text/plain; charset=us-ascii", "multipart/mixed; boundary=b")

    with pytest.raises(Unreadable, match="no text"):
        extract_text(f"{top}--b\nContent-Type: image/png\n\nabc\n--b--\n".encode())


@pytest.mark.parametrize(
    "above",
    [
        "---------- Forwarded message ---------\n",
        "\nBegin forwarded message:\n\n",
        "-----Ursprüngliche Nachricht-----\r\n",
        "Inizio messaggio inoltrato:\n\n",
    ],
)
def test_a_line_may_introduce_the_header(above: str) -> None:
    """As programs write it above a mail that is sent on; it is no evidence either."""
    header = "From: Ada Lark <ada@example.org>\nSubject: The crane\nDate: 14 May 2001\nTo: Bo\n\n"
    extract = extract_text(f"{above}{header}{BODY}".encode())

    assert (extract.title.value, extract.date.value) == ("The crane", "2001-05-14")
    assert cited(extract) == [BODY]


def test_what_an_article_announces_is_no_header() -> None:
    """Without who wrote to whom, a line with a colon is text."""
    assert extract_text(f"The members are:\n\nFrom: Alta\n\n{BODY}".encode()).title == Found()
