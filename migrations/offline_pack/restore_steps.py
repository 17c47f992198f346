"""How a person loads a whole configuration from the console, by platform, in Danish."""

from collections.abc import Mapping
from typing import Final

# {file} is the file of this device in the pack, carried on a USB stick.
RESTORE_STEPS: Final[Mapping[str, tuple[str, ...]]] = {
    "ios": (
        "Forbind konsolkablet (9600 baud, 8N1), log ind og skriv: enable",
        "Sæt USB-nøglen i og skriv: copy usbflash0:{file} flash:{file}",
        "Skriv: configure replace flash:{file} – og svar Y",
        "Se efter, at portene er oppe: show ip interface brief",
        "Gem: copy running-config startup-config",
    ),
    "eos": (
        "Forbind konsolkablet (9600 baud, 8N1), log ind og skriv: enable",
        "Sæt USB-nøglen i og skriv: copy usb1:/{file} flash:{file}",
        "Skriv: configure replace flash:{file}",
        "Se efter, at portene er oppe: show interfaces status",
        "Gem: write memory",
    ),
    "junos": (
        "Forbind konsolkablet (9600 baud, 8N1), log ind og skriv: cli, derefter: configure exclusive",
        "Læg filen i /var/tmp (USB, eller scp fra en bærbar), og skriv: load override /var/tmp/{file}",
        "Se forskellen: show | compare",
        "Skriv: commit confirmed 10 – enheden går selv tilbage efter ti minutter uden bekræftelse",
        "Se efter, at alt virker, og bekræft med: commit",
    ),
}
NO_STEPS: Final = (
    "samdrift kender ingen vej til at lægge en hel konfiguration på denne platform.",
    "Følg leverandørens vejledning, og brug filen {file} som forlæg.",
)


def restore_steps(platform: str, file: str) -> tuple[str, ...]:
    """Return what a person types to load ``file``; for an unknown platform, that there is no known way."""
    return tuple(step.replace("{file}", file) for step in RESTORE_STEPS.get(platform, NO_STEPS))
