"""Cisco IOS and IOS-XE: LLDP and CDP as text, as these devices tell them no other way."""

import re
from typing import Any, Final

from devices.discovery.readers.session import AskedSession, Described, NotThatPlatform
from devices.discovery.readers.tables import Table, ios_cdp, ios_lldp, refusal_of

_VERSION: Final = re.compile(r"Cisco IOS (?!XR\b).*?Version ([^,\s]+)", re.DOTALL)
_MAC: Final = re.compile(r"^Base Ethernet MAC Address\s*:\s*(\S+)", re.MULTILINE)
_READ_SECONDS: Final = 60


def read_ios(session: AskedSession) -> Described:
    """Return what an IOS device says beyond NAPALM's facts.

    Raises:
        NotThatPlatform: another Cisco system, such as ASA, which greets like IOS.
        DeviceError: it could not be asked.

    """
    version = _shown(session, "show version")
    matched = _VERSION.search(version)
    if matched is None:
        first = next((line.strip() for line in version.splitlines() if line.strip()), "nothing")
        raise NotThatPlatform(f"it greets as a Cisco device and 'show version' begins with: {first[:80]}")
    lldp, lldp_off = _table(session, "show lldp neighbors detail", ios_lldp)
    cdp, cdp_off = _table(session, "show cdp neighbors detail", ios_cdp)
    off = ("neither LLDP nor CDP runs on it, so what is behind it stays unknown",)
    return Described(
        neighbours=(*lldp[0], *cdp[0]),
        chassis_ids=tuple(_MAC.findall(version)),
        software_version=matched[1],
        gaps=(*lldp[1], *cdp[1], *(off if lldp_off and cdp_off else ())),
    )


def _table(session: AskedSession, command: str, read: Any) -> tuple[Table, bool]:
    answer = _shown(session, command)
    if refusal_of(answer) is not None:
        return ((), ()), True
    return read(answer), False


def _shown(session: AskedSession, command: str) -> str:
    return session.ask(
        f"run '{command}'",
        lambda napalm: str(napalm.device.send_command(command, read_timeout=_READ_SECONDS)),
    )
