"""How a twin's text is compared where two texts mean the same."""

import re


def without_empty_sections(text: str) -> str:
    """Return a FortiOS configuration without sections that hold nothing, which mean nothing."""
    while (shorter := re.sub(r"(?m)^ *config [^\n]+\n *end\n", "", text)) != text:
        text = shorter
    return text


def without_schedule(text: str, *, armed: bool = False) -> str:
    """Return a FortiOS configuration without what a commit left that was cut off, as long as it does nothing.

    A trigger and an action of no stitch never run; a stitch that only asks for the time changes nothing. With
    ``armed`` also one that will restore is left out: the pending commit tells of it.
    """
    restores = not armed and re.search(
        r'(?s)config system automation-stitch\n(?:(?!\nend\n).)*edit "napalm-commit-confirm"', text
    )
    names = r"napalm-clock-\w+" if restores else r"napalm-(?:clock-\w+|commit-confirm)"
    sections = re.compile(r"(?ms)^config system automation-(?:stitch|trigger|action)\n.*?^end\n")
    entries = re.compile(rf'(?ms)^    edit "{names}"\n.*?^    next\n')
    return without_empty_sections(sections.sub(lambda found: entries.sub("", found[0]), text))
