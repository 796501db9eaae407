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
    find_files,
    is_supported,
    read_file,
    search_roots,
)
from rag.load.ignore import IGNORE_FILE, IgnoreRules
from rag.load.roots import absolute, emptied, locate

__all__ = [
    "IGNORE_FILE",
    "Corpus",
    "File",
    "IgnoreRules",
    "RawFile",
    "absolute",
    "emptied",
    "find_files",
    "is_supported",
    "locate",
    "read_file",
    "search_roots",
]
