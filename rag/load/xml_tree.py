"""XML -> its tree, without anything that a hostile document could make a parser do."""

from __future__ import annotations

from typing import Any

from rag.load.extract_result import Unreadable


def parse_xml(data: bytes, *, kind: str) -> Any:
    """The root element of a document, without comments and processing instructions.

    Entities stay as they are written, and nothing is fetched. Without "huge_tree", lxml refuses
    what is nested more than 256 deep.

    Args:
        data: The whole document.
        kind: What messages call the file: "DOCX".

    Raises:
        Unreadable: It is damaged, nested too deep, or defines entities of its own.
    """
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError) as error:
        if "depth" in str(error):
            raise Unreadable(f"{kind} nested more than 256 deep") from error
        raise Unreadable(f"damaged {kind}") from error
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and any(dtd.iterentities()):
        raise Unreadable(f"{kind} with XML entities of its own")
    return root


def local_name(element: Any) -> str:
    """The name of an element without its namespace; empty for an entity, which has none."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def as_markup(element: Any) -> str:
    """What stands in an element, as it would stand in a page."""
    from lxml import etree

    inner = [etree.tostring(each, encoding="unicode", method="html") for each in element]
    return "".join([element.text or "", *inner])
