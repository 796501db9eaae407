"""Subtitles become what was said."""

from __future__ import annotations

import pytest

from rag.load.extract_result import Unreadable
from rag.load.subtitles import extract_subtitles


def srt(*cues: str) -> bytes:
    """Cues one second apart."""
    return "\n".join(
        f"{n}\n00:00:{n:02},000 --> 00:00:{n:02},900\n{cue}\n" for n, cue in enumerate(cues, 1)
    ).encode()


def vtt(body: str) -> bytes:
    """The other format."""
    return f"WEBVTT - Pier\n\n{body}".encode()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (srt("The pier of Alta", "opens in May. It", "is free."),
         "The pier of Alta opens in May. It is free."),
        (srt("It opens.", "It is free."), "It opens.\n\nIt is free."),
        (srt("<i>It opens.</i> {\\an8}", "1984"), "It opens.\n\n1984"),
        (srt("- Who built it?\n- Ida Lund did."), "- Who built it?\n\n- Ida Lund did."),
        (srt("So says\nIDA LUND: It opens", "in May. He said: no."),
         "So says\n\nIDA LUND: It opens in May. He said: no."),
        (srt(">> It opens", ">> in May"), ">> It opens\n\n>> in May"),
        (srt("The pier\nof Alta", "of Alta\nopens."), "The pier of Alta opens."),
        (b"1\r\n00:00:01,000 --> 00:00:02,000\r\nIt\r\n2\r\n0:00:02,000 --> 0:00:03,000\r\nopens.",
         "It opens."),
        (srt("", "It opens."), "It opens."),
        (vtt("00:01.000 --> 00:02.000 align:start\n<v Ida Lund>It opens.</v>\n"),
         "Ida Lund: It opens."),
        (vtt("NOTE a\n\nSTYLE\n::cue {}\n\nintro\n00:01.000 --> 00:02.000\nIt\n\nNOTE b\n\nend\n"
             "00:02.000 --> 00:03.000\n<00:02.100><c.red>opens</c> &amp; closes.\n"),
         "It opens & closes."),
        (vtt("00:01.000 --> 00:02.000\n\nNOTE b\n\n00:02.000 --> 00:03.000\nIt opens.\n"),
         "It opens."),
    ],
)  # fmt: skip
def test_cues_are_joined_to_sentences(data: bytes, said: str) -> None:
    """Without times, numbers, tags and notes; each speaker begins anew."""
    found = extract_subtitles(data)

    assert found.text == said
    assert [found.text[span.start : span.end] for span in found.paragraphs] == said.split("\n\n")


def test_captions_without_full_stops_are_cut() -> None:
    """A paragraph has an end."""
    found = extract_subtitles(srt(*(f"and pier {n} of alta opens" for n in range(59))))

    assert len(found.paragraphs) > 2
    assert max(span.end - span.start for span in found.paragraphs) < 700


@pytest.mark.parametrize("data", [b"", b"WEBVTT", b"hello\n\nworld", b"1\n00:00 -> 00:01\nx"])
def test_what_has_no_cue_is_unreadable(data: bytes) -> None:
    """It says so."""
    with pytest.raises(Unreadable, match="no subtitles"):
        extract_subtitles(data)
