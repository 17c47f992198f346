"""EOS commands that show who is there, what time it is, and what protects the switch; all of them as text."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Final

from lab.cli_vlans import read_vlans, write_vlans
from lab.eos.device import EOSDevice


def _clock(device: EOSDevice) -> str:
    zone = next((node.text.split()[-1] for node in device.running.find("clock timezone")), "UTC")
    return f"{device.clock.now():%a %b %e %H:%M:%S %Y}\nTimezone: {zone}\nClock source: local\n"


def _users(_device: EOSDevice) -> str:
    # Sessions of the API are no terminals.
    return "    Line      User        Host(s)       Idle        Location\n"


def _snmp_user(device: EOSDevice) -> str:
    engine = hashlib.sha256(device.spec.name.encode()).hexdigest()[:22]
    return "\n".join(
        f"User name      : {words[0]}\n"
        f"Security model : {words[2]}\n"
        f"Engine ID      : {engine}\n"
        f"Authentication : {words[words.index('auth') + 1].upper() if 'auth' in words else 'None'}\n"
        f"Privacy        : {_privacy(words)}\n"
        f"Group          : {words[1]}\n"
        for node in device.running.find("snmp-server user")
        for words in [node.text.split()[2:]]
    )


def _privacy(words: list[str]) -> str:
    if "priv" not in words:
        return "None"
    kind = words[words.index("priv") + 1].upper()
    return {"AES": "AES-128", "AES192": "AES-192", "AES256": "AES-256"}.get(kind, kind)


def _dhcp_snooping(device: EOSDevice) -> str:
    lines = [node.text for node in device.running.find("ip dhcp snooping")]
    on, option = "ip dhcp snooping" in lines, "ip dhcp snooping information option" in lines
    listed = next((line.split()[-1] for line in lines if line.startswith("ip dhcp snooping vlan ")), "")
    # Without the option the switch watches nothing, whatever is configured.
    works = on and option and bool(listed)
    there = {int(node.identity[1]) for node in device.running.root.children if node.mode == "vlan"} | {1}
    operational = write_vlans(read_vlans(listed) & there) if works else ""
    rows = [
        f"DHCP Snooping is {'enabled' if on else 'disabled'}",
        f"DHCP Snooping is {'operational' if works else 'not operational'}",
        "DHCP Snooping is configured on following VLANs:",
        f"  {listed or 'None'}",
        "DHCP Snooping is operational on following VLANs:",
        f"  {operational or 'None'}",
        f"Insertion of Option-82 is {'enabled' if option else 'disabled'}",
    ]
    return "".join(f"{row}\n" for row in rows)


TEXT_COMMANDS: Final[Mapping[str, Callable[[EOSDevice], str]]] = {
    "show clock": _clock,
    "show users": _users,
    "show snmp user": _snmp_user,
    "show ip dhcp snooping": _dhcp_snooping,
}
"""The commands by their words; none of them has a JSON form here."""
