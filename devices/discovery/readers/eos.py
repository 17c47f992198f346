"""Arista EOS: everything as JSON over eAPI."""

from typing import Any

from devices.discovery.models import Announcement
from devices.discovery.readers.session import AskedSession, Described
from devices.discovery.readers.words import addresses, capability_words


def read_eos(session: AskedSession) -> Described:
    """Return what an EOS device says beyond NAPALM's facts."""
    version = session.ask("run 'show version'", lambda napalm: _answer(napalm, "show version"))
    neighbours = session.ask("read the LLDP neighbours in detail", _neighbours)
    chassis = str(version.get("systemMacAddress") or "")
    return Described(neighbours=neighbours, chassis_ids=(chassis,) if chassis else ())


def _neighbours(napalm: Any) -> tuple[Announcement, ...]:
    table = _answer(napalm, "show lldp neighbors detail")
    return tuple(
        _announcement(interface, row)
        for interface, heard in sorted(table.get("lldpNeighbors", {}).items())
        for row in heard.get("lldpNeighborInfo", [])
    )


def _announcement(interface: str, row: dict[str, Any]) -> Announcement:
    port = row.get("neighborInterfaceInfo") or {}
    told = row.get("managementAddresses") or []
    return Announcement(
        local_interface=interface,
        protocol="lldp",
        system_name=str(row.get("systemName") or ""),
        remote_interface=str(port.get("interfaceId") or "").strip('"'),
        remote_interface_description=str(port.get("interfaceDescription") or ""),
        chassis_id=str(row.get("chassisId") or ""),
        management_addresses=addresses(*(one.get("address") for one in told)),
        capabilities=capability_words(
            name for name, enabled in (row.get("systemCapabilities") or {}).items() if enabled
        ),
        description=str(row.get("systemDescription") or ""),
    )


def _answer(napalm: Any, command: str) -> dict[str, Any]:
    answer: dict[str, Any] = napalm._run_commands([command])[0]  # noqa: SLF001 - NAPALM's only raw door
    return answer
