"""The output filters that follow a ``|`` on an IOS command line."""

import re
from collections.abc import Iterator

from lab.cli_grammar import CommandTable, Match

_TABLE = CommandTable("""
include LINE
exclude LINE
begin LINE
section LINE
count LINE
""")


def filter_lines(text: str, filter_: str) -> str:
    """Return the lines that a filter lets through."""
    found = _TABLE.match(filter_)
    if not isinstance(found, Match):
        return f"% Invalid input detected: {filter_}\n"
    verb, expression = found.words
    try:
        pattern = re.compile(expression)
    except re.error:
        return "% Failed to compile regular expression.\n"
    lines = text.splitlines()
    if verb == "count":
        return f"Number of lines which match regexp = {sum(1 for line in lines if pattern.search(line))}\n"
    return "".join(f"{line}\n" for line in _chosen(verb, pattern, lines))


def _chosen(verb: str, pattern: re.Pattern[str], lines: list[str]) -> Iterator[str]:
    inside = False
    margin = 0
    for line in lines:
        hit = pattern.search(line) is not None
        depth = len(line) - len(line.lstrip())
        if verb in ("include", "exclude"):
            inside = hit == (verb == "include")
        elif verb == "begin":
            inside = inside or hit
        else:
            inside = hit or (inside and depth > margin)
            margin = depth if hit else margin
        if inside:
            yield line
