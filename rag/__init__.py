"""Ask a folder of articles; every claim of the answer cites its source to the character."""

__version__ = "0.1.0"
