"""How a name is written in a text: capital letters, particles and titles, as patterns.

They are texts to build expressions of, which costs nothing; who compiles them pays for it.
"""

from __future__ import annotations

UPPER = r"[^\W\d_a-zß-öø-ÿа-я]"
LOWER = r"[a-zß-öø-ÿ][\w’'-]*"
# Before a name, with a point that ends no sentence.
TITLE = (
    r"(?:Mr|Mrs|Ms|Dr|Sen|Sens|Rep|Reps|Gov|Govs|Gen|Rev|Lt|Col|Sgt|Capt|Prof|Hon|St|Adm|Maj|Del)\."
)
PART = (
    rf"(?:{UPPER}(?:\.(?:{UPPER}\.)*|[\w’'-]*)"
    rf"|(?:de|van|von|bin|al|der|la|el|du|di|da)(?=\s{UPPER}))"
)
SUFFIX = r",?\s(?:[JS]r\b\.?|[Tt]he\s(?:Younger|Elder)\b)"
NAME = rf"(?:{TITLE}\s)?{PART}(?:\s(?:{TITLE}|{PART}))*(?:{SUFFIX})?"
