"""PAN-OS over its XML API.

Known limit: the fields ``management-address`` and ``enabled-capabilities`` of a neighbour are read as clients
of the API that were published read them; no recording of a real firewall with neighbours was at hand.
"""

from typing import Any
from xml.etree import ElementTree as ET

from devices.discovery.models import Announcement
from devices.discovery.readers.session import AskedSession, Described, NotThatPlatform
from devices.discovery.readers.words import addresses, lldp_letters


def read_panos(session: AskedSession) -> Described:
    """Return what a firewall says beyond NAPALM's facts.

    Raises:
        NotThatPlatform: what it says of itself is not what PAN-OS says.
        DeviceError: it could not be asked.
    """
    system: ET.Element | None = session.ask("read what it is", _system)
    if system is None or not (system.findtext("sw-version") or ""):
        raise NotThatPlatform("its API is not that of PAN-OS")
    chassis = (system.findtext("mac-address") or "").strip()
    return Described(
        neighbours=session.ask("read the LLDP neighbours in detail", _neighbours),
        chassis_ids=(chassis,) if chassis else (),
        software_version=system.findtext("sw-version"),
    )


def _system(napalm: Any) -> ET.Element | None:
    root: ET.Element = napalm.command("<show><system><info></info></system></show>")
    return root.find("result/system")


def _neighbours(napalm: Any) -> tuple[Announcement, ...]:
    return tuple(_announcement(local, row) for local, row in napalm.lldp_rows())


def _announcement(local: str, row: ET.Element) -> Announcement:
    def told(name: str) -> str:
        return (row.findtext(name) or "").strip()

    return Announcement(
        local_interface=local,
        protocol="lldp",
        system_name=told("system-name"),
        remote_interface=told("port-id"),
        remote_interface_description=told("port-description"),
        chassis_id=told("chassis-id"),
        management_addresses=addresses(
            *(one.get("name") for one in row.iterfind("management-address/entry"))
        ),
        capabilities=lldp_letters(told("enabled-capabilities")),
        description=told("system-description"),
    )
