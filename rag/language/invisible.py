"""Characters that a person does not see, and that programs and models read all the same.

Escape sequences can rewrite a screen, bidirectional controls can show a quotation in another order
than it stands, zero-width characters can part a name so that no search finds it, and invisible tag
characters can spell a whole order to a language model. What is shown, compared or put into a prompt
is free of them; the stored text of an article is not touched, as citations count its characters.
"""

from __future__ import annotations

import re

_CONTROLS = "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # C0, DEL and C1 that are no white space
_DIRECTIONS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_EMPTY = (
    "\u00ad\u180e\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb"  # no width of their own
    "\U000e0000-\U000e0fff"  # tags, and selectors that no font has
)
_JOINERS = "\u200c\u200d"  # Persian, Hindi and joined emoji need them: between two such letters
_SELECTORS = "\ufe00-\ufe0f"  # one after a character chooses its form; more are a message
_PARTNER = f"[^\x00-\x7f{_JOINERS}]"

UNSEEN = re.compile(
    f"[{_CONTROLS}{_DIRECTIONS}{_EMPTY}]"
    f"|(?<!{_PARTNER})[{_JOINERS}]|[{_JOINERS}](?!{_PARTNER})"
    f"|(?<=[{_SELECTORS}])[{_SELECTORS}]"
)


def without_unseen(text: str) -> str:
    r"""The text without characters that nobody sees; white space of every kind stays.

    >>> without_unseen("Pes\u200bkov\U000e0041 \x1b[2Jspoke")
    'Peskov [2Jspoke'
    """
    if text.isascii() and text.isprintable():
        return text
    return UNSEEN.sub("", text)
