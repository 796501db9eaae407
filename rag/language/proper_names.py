"""How a name is written in a text: capital letters, particles and titles, as patterns.

They are texts to build expressions of, which costs nothing; who compiles them pays for it.
"""

from __future__ import annotations

UPPER = r"[^\W\d_a-zß-öø-ÿа-я]"
UPPER_OR_ACCENTED = r"[^\W\d_a-zа-я]"  # as `UPPER`, but "é" passes too
LOWER = r"[a-zß-öø-ÿ][\w’'-]*"
PARTICLE = r"(?:de|van|von|bin|al|der|la|el|du|di|da)"
HONORIFICS = frozenset(  # folded
    "mr mr. mrs mrs. ms ms. dr dr. miss sir lord lady madame mme monsieur herr frau senor"
    " senora".split()
)
# Before a name, with a point that ends no sentence.
ABBREVIATED_TITLES = (
    "Mr Mrs Ms Dr Sen Sens Rep Reps Gov Govs Gen Rev Lt Col Sgt Capt Prof Hon Rt St Adm Maj Del"
).split()
TITLE = rf"(?:{'|'.join(ABBREVIATED_TITLES)})\."
PART = rf"(?:{UPPER}(?:\.(?:{UPPER}\.)*|[\w’'-]*)|{PARTICLE}(?=\s{UPPER}))"
SUFFIX = r",?\s(?:[JS]r\b\.?|[Tt]he\s(?:Younger|Elder)\b)"
NAME = rf"(?:{TITLE}\s)?{PART}(?:\s(?:{TITLE}|{PART}))*(?:{SUFFIX})?"
