"""Versions of network systems: which of two is newer, and whether a range holds one; None is "cannot say"."""

import re
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import Final, NamedTuple

_TOKEN: Final = re.compile(r"\d+|[A-Za-z]+")
_COMPARATOR: Final = re.compile(r"^(<=|>=|!=|<|>|=)?\s*(\S+)$")
# A version that is written out; 7.x stands for several and is not compared.
_VERSION: Final = re.compile(r"^(?!.*\.[xX](?:\.|$))\d[\w.()+~-]*$")
_PRE_RELEASE: Final = frozenset({"alpha", "beta", "rc", "pre", "dev"})
_BUILD: Final = re.compile(r"[,\s]*build.*$", re.IGNORECASE)
# AOS-CX begins with the family of the switch, as in FL.10.13.1000; all families count alike.
_FAMILY: Final = re.compile(r"^[A-Z]{2}\.(?=\d)")
# EOS ends with the kind of train, as in 4.31.2F; it is no part of the order.
_EOS_TRAIN: Final = re.compile(r"(?<=\d)[MF]$")
_EVOLVED: Final = re.compile(r"-EVO\b", re.IGNORECASE)
_WORDS: Final = (
    (re.compile(r"^(?:before|prior to|earlier than|versions? (?:before|prior to))\s+(\S+)$"), "<{0}"),
    (re.compile(r"^(?:up to(?: and including)?|through)\s+(\S+)$"), "<={0}"),
    (re.compile(r"^(\S+)\s+(?:and|or)\s+(?:earlier|prior|older|below)$"), "<={0}"),
    (re.compile(r"^(\S+)\s+(?:and|or)\s+(?:later|newer|above)$"), ">={0}"),
    (re.compile(r"^(?:from\s+)?(\S+)\s+(?:through|to|-)\s+(\S+)$"), ">={0}|<={1}"),
)
_OR: Final = re.compile(r"\|\||;|\bor\b(?! (?:earlier|prior|older|below|later|newer))")
_EVERYTHING: Final = frozenset({"*", "all", "all versions", "any", "any version"})


class Constraint(NamedTuple):
    """One bound of a range."""

    comparator: str
    version: str


def normalised(version: str) -> str:
    """Return a version without what does not order it: a leading v, a build, a family, a kind of train."""
    text = _BUILD.sub("", version.strip())
    text = re.sub(r"^[vV](?=\d)", "", text)
    text = _FAMILY.sub("", _EVOLVED.sub("", text))
    return _EOS_TRAIN.sub("", text)


def is_version(text: str) -> bool:
    """Tell whether a text is one version, written out."""
    return _VERSION.match(normalised(text)) is not None


def compare(first: str, second: str) -> int | None:
    """Return -1, 0 or 1, or None where the two stand in trains that no order joins.

    A letter behind an equal beginning is newer (17.9.4a after 17.9.4, 21.4R3-S5 after 21.4R3), except for
    what is released before the release (7.4.0-beta1). Where letters differ, as in 15.2(7)E and 15.2(7)M, the
    vendor's table alone knows.
    """
    tokens = (_tokens(first), _tokens(second))
    for one, other in zip_longest(*tokens):
        if one == other:
            continue
        if one is None:
            return 1 if str(other).lower() in _PRE_RELEASE else _zero_or(other, -1, tokens[1], len(tokens[0]))
        if other is None:
            return -1 if str(one).lower() in _PRE_RELEASE else _zero_or(one, 1, tokens[0], len(tokens[1]))
        return _order(one, other)
    return 0


def holds(range_text: str, version: str) -> bool | None:
    """Tell whether a range such as ``vers:generic/>=7.0.0|<7.0.12`` or ``<=7.2.4`` holds a version.

    None says that the range was not understood, or cannot be ordered against this version.
    """
    alternatives = _OR.split(range_text)
    answers = [_holds_one(part.strip(), version) for part in alternatives if part.strip()]
    if any(answer is True for answer in answers):
        return True
    return None if not answers or any(answer is None for answer in answers) else False


def _tokens(version: str) -> tuple[int | str, ...]:
    found = _TOKEN.findall(normalised(version))
    return tuple(int(one) if one.isdigit() else one.lower() for one in found)


