"""Enter lines into a twin by the twin's own interpreter, and see what it then holds."""

import tempfile
from pathlib import Path
from typing import Final

from devices.models import Platform
from lab.clock import SystemClock
from lab.fortios.twin import FortiOSTwin
from lab.models import TwinSpec
from lab.platforms import twin_class
from lab.twin import TwinCredential

_MODELS: Final[dict[Platform, tuple[str, str]]] = {
    "aoscx": ("6300M", "mgmt"),
    "fortios": ("FGT60F", "mgmt"),
    "nxos": ("N9K-C93180YC-FX3", "mgmt0"),
    "panos": ("PA-440", "mgt"),
}


# What a device writes above its configuration, and its second door does not tell.
_HEADERS: Final[dict[Platform, str]] = {
    "aoscx": "!\n!Version ArubaOS-CX PL.10.13.0005\n!export-password: custom\n",
}


# FortiOS hides what is set to its default, and what collects it asks for that too.
_SHOWN_IN_FULL: Final = ("config log eventfilter",)


def enter(platform: Platform, text: str, lines: str) -> str:
    """Return what a twin holds that started with a configuration and on whose console lines were typed.

    Raises:
        LineRefused: the twin refuses one of them.
    """
    model, management = _MODELS[platform]
    spec = TwinSpec(
        name="town",
        platform=platform,
        model=model,
        configuration="town.cfg",
        management_interface=management,
    )
    with tempfile.TemporaryDirectory() as folder:
        # It is never started: nothing listens, and the console is where a person would sit.
        twin = twin_class(platform)(spec, text, TwinCredential("town", "town"), Path(folder), SystemClock())
        twin.console(tuple(lines.splitlines()))
        running = twin.state().running
        if isinstance(twin, FortiOSTwin):
            running += _in_full(twin.full_configuration(), lines)
        return _HEADERS.get(platform, "") + running


def _in_full(text: str, lines: str) -> str:
    """Return those sections that lines touch and that hold what is asked for as a hidden default."""
    found = ""
    for header in _SHOWN_IN_FULL:
        if header in lines and (at := text.find(f"{header}\n")) >= 0:
            found += text[at : text.index("\nend\n", at) + 5]
    return found
