"""Drift: what changed between the last approved configuration and the newest one, where, in which lines."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from compliance.models import Model
from devices.masking import mask_secrets
from devices.models import Platform
from devices.parsers import PlacedLine, read_outline

# In these sections the order of the lines decides what they do.
_ORDERED: Final = ("ip access-list ", "ipv6 access-list ", "mac access-list ", "route-map ")
_ORDERED_PATHS: Final = (
    ("security", "policies"),
    ("firewall",),
    ("policy-options", "policy-statement"),
    ("config firewall policy",),
    ("config firewall local-in-policy",),
    ("config router policy",),
)

Key = tuple[tuple[str, ...], str]


class DriftLine(Model):
    """A line that came or went; numbers count from 1 in the text it stands in, secrets are masked."""

    line_number: int
    section: tuple[str, ...]
    text: str


class Drift(Model):
    """The difference between an approved configuration and the current one."""

    platform: Platform
    added: tuple[DriftLine, ...] = ()
    removed: tuple[DriftLine, ...] = ()
    reordered: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Return whether nothing drifted."""
        return not (self.added or self.removed or self.reordered)


def drift(platform: Platform, approved: str, current: str) -> Drift:
    """Return what changed from the approved configuration to the current one.

    Lines that change by themselves (time stamps, sizes, the clock period) do not count. Sections may stand in
    any order; the order of lines counts where it decides, as in an access list.

    Raises:
        ConfigurationTextError: one of the two cannot be read.
    """
    before = read_outline(platform, approved, device="the approved configuration")
    after = read_outline(platform, current, device="the current configuration")
    return Drift(
        platform=platform,
        added=tuple(_only_in(after, before)),
        removed=tuple(_only_in(before, after)),
        reordered=tuple(_reordered(before, after)),
    )


def _key(line: PlacedLine) -> Key:
    return line.section, line.text


def _only_in(lines: tuple[PlacedLine, ...], others: tuple[PlacedLine, ...]) -> Iterator[DriftLine]:
    """Yield the lines that the others do not have, or do not have as often."""
    left = Counter(_key(line) for line in others)
    for line in lines:
        if left[_key(line)]:
            left[_key(line)] -= 1
        else:
            section = _masked_section(line.section)
            # Where a line stands may be what makes it a secret.
            text = mask_secrets("\n".join((*line.section, line.text))).split("\n")[-1]
            yield DriftLine(line_number=line.number, section=section, text=text)


def _reordered(before: tuple[PlacedLine, ...], after: tuple[PlacedLine, ...]) -> Iterator[str]:
    common = {_key(line) for line in before} & {_key(line) for line in after}
    orders = [_ordered_sections(line for line in lines if _key(line) in common) for lines in (before, after)]
    for name, lines in orders[0].items():
        if orders[1].get(name, lines) != lines:
            yield name


def _masked_section(section: tuple[str, ...]) -> tuple[str, ...]:
    """Mask the secrets in the name of a section; some platforms write it in single words (community, x)."""
    told: list[str] = []
    for number, one in enumerate(section, start=1):
        path = mask_secrets(f"set {' '.join(section[:number])}")
        is_secret = " " not in one and path.endswith("<secret>")
        told.append("<secret>" if is_secret else mask_secrets(one))
    return tuple(told)


def _ordered_sections(lines: Iterable[PlacedLine]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in lines:
        name = _ordered_section(line)
        if name is not None:
            found.setdefault(name, []).append(line.text)
    return found


def _ordered_section(line: PlacedLine) -> str | None:
    if line.section and line.section[0].startswith(_ORDERED):
        return line.section[0]
    for path in _ORDERED_PATHS:
        if line.section[: len(path)] == path:
            return " ".join(path)
    return None
