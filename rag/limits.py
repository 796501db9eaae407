"""How much of the machine one file may take, before its reading is given up with a reason.

Every number is a setting of the same name; here are the defaults. The value goes from the settings
to whoever reads files, and as JSON to the process that parses them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one file may take and hold."""

    file_megabytes: int = 50  # on disk
    text_characters: int = 20_000_000  # extracted
    text_sentences: int = 200_000  # each is embedded
    pdf_pages: int = 2_000
    ocr_pages: int = 200  # of a PDF, read by OCR: seconds each
    archive_ratio: int = 200  # bytes unpacked for one packed; deflate itself ends at about 1,030
    archive_megabytes: int = 400  # unpacked
    archive_members: int = 10_000
    parse_seconds: float = 20.0  # by the clock on the wall
    parse_megabytes: int = 1024  # memory beside what the process begins with


DEFAULT = Limits()
MEGABYTE = 1024 * 1024
