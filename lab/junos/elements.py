"""Building XML elements of replies."""

from __future__ import annotations

from lxml import etree


def element(tag: str, *inside: etree._Element | str) -> etree._Element:
    """Return an element that holds text or other elements."""
    made = etree.Element(tag)
    for part in inside:
        if isinstance(part, str):
            made.text = part
        else:
            made.append(part)
    return made
