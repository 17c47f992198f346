"""What may come next in a selection that is being typed: keys, operators, and values of the inventory."""

from collections.abc import Callable, Iterable

from inventory.errors import SelectionError
from inventory.natural_order import natural_key
from inventory.selection_language import HEAD, Term, Value, parse_selection, render_value

ValuesOf = Callable[[str, tuple[Term, ...]], Iterable[str]]
"""Returns the values of a key; told the terms before it, which may narrow down where to look."""

_QUOTES = "\"'"
_OPERATORS = ("=", "!=")


def complete_selection(
    incomplete: str, *, keys: tuple[str, ...], values_of: ValuesOf, quote: str = '"'
) -> tuple[str, ...]:
    """Return every continuation of a selection, each as the whole text with it.

    Args:
        incomplete: what is typed so far.
        keys: the keys that can be selected by.
        values_of: looks up the values of a key.
        quote: what to put around values with spaces, where none is typed yet.

    """
    start = _last_outside_quotes(incomplete, str.isspace) + 1
    whole, term = incomplete[:start], incomplete[start:]
    try:
        terms = parse_selection(whole)
    except SelectionError:
        return ()
    head = HEAD.match(term)
    if head is None:
        offered = (f"{key}{operator}" for key in keys for operator in _OPERATORS)
        return tuple(f"{whole}{text}" for text in offered if text.startswith(term))
    if head["key"] not in keys:
        return ()
    typed = term[head.end() :]
    comma = _last_outside_quotes(typed, ",".__eq__) + 1
    before, value = whole + head[0] + typed[:comma], typed[comma:]
    try:
        written = parse_selection(head[0] + typed[: comma - 1]) if comma else ()
    except SelectionError:
        return ()
    used = {one.text for term_so_far in written for one in term_so_far.values}
    found = set(values_of(head["key"], terms)) - used
    return tuple(
        before + text
        for one in sorted(found, key=natural_key)
        if (text := _continued(value, one, quote)) is not None
    )


def _continued(typed: str, value: str, quote: str) -> str | None:
    """Return a value as it goes on from what is typed of it; None where it does not begin like that."""
    opened = typed[:1]
    if opened and opened in _QUOTES:
        return _in_quotes(opened, value) if value.startswith(typed[1:]) else None
    if any(letter in _QUOTES for letter in typed):
        return None
    if not value.startswith(typed):
        return None
    rest = value[len(typed) :]
    if value and not rest:
        return typed
    if render_value(Value(rest)) == rest:
        return value
    quoted = _in_quotes(quote, rest)
    return None if quoted is None else typed + quoted


def _in_quotes(quote: str, text: str) -> str | None:
    if quote == "'":
        return None if quote in text else f"'{text}'"
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _last_outside_quotes(text: str, wanted: Callable[[str], bool]) -> int:
    """Return where the last such letter outside quotes stands; -1 where there is none."""
    found, opened, escaped = -1, "", False
    for position, letter in enumerate(text):
        if opened:
            closes = letter == opened and not escaped
            escaped = opened == '"' and letter == "\\" and not escaped
            opened = "" if closes else opened
        elif letter in _QUOTES:
            opened, escaped = letter, False
        elif wanted(letter):
            found = position
    return found
