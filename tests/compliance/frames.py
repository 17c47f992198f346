"""The smallest configuration of each platform that a case can be put into."""

from typing import Final

from devices.models import JudgedPlatform, Platform
from tests.compliance.server_frame import framed_server

_BEFORE: Final[dict[Platform, str]] = {
    "ios": "version 17.9\nhostname town\n",
    "eos": "! device: town (DCS, EOS-4.31.2F)\nhostname town\n",
    "junos": "set version 22.4R3\nset system host-name town\n",
    "fortios": (
        "#config-version=FGT60F-7.4.7-FW-build2731-250120:opmode=0:vdom=0:user=admin\n"
        "config system global\n    set hostname town\nend\n"
    ),
    "aoscx": (
        "!\n!Version ArubaOS-CX PL.10.13.0005\n!export-password: custom\nhostname town\n"
        "interface mgmt\n    no shutdown\n    ip dhcp\n"
    ),
    "nxos": (
        "!Command: show running-config\nversion 9.3(10) Bios:version\nhostname town\n"
        "interface mgmt0\n  vrf member management\n"
    ),
    "panos": (
        "set mgt-config users town permissions role-based superuser yes\n"
        "set deviceconfig system hostname town\n"
    ),
}
_AFTER: Final[dict[Platform, str]] = {
    "ios": "end\n",
    "eos": "end\n",
    "nxos": "line console\nline vty\n",
}


def framed(platform: JudgedPlatform, text: str) -> str:
    """Return a whole configuration of the platform that holds the text."""
    if platform == "linux":
        return framed_server(text)
    return f"{_BEFORE[platform]}{text.strip(chr(10))}\n{_AFTER.get(platform, '')}"


PLATFORMS: Final[tuple[JudgedPlatform, ...]] = (*_BEFORE, "linux")
