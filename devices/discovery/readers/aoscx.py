"""Aruba AOS-CX over SSH."""

import re
from typing import Any, Final

from devices.discovery.models import Announcement
from devices.discovery.readers.session import AskedSession, Described, NotThatPlatform
from devices.discovery.readers.tables import aoscx_lldp

_DETAIL: Final = "show lldp neighbor-info detail"
_VERSION: Final = re.compile(r"ArubaOS-CX|AOS-CX")


def read_aoscx(session: AskedSession) -> Described:
    """Return what an AOS-CX switch says beyond NAPALM's facts.

    Raises:
        NotThatPlatform: its `show version` is not that of AOS-CX.
        DeviceError: it could not be asked.

    """
    if _VERSION.search(_shown(session, "show version")) is None:
        raise NotThatPlatform("its 'show version' is not that of AOS-CX")
    answer = _shown(session, _DETAIL)
    if not answer.lstrip().startswith(("Invalid input", "%")):
        neighbours, gaps = aoscx_lldp(answer)
        return Described(neighbours=neighbours, gaps=gaps)
    brief: dict[str, list[dict[str, Any]]] = session.ask(
        "read the LLDP neighbours", lambda napalm: napalm.get_lldp_neighbors()
    )
    neighbours = tuple(
        Announcement(
            local_interface=local,
            protocol="lldp",
            system_name=str(row["hostname"]),
            remote_interface=str(row["port"]),
        )
        for local, rows in sorted(brief.items())
        for row in rows
    )
    return Described(neighbours=neighbours)


def _shown(session: AskedSession, command: str) -> str:
    return session.ask(f"run '{command}'", lambda napalm: str(napalm.cli([command])[command]))
