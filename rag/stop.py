"""A flag that ends an answer, from any thread."""

from __future__ import annotations

import ctypes


class Stop:
    """Set once the answer is not needed any more.

    Attributes:
        memory: A C string: empty, or one character long once the flag is set. What computes in C
            reads it there, without Python's lock.
    """

    def __init__(self) -> None:
        self.memory = ctypes.create_string_buffer(2)

    def set(self) -> None:
        """Let the answer end."""
        self.memory[0] = b"\x01"

    def clear(self) -> None:
        """Clear the flag."""
        self.memory[0] = b"\x00"

    @property
    def is_set(self) -> bool:
        """Whether the answer is to end."""
        return self.memory[0] != b"\x00"
