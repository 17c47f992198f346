"""Juniper Junos over NETCONF: the neighbours of a port are told one port at a time."""

from typing import Any, Final

from jnpr.junos.exception import RpcError

from devices.discovery.models import Announcement
from devices.discovery.readers.session import AskedSession, Described, NotThatPlatform
from devices.discovery.readers.words import addresses, capability_words

_JUNOS: Final = "http://xml.juniper.net/netconf/junos/"


def read_junos(session: AskedSession) -> Described:
    """Return what a Junos device says beyond NAPALM's facts.

    Raises:
        NotThatPlatform: its NETCONF hello is not that of Junos.
        DeviceError: it could not be asked.

    """
    capabilities = session.ask("read its NETCONF hello", _capabilities)
    if not any(one.startswith(_JUNOS) for one in capabilities):
        raise NotThatPlatform("it speaks NETCONF, and its hello is not that of Junos")
    return Described(neighbours=session.ask("read the LLDP neighbours in detail", _neighbours))


def _capabilities(napalm: Any) -> tuple[str, ...]:
    return tuple(str(one) for one in napalm.device._conn.server_capabilities)  # noqa: SLF001 - PyEZ keeps it so


def _neighbours(napalm: Any) -> tuple[Announcement, ...]:
    rpc = napalm.device.rpc
    brief = rpc.get_lldp_neighbors_information()
    ports = sorted({_text(row, "lldp-local-port-id", "lldp-local-interface") for row in _entries(brief)})
    return tuple(_announcement(port, row) for port in ports if port for row in _entries(_of_port(rpc, port)))


def _of_port(rpc: Any, port: str) -> Any:
    try:
        return rpc.get_lldp_interface_neighbors(interface_device=port)
    except RpcError as error:
        if "syntax error" not in str(error):
            raise
        # Switches without ELS (EX2200 and its time) call it otherwise.
        return rpc.get_lldp_interface_neighbors_information(interface_name=port)


def _entries(reply: Any) -> list[Any]:
    return list(reply.iter("lldp-neighbor-information"))


def _text(row: Any, *names: str) -> str:
    for name in names:
        found = row.findtext(f".//{name}")
        if found and found.strip():
            return str(found).strip()
    return ""


def _announcement(port: str, row: Any) -> Announcement:
    return Announcement(
        local_interface=port.partition(".")[0],
        protocol="lldp",
        system_name=_text(row, "lldp-remote-system-name"),
        remote_interface=_text(row, "lldp-remote-port-id"),
        remote_interface_description=_text(row, "lldp-remote-port-description"),
        chassis_id=_text(row, "lldp-remote-chassis-id"),
        management_addresses=addresses(
            *(one.text for one in row.iter("lldp-remote-management-address") if one.text)
        ),
        capabilities=capability_words([_text(row, "lldp-remote-system-capabilities-enabled")]),
        description=_text(row, "lldp-remote-system-description"),
    )
