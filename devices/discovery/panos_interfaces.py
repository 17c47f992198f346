"""Where the lines of a Palo Alto firewall state the addresses and tags of its interfaces."""

from collections.abc import Iterator
from ipaddress import IPv4Interface

from devices.parsers.panos.tree import read_panos

_PORTS = ("ethernet", "aggregate-ethernet")
_SYSTEM = ("deviceconfig", "system")


def panos_owner(section: tuple[str, ...]) -> str | None:
    """Return the interface that a line is about; the units of a port are the port's."""
    if section[:2] != ("network", "interface") or len(section) < 4:  # noqa: PLR2004 - kind and name
        return None
    if section[2] in _PORTS:
        return section[3]
    # loopback, tunnel and vlan units have names of their own
    return section[4] if section[3] == "units" and len(section) > 4 else None  # noqa: PLR2004 - as above


def panos_addresses(section: tuple[str, ...], text: str) -> Iterator[IPv4Interface]:
    """Yield the address that a line states."""
    if section[-1:] == ("ip",):
        try:
            yield IPv4Interface(text.rpartition(" ")[2])
        except ValueError:
            return  # IPv6, or the name of an address object


def panos_tags(section: tuple[str, ...], text: str) -> Iterator[int]:
    """Yield the VLAN that a unit of a port is tagged with."""
    tag = text.rpartition(" ")[2]
    if (
        section[-1:] == ("tag",)
        and "units" in section
        and section[2:3] in {(one,) for one in _PORTS}
        and tag.isdecimal()
    ):
        yield int(tag)


def panos_management(running: str, *, device: str) -> tuple[IPv4Interface, ...]:
    """Return the address of the dedicated management port.

    Raises:
        ConfigurationTextError: the text cannot be read.
    """
    root = read_panos(running, device=device)
    address, mask = root.value(*_SYSTEM, "ip-address"), root.value(*_SYSTEM, "netmask")
    try:
        return (IPv4Interface(f"{address}/{mask}"),) if address and mask else ()
    except ValueError:
        return ()
