"""The words that deny, once for all rules; folded."""

from __future__ import annotations

NEGATIONS = frozenset("not no never none nobody nothing neither nor without".split())
RUSSIAN_NEGATIONS = frozenset("не нет ни никогда нельзя без отрицал отверг".split())
# Verbs and adjectives whose own meaning is a "not".
DENIALS = frozenset(
    "refuse refused refuses refusing deny denied denies denying reject rejected rejects rejecting"
    " fail failed fails failing unlikely impossible".split()
)
# A sentence with one of these denies or excludes something too.
DENYING = (NEGATIONS | DENIALS).union(
    "non except excluding excluded excludes lack lacks lacked lacking absent absence unable failure"
    " prevent prevented prevents avoid avoided avoids stop stopped stops ban banned bans oppose"
    " opposed opposes ruled skipped hardly rarely few little unless instead".split()
)
