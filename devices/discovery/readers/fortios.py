"""FortiOS over its REST API.

Known limit: the fields ``addresses`` and ``chassis_id`` of a neighbour are read as Fortinet documents them;
no recording of a real unit with neighbours was at hand.
"""

from typing import Any

from devices.discovery.models import Announcement
from devices.discovery.readers.session import AskedSession, Described
from devices.discovery.readers.words import addresses


def read_fortios(session: AskedSession) -> Described:
    """Return what a FortiGate says beyond NAPALM's facts; not what its neighbours can do."""
    return Described(neighbours=session.ask("read the LLDP neighbours in detail", _neighbours))


def _neighbours(napalm: Any) -> tuple[Announcement, ...]:
    rows = napalm.device.monitor("network/lldp/neighbors") or []
    return tuple(_announcement(row) for row in rows if row.get("port_name"))


def _announcement(row: dict[str, Any]) -> Announcement:
    told = row.get("addresses") or []
    return Announcement(
        local_interface=str(row["port_name"]),
        protocol="lldp",
        system_name=str(row.get("system_name") or ""),
        remote_interface=str(row.get("port_id") or ""),
        remote_interface_description=str(row.get("port_desc") or ""),
        chassis_id=str(row.get("chassis_id") or ""),
        management_addresses=addresses(*(one.get("address") for one in told if isinstance(one, dict))),
        description=str(row.get("system_desc") or ""),
    )
