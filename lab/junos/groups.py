"""Inheritance: what ``apply-groups`` brings into the configuration."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import Final

from lab.junos.schema import EVERYWHERE, Kind
from lab.junos.statements import Statement

_PATTERN: Final = re.compile(r"^<(.+)>$")


def _matches(pattern: tuple[str, ...], identity: tuple[str, ...]) -> bool:
    if len(pattern) != len(identity):
        return False
    for wanted, word in zip(pattern, identity, strict=True):
        wildcard = _PATTERN.match(wanted)
        if not (fnmatchcase(word, wildcard[1]) if wildcard else wanted == word):
            return False
    return True


def _inherit(target: Statement, source: Statement) -> None:
    for given in source.active():
        if any(_PATTERN.match(word) for word in given.identity):
            heirs = [child for child in target.children if _matches(given.identity, child.identity)]
        else:
            known = target.find(given.identity)
            if known is None:
                target.children.append(given.copy())
                continue
            heirs = [known]
        for heir in heirs:
            if heir.schema.kind is Kind.LEAF_LIST:
                heir.values += tuple(value for value in given.values if value not in heir.values)
            _inherit(heir, given)


def _excepted(node: Statement) -> tuple[str, ...]:
    found = node.find(("apply-groups-except",))
    return found.values if found is not None else ()


def _apply(node: Statement, sources: dict[str, Statement], applied: tuple[str, ...]) -> None:
    """Bring the groups named on this level in, then those of the levels below."""
    own = node.find(("apply-groups",))
    for name in own.values if own is not None and not own.inactive else ():
        if name in sources and name not in applied and name not in _excepted(node):
            _inherit(node, sources[name])
    for child in node.children:
        below = {name: found for name, source in sources.items() if (found := source.find(child.identity))}
        if below and child.schema.keyword not in EVERYWHERE:
            _apply(child, below, applied)


def inherited(root: Statement) -> Statement:
    """Return a copy of the configuration with everything in it that takes effect, groups brought in.

    Statements of the configuration itself win over those of a group; groups named first win over later ones.
    """
    effective = root.copy()
    groups = root.find(("groups",))
    sources = {group.identity[-1]: group for group in groups.active()} if groups is not None else {}
    _apply(effective, sources, ())
    effective.children[:] = [
        child for child in effective.children if child.schema.keyword not in {"groups", "apply-groups"}
    ]
    return effective
