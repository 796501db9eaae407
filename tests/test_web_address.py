"""Which addresses are kept, and what of them."""

from __future__ import annotations

import pytest

from rag.web_address import host_of, web_address


@pytest.mark.parametrize(
    "text",
    ["", "bell.example/a", "ftp://bell.example/", "javascript:alert(1)", "http://", "http:///a",
     "https://me:pw@bell.example/", "https://me@bell.example/", "https://bell.example/a b",
     "https://bell.example/\x1b]8", "https://bell.example/\u202e", 'https://bell.example/"x',
     "https://bell.example/<b>", "https://bell.example:99999/", "http://[::1/",
     "https://bell.example/" + "x" * 2000],
)  # fmt: skip
def test_what_is_no_address_is_none(text: str) -> None:
    """Of the web, without a password, that can be shown anywhere."""
    assert web_address(text) is None


def test_secrets_and_fragments_are_left_out() -> None:
    """And the rest is as it was written."""
    kept = "https://bell.example/a?key=7&id=a+b%20c"

    assert web_address(f"{kept}#top") == kept
    assert web_address("https://b.example/?api_key=1&q=x&X-Amz-Signature=2") == (
        "https://b.example/?q=x"
    )
    assert web_address("https://b.example/?PHPSESSID=1") == "https://b.example/"


def test_a_host_is_named_as_people_do() -> None:
    """Without www and port."""
    assert host_of("https://www.bell.example:8080/a") == "bell.example"
