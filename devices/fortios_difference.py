"""The difference of two FortiOS configurations, computed here: the device computes none.

What the device chooses itself (``uuid``, ``snmp-index``) is left out, and a value that it encrypts counts as
"a secret is set", because it reads differently every time.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from devices.masking import MASK
from devices.parsers.fortios.tree import Section, Setting, is_secret, is_volatile, read_tree

MARK: Final = "# forecast: FortiOS computes no difference, this one was computed by samdrift"
CHOSEN_BY_DEVICE: Final = frozenset({"uuid", "snmp-index"})

_INDENT: Final = "    "
_ORDER_DECIDES: Final = frozenset(
    {
        "firewall policy",
        "firewall local-in-policy",
        "firewall proxy-policy",
        "firewall security-policy",
        "firewall shaping-policy",
        "router policy",
    }
)
_NAMED_BY_SECRETS: Final = frozenset({"system snmp community"})
_NEEDS_QUOTES: Final = frozenset(" \t\n\"'\\#")


def difference_of_texts(before: str, after: str) -> str:
    """Return the difference of two configurations as text, '' where there is none.

    Raises:
        ConfigurationTextError: one of them cannot be read.
    """
    return difference(read_tree(before, device="before"), read_tree(after, device="after"))


def difference(before: Section, after: Section) -> str:
    """Return the difference of two trees as text, '' where there is none; its first line says whose it is."""
    lines = list(_inside(before, after, "", header=""))
    return "\n".join([MARK, *lines]) if lines else ""


def _inside(before: Section, after: Section, indent: str, *, header: str) -> Iterator[str]:
    yield from _settings(before, after, indent, header)
    for name in _all(before.sections, after.sections):
        lines = list(_inside(before.at(name), after.at(name), indent + _INDENT, header=name))
        if lines:
            yield f"{indent}config {name}"
            yield from lines
    for key in _all(before.entries, after.entries):
        yield from _entry(before.entries.get(key), after.entries.get(key), indent, key, header)
    if list(after.entries) != _expected_order(before, after, header):
        yield f"+{indent}# entries in the order {' '.join(map(_quoted, after.entries))}"


def _expected_order(before: Section, after: Section, header: str) -> list[str]:
    """Return the order without a move: new entries come last; where it decides nothing they come anywhere."""
    kept = [key for key in before.entries if key in after.entries]
    new = [key for key in after.entries if key not in before.entries]
    if header in _ORDER_DECIDES or not new:
        return [*kept, *sorted(new, key=_place)]
    if [key for key in after.entries if key in before.entries] == kept:
        return list(after.entries)
    return [*kept, *new]


def _entry(old: Section | None, new: Section | None, indent: str, key: str, header: str) -> Iterator[str]:
    lines = list(_inside(old or Section(), new or Section(), indent + _INDENT, header=header))
    sign = "+" if old is None else "-" if new is None else ""
    if sign or lines:
        yield f"{sign}{indent}edit {_quoted(key)}"
        # What an entry held in which order goes and comes with it.
        yield from (line for line in lines if not (sign and "# entries in the order" in line))


def _settings(before: Section, after: Section, indent: str, header: str) -> Iterator[str]:
    for name in _all(before.settings, after.settings):
        if name in CHOSEN_BY_DEVICE:
            continue
        old, new = before.settings.get(name), after.settings.get(name)
        if _value(old) == _value(new):
            continue
        for sign, setting in (("-", old), ("+", new)):
            if setting is not None:
                yield f"{sign}{indent}{_told(name, setting, header)}"


def _all(one: Iterable[str], other: Iterable[str]) -> list[str]:
    """Return the names of both, in an order that depends on neither: the device has one of its own."""
    return sorted({*one, *other}, key=_place)


def _place(name: str) -> tuple[int, str]:
    return (int(name), "") if name.isdigit() else (-1, name)


def _value(setting: Setting | None) -> tuple[str, ...] | None:
    if setting is None:
        return None
    return (MASK,) if is_volatile(setting) else setting.words


def _told(name: str, setting: Setting, header: str) -> str:
    if is_secret(setting) or (name == "name" and header in _NAMED_BY_SECRETS):
        return f"set {name} {MASK}"
    if not setting.words:
        return f"unset {name}"
    return f"set {name} {' '.join(map(_quoted, setting.words))}"


def _quoted(word: str) -> str:
    if word and not set(word) & _NEEDS_QUOTES:
        return word
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
