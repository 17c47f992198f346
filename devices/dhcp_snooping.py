"""What an Arista switch shows of DHCP snooping: whether it works, and for which VLANs."""

from dataclasses import dataclass

from devices.facts import VLANNumbers
from devices.vlans import read_vlans

_STATE = "dhcp snooping is "
_VLANS = "dhcp snooping is operational on following vlans:"


@dataclass(frozen=True, slots=True)
class SnoopingState:
    """Whether snooping works at all, and the VLANs that it works for."""

    works: bool
    vlans: VLANNumbers


def read_snooping_state(text: str) -> SnoopingState | None:
    """Return what ``show ip dhcp snooping`` tells, None where it is in no form that is known."""
    works: bool | None = None
    vlans: VLANNumbers | None = None
    lines = [line.strip() for line in text.lower().splitlines()]
    for at, line in enumerate(lines):
        if line in {f"{_STATE}operational", f"{_STATE}not operational"}:
            works = line == f"{_STATE}operational"
        elif line.startswith(_VLANS):
            listed = line.removeprefix(_VLANS).strip() or (lines[at + 1] if at + 1 < len(lines) else "")
            vlans = read_vlans(listed) or ()
    return None if works is None or vlans is None else SnoopingState(works, vlans)
