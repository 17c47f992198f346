"""What EOS tells of its LLDP neighbours in detail."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lab.models import NeighbourSpec

_CAPABILITIES: Final = {
    "O": "other",
    "P": "repeater",
    "B": "bridge",
    "W": "wlanAccessPoint",
    "R": "router",
    "T": "telephone",
    "C": "docsis",
    "S": "stationOnly",
}


def neighbour_details(neighbours: Iterable[NeighbourSpec]) -> dict[str, Any]:
    """Return the neighbours by local interface, as ``show lldp neighbors detail`` has them in JSON."""
    listed: dict[str, Any] = {}
    for near in neighbours:
        address = {"addressType": "ipv4", "address": near.management_address}
        row = {
            "chassisIdType": "macAddress",
            "chassisId": _chassis_id(near.device),
            "systemName": near.device,
            "systemDescription": near.system_description,
            "systemCapabilities": {
                _CAPABILITIES[letter]: True for letter in near.capabilities.split(",") if letter
            },
            "managementAddresses": [address] if near.management_address else [],
            "neighborInterfaceInfo": {
                "interfaceIdType": "interfaceName",
                "interfaceId": f'"{near.remote_interface}"',
                "interfaceDescription": "",
            },
            "ttl": 120,
        }
        listed.setdefault(near.local_interface, {"lldpNeighborInfo": []})["lldpNeighborInfo"].append(row)
    return listed


def _chassis_id(device: str) -> str:
    return ".".join(re.findall("....", hashlib.sha256(device.encode()).hexdigest()[:12]))
