"""Parsers from configuration text to vendor-neutral facts, one per platform."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, Protocol

from devices.facts import DeviceFacts
from devices.models import JudgedPlatform
from devices.parsers.aoscx.parser import parse_aoscx
from devices.parsers.cisco.eos import parse_eos
from devices.parsers.cisco.ios import parse_ios
from devices.parsers.cisco.nxos import parse_nxos
from devices.parsers.fortios.parser import parse_fortios
from devices.parsers.junos.parser import parse_junos
from devices.parsers.linux.parser import parse_linux
from devices.parsers.outline import PlacedLine, read_outline
from devices.parsers.panos.parser import parse_panos
from devices.parsers.text import decode_text, detect_platform

__all__ = ["PARSERS", "Parser", "PlacedLine", "decode_text", "detect_platform", "parse", "read_outline"]


class Parser(Protocol):
    """What every platform's parser does."""

    def __call__(self, text: str, *, device: str) -> DeviceFacts:
        """Return the facts of a configuration text."""


PARSERS: Final[Mapping[JudgedPlatform, Parser]] = {
    "ios": parse_ios,
    "eos": parse_eos,
    "junos": parse_junos,
    "fortios": parse_fortios,
    "aoscx": parse_aoscx,
    "nxos": parse_nxos,
    "panos": parse_panos,
    "linux": parse_linux,
}


def parse(
    platform: JudgedPlatform,
    text: str,
    *,
    device: str = "this configuration",
    shows: Mapping[str, str] | None = None,
) -> DeviceFacts:
    """Return the facts of a configuration text.

    Args:
        platform: Whose language the text is in.
        text: The configuration as the device shows it.
        device: The name that errors tell.
        shows: What the device answered to commands, by command; controls that need one and miss it say so.

    Raises:
        ConfigurationTextError: the text cannot be read as a configuration of the platform.
    """
    facts = PARSERS[platform](text, device=device)
    return replace(facts, shows=dict(shows)) if shows else facts
