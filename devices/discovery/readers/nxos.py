"""Cisco NX-OS: LLDP and CDP as text."""

import re
from collections.abc import Callable
from typing import Final

from devices.discovery.readers.session import AskedSession, Described, NotThatPlatform
from devices.discovery.readers.tables import Table, nxos_cdp, nxos_lldp, refusal_of

_SYSTEM: Final = re.compile(r"Cisco Nexus Operating System|\bNX-OS\b")
_VERSION: Final = re.compile(r"^\s*(?:NXOS: version|system:\s+version)\s+(\S+)", re.MULTILINE)
_READ_SECONDS: Final = 60


def read_nxos(session: AskedSession) -> Described:
    """Return what a Nexus switch says beyond NAPALM's facts.

    Raises:
        NotThatPlatform: its `show version` is not that of NX-OS.
        DeviceError: it could not be asked.

    """
    version = _shown(session, "show version")
    if _SYSTEM.search(version) is None:
        first = next((line.strip() for line in version.splitlines() if line.strip()), "nothing")
        raise NotThatPlatform(f"its 'show version' begins with: {first[:80]}")
    lldp, lldp_off = _table(session, "show lldp neighbors detail", nxos_lldp)
    cdp, cdp_off = _table(session, "show cdp neighbors detail", nxos_cdp)
    release = _VERSION.search(version)
    off = ("neither LLDP nor CDP runs on it, so what is behind it stays unknown",)
    return Described(
        neighbours=(*lldp[0], *cdp[0]),
        software_version=release[1] if release is not None else None,
        gaps=(*lldp[1], *cdp[1], *(off if lldp_off and cdp_off else ())),
    )


def _table(session: AskedSession, command: str, read: Callable[[str], Table]) -> tuple[Table, bool]:
    answer = _shown(session, command)
    # The marker below a refused word stands in a line of its own above the refusal.
    if refusal_of(answer.lstrip(" ^\r\n")) is not None:
        return ((), ()), True
    return read(answer), False


def _shown(session: AskedSession, command: str) -> str:
    return session.ask(
        f"run '{command}'",
        lambda napalm: str(napalm.device.send_command(command, read_timeout=_READ_SECONDS)),
    )
