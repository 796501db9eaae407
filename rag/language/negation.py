"""The words that deny, once for all rules; folded."""

from __future__ import annotations

NEGATIONS = frozenset("not no never none nobody nothing neither nor without".split())
RUSSIAN_NEGATIONS = frozenset("не нет ни никогда нельзя без отрицал отверг".split())
# Verbs and adjectives whose own meaning is a "not".
DENIALS = frozenset(
    "refuse refused refuses refusing deny denied denies denying reject rejected rejects rejecting"
    " fail failed fails failing unlikely impossible".split()
)
