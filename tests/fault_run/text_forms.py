"""How a twin's text is compared where two texts mean the same."""

import re


def without_empty_sections(text: str) -> str:
    """Return a FortiOS configuration without sections that hold nothing, which mean nothing."""
    while (shorter := re.sub(r"(?m)^ *config [^\n]+\n *end\n", "", text)) != text:
        text = shorter
    return text
