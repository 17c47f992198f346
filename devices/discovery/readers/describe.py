"""Ask a device what it is, what it has and whom it hears."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from devices.discovery.models import IdentifiedDevice
from devices.discovery.own_interfaces import own_interfaces
from devices.discovery.readers.aoscx import read_aoscx
from devices.discovery.readers.eos import read_eos
from devices.discovery.readers.fortios import read_fortios
from devices.discovery.readers.ios import read_ios
from devices.discovery.readers.junos import read_junos
from devices.discovery.readers.nxos import read_nxos
from devices.discovery.readers.panos import read_panos
from devices.discovery.readers.session import AskedSession, Described
from devices.errors import UnexpectedAnswer
from devices.models import Platform
from devices.parsers.errors import ConfigurationTextError

_READERS: Final[Mapping[Platform, Callable[[AskedSession], Described]]] = {
    "ios": read_ios,
    "eos": read_eos,
    "junos": read_junos,
    "fortios": read_fortios,
    "aoscx": read_aoscx,
    "nxos": read_nxos,
    "panos": read_panos,
}
_UNTOLD: Final = {"", "unknown", "none", "n/a"}


def describe(session: AskedSession, platform: Platform, *, device: str) -> IdentifiedDevice:
    """Return what the device at the other end of a session says of itself.

    Args:
        session: an open session.
        platform: whose language it speaks, as far as that is known before.
        device: what errors call it.

    Raises:
        NotThatPlatform: it says that it is something else.
        DeviceError: it could not be asked, or an answer could not be read.

    """
    described = _READERS[platform](session)
    facts: dict[str, Any] = session.ask("read what it is", lambda napalm: napalm.get_facts())
    host_name = _told(facts, "hostname")
    if not host_name:
        raise UnexpectedAnswer(device, "it tells no host name; look at it by hand")
    running = session.running()
    try:
        interfaces = own_interfaces(
            platform, running, tuple(str(name) for name in facts["interface_list"]), device=device
        )
    except ConfigurationTextError as error:
        raise UnexpectedAnswer(device, f"its configuration cannot be read: {error.reason}") from error
    model = _told(facts, "model")
    silent = () if described.neighbours or described.gaps else (_NO_NEIGHBOURS,)
    return IdentifiedDevice(
        host_name=host_name,
        platform=platform,
        # Junos writes the vendor's name of the model in small letters.
        model=model.upper() if platform == "junos" else model.removesuffix(" Chassis"),
        serial_number=_told(facts, "serial_number"),
        software_version=described.software_version or _told(facts, "os_version"),
        chassis_ids=described.chassis_ids,
        interfaces=interfaces,
        neighbours=described.neighbours,
        gaps=(*described.gaps, *silent),
    )


_NO_NEIGHBOURS: Final = (
    "it hears no neighbour; see whether LLDP runs on it, else give what is behind it with --seed"
)


def _told(facts: Mapping[str, Any], key: str) -> str:
    text = str(facts.get(key) or "").strip()
    return "" if text.lower() in _UNTOLD else text
