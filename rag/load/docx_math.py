"""Office math -> one line, as Word itself writes formulas on a line: a fraction is ``a/b``.

The form is that of Unicode Technical Note 28 as far as signs are needed to tell ½ from 12.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rag.load.docx_parts import attribute, child, children, is_processed, short

# What stands between the parts of an object, in their order.
_BETWEEN = {
    "m:f": ("/",),
    "m:sSup": ("^",),
    "m:sSub": ("_",),
    "m:sSubSup": ("_", "^"),
    "m:limLow": (" ",),
    "m:limUpp": (" ",),
    "m:func": (" ",),
}
_SKIPPED = frozenset({"w:del", "w:moveFrom"})


def linear(formula: Any) -> str:
    """One formula as a line."""
    name = short(formula.tag)
    if name in ("m:t", "w:t"):
        return formula.text or ""
    if name in _SKIPPED or name.endswith("Pr") or (not name and not is_processed(formula)):
        return ""
    parts = [linear(each) for each in formula if not short(each.tag).endswith("Pr")]
    if name in _BETWEEN:
        return _joined(parts, _BETWEEN[name])
    if name == "m:d":
        return _delimited(formula, parts)
    if name == "m:rad":
        return _rooted(formula)
    if name == "m:nary":
        return f"{_sign(child(formula, 'm:naryPr'), 'm:chr', '∫')}{_with_limits(parts)}"
    if name == "m:sPre":
        return _with_limits(parts)
    if name == "m:mr":
        return " ".join(parts)
    if name in ("m:m", "m:eqArr"):
        return "; ".join(parts)
    return "".join(parts)


def _joined(parts: Sequence[str], signs: Sequence[str]) -> str:
    line = _grouped(parts[0]) if parts and signs[0] != " " else "".join(parts[:1])
    for sign, part in zip(signs, parts[1:], strict=False):
        line += f"{sign}{part if sign == ' ' else _grouped(part)}"
    return line


def _with_limits(parts: Sequence[str]) -> str:
    """What stands below, above and after a sign."""
    low, high, body = (*parts, "", "", "")[:3]
    below = f"_{_grouped(low)}" if low else ""
    above = f"^{_grouped(high)}" if high else ""
    return f"{below}{above} {body}"


def _grouped(part: str) -> str:
    """In brackets, unless it is one word or number."""
    bare = part.replace(".", "").replace(",", "")
    return part if bare.isalnum() or len(part) < 2 else f"({part})"


def _delimited(formula: Any, parts: Sequence[str]) -> str:
    properties = child(formula, "m:dPr")
    between = _sign(properties, "m:sepChr", "|").join(parts)
    return f"{_sign(properties, 'm:begChr', '(')}{between}{_sign(properties, 'm:endChr', ')')}"


def _rooted(formula: Any) -> str:
    degree = "".join(linear(each) for each in children(formula, "m:deg"))
    base = "".join(linear(each) for each in children(formula, "m:e"))
    return f"√({degree}&{base})" if degree else f"√{_grouped(base)}"


def _sign(properties: Any, name: str, default: str) -> str:
    found = child(properties, name)
    return default if found is None else attribute(found, "m:val") or ""
