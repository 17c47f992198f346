"""Neighbour tables in text, read with the TextFSM templates of ntc-templates."""

import re
from typing import Any, Final

from napalm.base.helpers import canonical_interface_name
from ntc_templates.parse import parse_output
from textfsm.parser import TextFSMError

from devices.discovery.models import Announcement
from devices.discovery.readers.words import addresses, capability_words, lldp_letters

_TOTAL: Final = re.compile(r"^\s*Total (?:entries|cdp entries) displayed\s*:\s*(\d+)", re.MULTILINE)
_AOSCX_TOTAL: Final = re.compile(r"^Total Neighbor Entries\s*:\s*(\d+)", re.MULTILINE)
_REFUSED: Final = re.compile(r"\s*%\s*(.*)")

Table = tuple[tuple[Announcement, ...], tuple[str, ...]]
"""What was read, and what could not be."""


def refusal_of(answer: str) -> str | None:
    """Return the device's refusal when that is how its answer begins.

    Only the first line counts: further down a neighbour's own text may stand at the beginning of a line.
    """
    lines = answer.strip().splitlines()
    found = _REFUSED.match(lines[0]) if lines else None
    return found[1].strip() if found is not None else None


def ios_lldp(text: str) -> Table:
    """Read ``show lldp neighbors detail`` of IOS."""
    rows, gaps = _rows("cisco_ios", "show lldp neighbors detail", text, _TOTAL)
    told = [row for row in rows if row["chassis_id"] or row["neighbor_name"]]
    heard = tuple(
        Announcement(
            local_interface=canonical_interface_name(row["local_interface"]),
            protocol="lldp",
            system_name=row["neighbor_name"],
            remote_interface=canonical_interface_name(row["neighbor_port_id"]),
            remote_interface_description=row["neighbor_interface"],
            chassis_id=row["chassis_id"],
            management_addresses=addresses(row["mgmt_address"]),
            capabilities=lldp_letters(row["capabilities"]),
            description=_advertised(row["neighbor_description"]),
        )
        for row in told
        if row["local_interface"]
    )
    return heard, (*gaps, *_missing("LLDP", text, _TOTAL, len(heard)))


def ios_cdp(text: str) -> Table:
    """Read ``show cdp neighbors detail`` of IOS."""
    rows, gaps = _rows("cisco_ios", "show cdp neighbors detail", text, _TOTAL)
    heard = tuple(
        Announcement(
            local_interface=canonical_interface_name(row["local_interface"].strip()),
            protocol="cdp",
            system_name=row["neighbor_name"],
            remote_interface=canonical_interface_name(row["neighbor_interface"].strip()),
            management_addresses=addresses(row["mgmt_address"]),
            capabilities=capability_words(row["capabilities"].split()),
            description=f"{row['platform'].strip()} {row['neighbor_description']}".strip(),
        )
        for row in rows
    )
    return heard, (*gaps, *_missing("CDP", text, _TOTAL, len(heard)))


def nxos_lldp(text: str) -> Table:
    """Read ``show lldp neighbors detail`` of NX-OS."""
    rows, gaps = _rows("cisco_nxos", "show lldp neighbors detail", text, _TOTAL)
    heard = tuple(
        Announcement(
            local_interface=_nxos_name(row["local_interface"]),
            protocol="lldp",
            system_name=row["neighbor_name"],
            remote_interface=canonical_interface_name(row["neighbor_interface"]),
            chassis_id=row["chassis_id"],
            management_addresses=addresses(row["mgmt_address"]),
            capabilities=lldp_letters(row["capabilities"]),
            description=_advertised(row["neighbor_description"]),
        )
        for row in rows
    )
    return heard, (*gaps, *_missing("LLDP", text, _TOTAL, len(heard)))


def nxos_cdp(text: str) -> Table:
    """Read ``show cdp neighbors detail`` of NX-OS."""
    if "Device ID" not in text:
        return (), ()
    rows, gaps = _rows("cisco_nxos", "show cdp neighbors detail", text, _TOTAL)
    heard = tuple(
        Announcement(
            local_interface=_nxos_name(row["local_interface"].strip()),
            protocol="cdp",
            system_name=row["neighbor_name"].strip() or row["chassis_id"].partition("(")[0],
            remote_interface=canonical_interface_name(row["neighbor_interface"].strip()),
            management_addresses=addresses(row["mgmt_address"] or row["interface_ip"]),
            capabilities=capability_words(row["capabilities"].split()),
            description=f"{row['platform'].strip()} {row['neighbor_description']}".strip(),
        )
        for row in rows
    )
    return heard, gaps


def _nxos_name(name: str) -> str:
    """Return the full name of an interface; NAPALM would call the management port as IOS-XR does."""
    return name if name.startswith("mgmt") else str(canonical_interface_name(name))


def aoscx_lldp(text: str) -> Table:
    """Read ``show lldp neighbor-info detail`` of AOS-CX."""
    rows, gaps = _rows("aruba_aoscx", "show lldp neighbors-info detail", text, _AOSCX_TOTAL)
    heard = tuple(
        Announcement(
            local_interface=row["local_interface"],
            protocol="lldp",
            system_name=row["neighbor_name"],
            remote_interface=row["neighbor_port_id"],
            remote_interface_description=row["neighbor_interface"],
            chassis_id=row["chassis_id"],
            management_addresses=addresses(row["mgmt_address"]),
            capabilities=capability_words(row["capabilities"].replace(",", " ").split()),
            description=row["neighbor_description"],
        )
        for row in rows
    )
    return heard, (*gaps, *_missing("LLDP", text, _AOSCX_TOTAL, len(heard)))


def _rows(
    platform: str, command: str, text: str, total: re.Pattern[str]
) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    counted = total.search(text)
    if counted is not None and int(counted[1]) == 0:
        return [], ()
    try:
        found: list[dict[str, Any]] = parse_output(platform=platform, command=command, data=text)
    except TextFSMError:
        return [], (f"the answer to '{command}' cannot be read; look at it by hand",)
    return found, ()


def _missing(protocol: str, text: str, total: re.Pattern[str], count: int) -> tuple[str, ...]:
    told = total.search(text)
    if told is None or int(told[1]) == count:
        return ()
    return (f"it counts {told[1]} {protocol} neighbours and {count} of them could be read; look by hand",)


def _advertised(text: str) -> str:
    return "" if text.strip() == "not advertised" else text
