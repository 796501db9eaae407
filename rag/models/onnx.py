"""What our encoders share: sessions, tokenizers, batches of like length, known languages.

The one place where onnxruntime and tokenizers are loaded.
"""

from __future__ import annotations

import os
import signal
import threading
import unicodedata
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Integers = npt.NDArray[np.int64]

BATCH_TOKENS = 1024  # in a batch, padding included: larger ones fall out of the processor's caches
LETTERS_A_TOKEN = 1.5  # fewer: the vocabulary spells the text out, letter by letter
MISSING = 0.05  # share of the letters of Chinese that a vocabulary for it may not have


def open_session(path: Path, *, threads: int) -> Callable[[], Any]:
    """Begin to load an ONNX model, which goes on while other things are opened.

    The library itself is imported before this returns: two imports at once, each on a thread, would
    wait for each other at every file.

    Args:
        path: The model.
        threads: Processor threads; 0 for all.

    Returns:
        What waits for the model and gives it.
    """
    onnxruntime = _import_onnxruntime()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or os.cpu_count() or 1
    options.log_severity_level = 3
    # Idle threads that spin would take the processor from the language model.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    loader = ThreadPoolExecutor(max_workers=1)
    loading = loader.submit(
        onnxruntime.InferenceSession,
        str(path),
        options,
        providers=["CPUExecutionProvider"],
        # With this fusion, all-MiniLM-L6-v2 takes an eighth more time; the reader takes the same.
        disabled_optimizers=["SkipLayerNormFusion"],
    )
    loader.shutdown(wait=False)  # once that is done
    return loading.result


def _import_onnxruntime() -> Any:
    """The library, with Ctrl-C held back until it is there.

    Within its import, an interrupt would come out as "import numpy failed".
    """
    # Else it writes a number for this machine beside the user's files, and reports to its maker.
    os.putenv("ORT_DISABLE_TELEMETRY", "1")
    before = signal.getsignal(signal.SIGINT)
    held: list[int] = []
    ours = threading.current_thread() is threading.main_thread() and before is not None
    if ours:
        signal.signal(signal.SIGINT, lambda number, frame: held.append(number))
    try:
        import onnxruntime
    finally:
        if ours:
            signal.signal(signal.SIGINT, before)
    if held:
        signal.raise_signal(signal.SIGINT)
    return onnxruntime


def open_tokenizer(path: Path) -> Any:
    """Load a ``tokenizer.json``; it neither pads nor cuts."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def like_lengths(lengths: Sequence[int]) -> list[list[int]]:
    """Rows in batches of at most `BATCH_TOKENS`, shortest first: padding costs as much as words do.

    Args:
        lengths: Tokens of each row.

    Returns:
        Places in ``lengths``, each once.
    """
    batches: list[list[int]] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batches and (len(batches[-1]) + 1) * lengths[row] <= BATCH_TOKENS:
            batches[-1].append(row)
        else:
            batches.append([row])
    return batches


def padded(rows: Sequence[Sequence[int]], *, fill: int = 0) -> Integers:
    """Rows of tokens as one (n, longest) array, filled up at the end."""
    import numpy as np

    array = np.full((len(rows), max(map(len, rows))), fill, dtype=np.int64)
    for place, row in enumerate(rows):
        array[place, : len(row)] = row
    return array


def knows(tokenizer: Any, text: str) -> bool:
    """Whether a vocabulary has words of a text's language, and not its letters only.

    That of all-MiniLM-L6-v2 cuts English into some four letters a token and Russian into single
    ones: an encoder with it never learned the language, and what it makes of the text says nothing.
    Scripts in which a letter is a word's worth (Chinese, Japanese, Korean) are judged by the
    letters that it does not have. Plain ASCII is not judged: "MH17" is spelled out as well.
    """
    if text.isascii():
        return True
    encoding = tokenizer.encode(text, add_special_tokens=False)
    unknown = getattr(tokenizer.model, "unk_token", None)
    letters = tokens = wide = missing = 0
    for token, (start, end) in zip(encoding.tokens, encoding.offsets, strict=True):
        spelled = sum(map(_is_letter, text[start:end]))
        letters += spelled
        others = sum(map(str.isalpha, text[start:end])) - spelled
        wide += others
        missing += others if token == unknown else 0
        # A word that the vocabulary cannot spell at all counts as if it were spelled out.
        tokens += spelled if token == unknown else bool(spelled)
    return letters >= LETTERS_A_TOKEN * tokens and missing <= MISSING * wide


def _is_letter(char: str) -> bool:
    return char.isalpha() and unicodedata.east_asian_width(char) not in {"W", "F"}
