"""Files become articles: folders go in, `Article` values (or `Skipped`, with why) come out.

``roots`` are the PATHs given; ``files`` walks them, past what ``ignore`` keeps out, and reads;
``parse`` makes an article of what it read: one small module per format extracts the text,
``headers`` finds title, outlet and date, ``boilerplate`` decides which paragraphs may become
evidence. ``parse`` is not imported here: questions need none of it.
"""

from rag.load.files import (
    Corpus,
    File,
    RawFile,
    Unseen,
    find_files,
    is_supported,
    read_file,
    search_roots,
)
from rag.load.ignore import IGNORE_FILE, IgnoreRules
from rag.load.roots import absolute, as_text, emptied, from_text, locate, mode_of

__all__ = [
    "IGNORE_FILE",
    "Corpus",
    "File",
    "IgnoreRules",
    "RawFile",
    "Unseen",
    "absolute",
    "as_text",
    "emptied",
    "find_files",
    "from_text",
    "is_supported",
    "locate",
    "mode_of",
    "read_file",
    "search_roots",
]
