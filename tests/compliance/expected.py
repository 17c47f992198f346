"""What is said of a device that does everything right, and what it shows when it is asked."""

from collections.abc import Mapping
from typing import Final

from compliance.controls.registry import JUDGED, judged_controls, roles_of
from devices.models import Platform

# Controls that are asked of fewer roles than the scope of the table tells.
_ASKED_OF: Final[Mapping[str, frozenset[str]]] = {"L2-06": frozenset({"core"})}

# Controls of what the compliant site does not have: guests, and ports that route.
_NOT_THERE: Final = frozenset({"FW-05", "CP-03"})


def snooping_shown(vlans: str) -> str:
    """Return what an EOS switch shows whose DHCP snooping works for some VLANs."""
    return (
        "DHCP Snooping is enabled\nDHCP Snooping is operational\n"
        f"DHCP Snooping is configured on following VLANs:\n  {vlans}\n"
        f"DHCP Snooping is operational on following VLANs:\n  {vlans}\n"
        "Insertion of Option-82 is enabled\n"
    )


SHOWN: Final[Mapping[Platform, Mapping[str, str]]] = {
    "ios": {
        "show snmp user": (
            "\nUser name: read\nEngine ID: 800000090300001122334455\nstorage-type: nonvolatile\t active\n"
            "Authentication Protocol: SHA\nPrivacy Protocol: AES128\nGroup-name: OPS\n\n"
        )
    },
    "eos": {"show ip dhcp snooping": snooping_shown("10,30-40")},
}
"""At the site of the compliant configurations."""

EXAMPLE_SHOWN: Final[Mapping[Platform, Mapping[str, str]]] = {
    "ios": {
        "show snmp user": (
            "\nUser name: read\nEngine ID: 800000090300001122334455\nstorage-type: nonvolatile\t active\n"
            "Authentication Protocol: SHA\nPrivacy Protocol: AES128\nGroup-name: NDJ-READ\n\n"
        )
    },
    "eos": {"show ip dhcp snooping": snooping_shown("110,210,310")},
}
"""In the example municipality."""


def passing(platform: Platform, *, role: str = "edge") -> dict[str, str]:
    """Return PASS for every control that is asked of the platform in this role, NOT_APPLICABLE for others.

    What is asked and not judged on the platform is ERROR.
    """
    found: dict[str, str] = {}
    for control in judged_controls():
        roles = _ASKED_OF.get(control.id, roles_of(control))
        missing = control.id in _NOT_THERE and platform in JUDGED[control.id].platforms
        if missing or platform not in control.platforms or (roles is not None and role not in roles):
            found[control.id] = "NOT_APPLICABLE"
        else:
            found[control.id] = "PASS" if platform in JUDGED[control.id].platforms else "ERROR"
    return found
