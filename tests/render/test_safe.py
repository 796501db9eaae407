"""rag.render.safe: no character reaches a terminal that could do something there."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.render.safe import escape_json, safe, safe_inside, safe_line, safe_row

CONTROLS = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))]
BIDI = list("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
INVISIBLE = list(
    "\u2028\u2029\ufeff\U000e0001\U000e0041\U000e007f\U000e0100\U000e01ef"
    "\u00ad\u180e\u200b\u200c\u200d\u2060\u2064\u206a\ufff9"
)


@pytest.mark.parametrize("char", CONTROLS + BIDI + INVISIBLE, ids=lambda char: f"{ord(char):04x}")
def test_a_harmful_character_is_taken_out(char) -> None:
    """C0, DEL, C1, bidirectional controls, separators and tags go; tab and newline stay."""
    kept = char if char in "\t\n" else ""

    assert safe(f"a{char}b") == f"a{kept}b"
    assert safe_row(f"a{char}b") == f"a{' ' if kept else ''}b"
    assert safe_line(f"a{char}b") == ("a b" if char.isspace() else "ab")


@pytest.mark.parametrize("char", CONTROLS + BIDI + INVISIBLE, ids=lambda char: f"{ord(char):04x}")
def test_a_harmful_character_is_escaped_in_json(char) -> None:
    """The output is harmless and still holds the same data."""
    encoded = escape_json(json.dumps(f"a{char}b", ensure_ascii=False))

    assert char not in encoded
    assert json.loads(encoded) == f"a{char}b"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]8;;https://evil.example\x07click\x1b]8;;\x07", "]8;;https://evil.exampleclick]8;;"),
        ("\x1b[2J\x1b[31mred", "[2J[31mred"),
        ("\x9b31mred", "31mred"),
        ("one\r\ntwo", "one\ntwo"),
        ("[/nope] [bold]", "[/nope] [bold]"),
        ("“Ünï” 日本語 Москва é 🚒 👩\u200d🚒", "“Ünï” 日本語 Москва é 🚒 👩\u200d🚒"),
    ],
)
def test_sequences_lose_their_power_and_text_stays(text, shown) -> None:
    """What is left of an escape sequence is ordinary characters."""
    assert safe(text) == shown


@pytest.mark.parametrize("text", ["👩\u200d❤️\u200d👨", "می\u200cخواهم", "क्\u200dष", "1️⃣"])
def test_what_joins_letters_and_emoji_stays(text) -> None:
    """Persian, Hindi and joined emoji are not written without it."""
    assert safe(text) == text


@pytest.mark.parametrize(
    "text", ["a\u200d\u200cb", "é\u200d\u200c\u200dü", "☺\ufe0f\ufe00\ufe01\ufe0e"]
)
def test_a_message_in_invisible_characters_is_taken_out(text) -> None:
    """Joiners that join nothing, and more selectors than one."""
    assert len(safe(text)) == 2


def test_a_row_keeps_its_columns() -> None:
    """Spaces stay, and nothing in a row can begin another line."""
    assert (
        safe_row("name      \x1b[1mstate\nerror: no\u2028such")
        == "name      [1mstate error: nosuch"
    )


def test_a_safe_line_is_one_line() -> None:
    """White space of every kind becomes single spaces, none at the ends."""
    assert safe_line(" one\n\n two\t\u00a0three\r\n") == "one two three"


@given(st.text())
def test_no_control_survives(text) -> None:
    """Whatever the text, only tab and newline are left of the controls."""
    assert {char for char in safe(text) if unicodedata.category(char) == "Cc"} <= {"\t", "\n"}


@given(st.text())
def test_escaped_json_is_equal(text) -> None:
    """Reading it back gives the text."""
    assert json.loads(escape_json(json.dumps(text, ensure_ascii=False))) == text


def test_a_part_of_a_line_keeps_the_spaces_at_its_ends() -> None:
    """Parts are put together again: only what is between words is folded."""
    assert safe_inside(" a\n\x1b[31m  b ") == " a [31m b "
