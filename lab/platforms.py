"""Which class is the twin of which platform; it is loaded when the first twin of its platform is made."""

from importlib import import_module
from typing import cast

from lab.models import Platform
from lab.twin import TwinClass

_CLASSES: dict[Platform, tuple[str, str]] = {
    "ios": ("lab.ios.twin", "IOSTwin"),
    "eos": ("lab.eos.twin", "EOSTwin"),
    "junos": ("lab.junos.twin", "JunosTwin"),
    "fortios": ("lab.fortios.twin", "FortiOSTwin"),
    "aoscx": ("lab.aoscx.twin", "AOSCXTwin"),
    "nxos": ("lab.nxos.twin", "NXOSTwin"),
    "panos": ("lab.panos.twin", "PANOSTwin"),
}

MANAGEMENT_PORTS: dict[Platform, int] = {
    "ios": 22,
    "eos": 443,
    "junos": 830,
    "fortios": 443,
    "aoscx": 22,
    "nxos": 22,
    "panos": 443,
}
"""Where a real device of the platform listens for what its twin serves on a loopback port."""


def twin_class(platform: Platform) -> TwinClass:
    """Return the class that makes twins of a platform."""
    module, name = _CLASSES[platform]
    return cast("TwinClass", getattr(import_module(module), name))
