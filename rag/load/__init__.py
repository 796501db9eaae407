"""Files become articles: folders go in, `Article` values (or `Skipped`, with why) come out.

``roots`` are the PATHs given; ``files`` walks them, past what ``ignore`` keeps out, and reads; one
small module per format extracts the text; ``headers`` finds title, outlet and date; ``boilerplate``
decides which paragraphs may become evidence.
"""

from rag.load.files import (
    Corpus,
    File,
    RawFile,
    find_files,
    is_supported,
    load_file,
    load_folder,
    parse_file,
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
    "load_file",
    "load_folder",
    "locate",
    "parse_file",
    "read_file",
    "search_roots",
]
