"""What the firmware knows: tables, objects, attributes, their kinds, order and hidden defaults.

``schema.csv`` holds what the twin knows from itself; the starting configuration teaches the rest, since a
firmware knows every line that it wrote.
"""

import csv
import graphlib
import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Final

LEARNED: Final = "learned"
MUST_BE_SET: Final = "!"
_LONGEST_NAME: Final = 79


@dataclass(slots=True)
class Attribute:
    """One attribute: its kind, what the kind is limited to, and the default that ``show`` hides."""

    name: str
    kind: str
    limits: tuple[str, ...] = ()
    default: str = ""
    must_be_set: bool = False
    quoted: bool = False

    @property
    def is_secret(self) -> bool:
        """Return whether it is shown encrypted."""
        return self.kind in {"secret", "hash"}


@dataclass(slots=True)
class SectionType:
    """What may stand behind ``config``: an object with attributes, or a table of entries with them."""

    header: str
    kind: str = "object"
    longest_name: int = _LONGEST_NAME
    key_quoted: bool = True
    attributes: dict[str, Attribute] = field(default_factory=dict)
    children: dict[str, "SectionType"] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    seen: list[list[str]] = field(default_factory=list)

    @property
    def is_table(self) -> bool:
        """Return whether it holds entries."""
        return self.kind != "object"

    def settle_order(self) -> None:
        """Bring what was known and what was taught into one order, here and below."""
        self.order = merged_order([*self.seen, self.order])
        self.seen.clear()
        for child in self.children.values():
            child.settle_order()


def load_schema() -> SectionType:
    """Return what the twin knows from itself; the root's children are the top sections."""
    root = SectionType("")
    text = files("lab.fortios").joinpath("schema.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        section = root
        headers = row["section"].split(" > ")
        for header in headers[:-1]:
            section = section.children[header]
        if not row["attribute"]:
            _add_section(section, headers[-1], row["kind"])
        else:
            _add_attribute(section.children[headers[-1]], row)
    return root


def _add_section(parent: SectionType, header: str, kind: str) -> None:
    name, _, rest = kind.partition(":")
    what, _, longest = rest.partition(":")
    section = SectionType(
        header,
        kind="object" if name == "object" else what,
        longest_name=int(longest or _LONGEST_NAME),
        key_quoted=what == "name",
    )
    parent.children[header] = section
    parent.order.append(f"config {header}")


def _add_attribute(section: SectionType, row: dict[str, str]) -> None:
    kind, _, limits = row["kind"].partition(":")
    must = row["default"] == MUST_BE_SET
    section.attributes[row["attribute"]] = Attribute(
        row["attribute"],
        kind,
        tuple(limits.split("|")) if limits else (),
        default="" if must else row["default"],
        must_be_set=must,
        quoted=kind in {"text", "ref", "refs", "timezone"},
    )
    section.order.append(f"set {row['attribute']}")


def merged_order(sequences: Iterable[list[str]]) -> list[str]:
    """Return one order that agrees with all sequences; where they contradict, the earlier one holds."""
    known = [sequence for sequence in sequences if sequence]
    first_seen = {name: None for sequence in known for name in sequence}
    after: dict[str, set[str]] = {name: set() for name in first_seen}
    for sequence in known:
        for before, name in itertools.pairwise(sequence):
            if not _leads_to(after, before, name):
                after[name].add(before)
    sorter = graphlib.TopologicalSorter(after)
    sorter.prepare()
    place = {name: number for number, name in enumerate(first_seen)}
    ready: list[str] = []
    order: list[str] = []
    while sorter.is_active():
        ready = sorted([*ready, *sorter.get_ready()], key=place.__getitem__)
        name = ready.pop(0)
        order.append(name)
        sorter.done(name)
    return order


def _leads_to(after: dict[str, set[str]], name: str, wanted: str) -> bool:
    """Return whether ``name`` already stands behind ``wanted``."""
    waiting, visited = [name], set()
    while waiting:
        one = waiting.pop()
        if one == wanted:
            return True
        if one not in visited:
            visited.add(one)
            waiting.extend(after[one])
    return False
