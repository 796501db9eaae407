"""Files become articles: folders go in, `Article` values (or `Skipped`, with why) come out.

``files`` walks and reads; one small module per format extracts the text; ``headers`` finds title,
outlet and date; ``boilerplate`` decides which paragraphs may become evidence.
"""

from rag.load.files import (
    File,
    RawFile,
    find_files,
    is_supported,
    load_file,
    load_folder,
    parse_file,
    read_file,
)

__all__ = [
    "File",
    "RawFile",
    "find_files",
    "is_supported",
    "load_file",
    "load_folder",
    "parse_file",
    "read_file",
]