def _zero_or(token: int | str | None, otherwise: int, longer: tuple[int | str, ...], at: int) -> int:
    """Return 0 where the longer one only adds zeros: 7.2 is 7.2.0."""
    return 0 if token == 0 and all(one == 0 for one in longer[at:]) else otherwise


def _order(one: int | str, other: int | str) -> int | None:
    if isinstance(one, int) and isinstance(other, int):
        return -1 if one < other else 1
    if isinstance(one, str) and isinstance(other, str):
        before = {word: number for number, word in enumerate(("dev", "alpha", "beta", "pre", "rc"))}
        if one in before and other in before:
            return -1 if before[one] < before[other] else 1
        # 17.9.4a and 17.9.4b are one train; E and M are two.
        return (-1 if one < other else 1) if len(one) == len(other) == 1 and _is_rebuild(one, other) else None
    if one == "s" or other == "s":
        # Junos: the service release 21.4R3-S1 is newer than the spin 21.4R3.4.
        return 1 if one == "s" else -1
    return None


def _is_rebuild(one: str, other: str) -> bool:
    """Tell whether two letters number rebuilds (a, b, c, d) rather than name trains (e, m, r, s, t, x)."""
    return one in "abcd" and other in "abcd"


def _holds_one(text: str, version: str) -> bool | None:
    constraints = _constraints(text)
    if constraints is None:
        return None
    if not constraints:
        return True
    return _contains(constraints, version)


def _constraints(text: str) -> tuple[Constraint, ...] | None:
    """Return the bounds of a range in their order, none for every version, None if not understood."""
    lowered = " ".join(text.lower().split())
    if lowered in _EVERYTHING:
        return ()
    if lowered.startswith("vers:"):
        body = text.strip()[5:].partition("/")[2]
        parts: Iterable[str] = body.split("|")
    else:
        for pattern, form in _WORDS:
            match = pattern.match(lowered)
            if match is not None:
                text = form.format(*match.groups())
                break
        parts = re.split(r"\||,|&&|\band\b|\s+(?=[<>=!])", text)
    if [part.strip() for part in parts] == ["*"]:
        return ()
    found = tuple(_parsed(parts if isinstance(parts, list) else list(parts)))
    return None if not found or any(one is None for one in found) else tuple(one for one in found if one)


def _parsed(parts: Iterable[str]) -> Iterator[Constraint | None]:
    for part in parts:
        if not part.strip():
            continue
        match = _COMPARATOR.match(part.strip())
        if match is None or not is_version(match[2]):
            yield None
        else:
            yield Constraint(match[1] or "=", match[2])


def _contains(constraints: tuple[Constraint, ...], version: str) -> bool | None:
    """Follow the containment of the vers specification: single versions first, then pairs of bounds."""
    bounds = [one for one in constraints if one.comparator not in {"=", "!="}]
    for one in constraints:
        if one.comparator in {"=", "!="} and compare(version, one.version) == 0:
            return one.comparator == "="
    if not bounds:
        return all(one.comparator == "!=" for one in constraints)
    answers = [_within(low, high, version) for low, high in _intervals(bounds)]
    if any(answer is True for answer in answers):
        return True
    return None if any(answer is None for answer in answers) else False


def _intervals(bounds: list[Constraint]) -> Iterator[tuple[Constraint | None, Constraint | None]]:
    """Yield pairs of a lower and an upper bound; either may be open."""
    low: Constraint | None = None
    for one in bounds:
        if one.comparator.startswith(">"):
            if low is not None:
                yield low, None
            low = one
        else:
            yield low, one
            low = None
    if low is not None:
        yield low, None


def _within(low: Constraint | None, high: Constraint | None, version: str) -> bool | None:
    answers = [_meets(bound, version) for bound in (low, high) if bound is not None]
    if any(answer is False for answer in answers):
        return False
    return None if any(answer is None for answer in answers) else True


def _meets(bound: Constraint, version: str) -> bool | None:
    order = compare(version, bound.version)
    if order is None:
        return None
    return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[bound.comparator]
