"""What is collected beside the two configurations when a device is to be judged, as data for each platform.

The full form of a configuration shows the defaults that the short one hides. What a control decides by an
operational output, and what a person asks first, is listed here once.

Known limits:
    Junos hides no defaults that a full form would show, and neither FortiOS nor PAN-OS tells the text of
    one over its API: there is no full form of theirs.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from devices.models import Model, Platform


class EvidenceCommands(Model):
    """What one platform is asked when it is to be judged."""

    full: str | None = None
    shows: tuple[str, ...] = ()


EVIDENCE_COMMANDS: Final[Mapping[Platform, EvidenceCommands]] = MappingProxyType(
    {
        "ios": EvidenceCommands(
            full="show running-config all",
            shows=(
                "show version",
                "show clock",
                "show users",
                "show interfaces status",
                "show vlan brief",
                "show monitor session all",
                "show lldp neighbors detail",
                "show ip ssh",
                "show snmp user",
                "show ip dhcp snooping",
            ),
        ),
        "eos": EvidenceCommands(
            full="show running-config all",
            shows=(
                "show version",
                "show clock",
                "show users",
                "show interfaces status",
                "show vlan",
                "show monitor session",
                "show snmp user",
                "show ip dhcp snooping",
            ),
        ),
        "junos": EvidenceCommands(
            shows=(
                "show version",
                "show system uptime",
                "show system users",
                "show lldp neighbors",
                "show forwarding-options analyzer",
            )
        ),
        "aoscx": EvidenceCommands(
            full="show running-config all",
            shows=(
                "show version",
                "show system",
                "show clock",
                "show interface brief",
                "show vlan",
                "show mirror",
                "show lldp neighbor-info",
            ),
        ),
        "nxos": EvidenceCommands(
            full="show running-config all",
            shows=(
                "show version",
                "show clock",
                "show users",
                "show user-account",
                "show interface status",
                "show vlan brief",
                "show monitor session all",
                "show lldp neighbors detail",
                "show feature",
                "show ssh server",
                "show snmp user",
            ),
        ),
    }
)
"""A platform that is not here tells everything in its configuration."""


def evidence_commands(platform: Platform) -> EvidenceCommands:
    """Return what a platform is asked beside its configurations."""
    return EVIDENCE_COMMANDS.get(platform, EvidenceCommands())
