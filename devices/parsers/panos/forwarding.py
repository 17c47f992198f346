"""Read how PAN-OS checks the way back to who sends packets."""

from collections.abc import Iterator

from devices.facts import PathCheck
from devices.parsers.panos.tree import Word


def read_panos_path_checks(root: Word) -> Iterator[PathCheck]:
    """Yield each zone of routed interfaces with what its zone protection profile says of forged senders."""
    for name, zone in root.entries("zone"):
        interfaces = zone.names("network", "layer3")
        if not interfaces:
            continue
        chosen = zone.value("network", "zone-protection-profile")
        used = zone.at("network", "zone-protection-profile")
        at = ("network", "profiles", "zone-protection-profile", chosen or "", "discard-ip-spoof")
        stated = root.at(*at)
        strict = chosen is not None and root.value(*at) == "yes"
        words = [one for one in (used, stated) if one is not None] or [zone]
        lines = {next(iter(one.below.values()), one).line.number: one for one in words}
        yield PathCheck(
            name=f"zone {name}",
            mode="strict" if strict else None,
            interfaces=interfaces,
            lines=tuple(next(iter(one.below.values()), one).line for one in lines.values()),
        )
