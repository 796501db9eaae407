"""An image file (.png, .jpg, .tif): the text in it, read by OCR."""

from __future__ import annotations

from rag.domain import Span
from rag.limits import Limits
from rag.load.encoding import storable
from rag.load.extract_result import Extract, NoArticle
from rag.load.joining import join_pages
from rag.load.ocr import OcrFailed, read_picture


def extract_picture(data: bytes, limits: Limits) -> Extract:
    """Read the text of a picture.

    Raises:
        NoArticle: It has none, as most photographs; is no picture, or takes too long.
    """
    try:
        text = storable(join_pages(read_picture(data, limits))).strip()
    except OcrFailed as error:
        raise NoArticle(str(error)) from error
    if not text:
        raise NoArticle("no text in the picture")
    return Extract(text=text, ocr=(Span(start=0, end=len(text)),))
