"""What libraries log, told as notes: nothing of it goes to standard output."""

from __future__ import annotations

import logging
from collections.abc import Callable


def tell_logs(notify: Callable[[str], None]) -> None:
    """From now on tell warnings and errors of any library, in place of all handlers so far.

    Args:
        notify: Told a line each.
    """
    logging.basicConfig(handlers=[_Told(notify)], level=logging.WARNING, force=True)


class _Told(logging.Handler):
    """Log records, as notes."""

    def __init__(self, notify: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._notify = notify

    def emit(self, record: logging.LogRecord) -> None:
        for line in self.format(record).splitlines():
            self._notify(line)
