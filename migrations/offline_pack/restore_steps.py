"""How a person loads a whole configuration from the console, by platform, in Danish."""

from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel, ConfigDict

# {file} is the file of this device in the pack. What stands between backticks is typed.
RESTORE_STEPS: Final[Mapping[str, tuple[str, ...]]] = {
    "ios": (
        "Forbind konsolkablet (9600 baud, 8N1), log ind og skriv: `enable`",
        "Sæt USB-nøglen i og skriv: `copy usbflash0:{file} flash:{file}`",
        "Skriv: `configure replace flash:{file}` – og svar `Y`",
        "Se efter, at portene er oppe: `show ip interface brief`",
        "Gem: `copy running-config startup-config`",
    ),
    "eos": (
        "Forbind konsolkablet (9600 baud, 8N1), log ind og skriv: `enable`",
        "Sæt USB-nøglen i og skriv: `copy usb1:/{file} flash:{file}`",
        "Skriv: `configure replace flash:{file}`",
        "Se efter, at portene er oppe: `show interfaces status`",
        "Gem: `write memory`",
    ),
    "junos": (
        "Forbind konsolkablet (9600 baud, 8N1), log ind og skriv: `cli`, derefter: `configure exclusive`",
        "Læg filen i /var/tmp (USB, eller scp fra en bærbar), og skriv: `load override /var/tmp/{file}`",
        "Se forskellen: `show | compare`",
        "Skriv: `commit confirmed 10` – enheden går selv tilbage efter ti minutter uden bekræftelse",
        "Se efter, at alt virker, og bekræft med: `commit`",
    ),
    "fortios": (
        "Forbind konsolkablet (9600 baud, 8N1), og log ind med en konto, der har profilen super_admin",
        "Skriv: `get system status` – model og version skal passe til filens første linje, #config-version=…",
        "Står der `<secret>` i filen, så skriv adgangskoden i klartekst i stedet for `ENC <secret>`",
        "Sæt USB-nøglen (FAT32) i, og se efter, at filen er der: `execute usb-disk list`",
        "Skriv: `execute restore config usb {file}` – og svar `y`; enheden genstarter med filen",
        "Log ind igen, og se efter, at portene er oppe: `get system interface physical`",
        "Er den medlem af en klynge, så se efter, at begge enheder er med: `get system ha status`",
    ),
    "aoscx": (
        "Forbind konsolkablet (115200 baud, 8N1), og log ind som admin",
        "Gem det, der kører nu, så du kan gå tilbage: `copy running-config checkpoint foer-genskab`",
        "Forbind en bærbar (192.168.1.2/24, SFTP-server med filen) til porten mgmt",
        "Skriv: `configure terminal`, `interface mgmt`, `no shutdown`, `ip static 192.168.1.1/24`, `end`",
        "Se versionen: `show version` – fra 10.15 er næste trin alt eller intet",
        "Fra 10.15: `copy sftp://BRUGER@192.168.1.2/{file} running-config overwrite vrf mgmt`",
        "Før 10.15: `erase startup-config`, `boot system`; log ind, og gør trin 4 igen",
        "Før 10.15, derefter: `copy sftp://BRUGER@192.168.1.2/{file} running-config vrf mgmt`",
        "Melder switchen, at linjer ikke blev lagt på (NOT applied), så ret dem i filen og gør det igen",
        "Se efter, at portene er oppe: `show interface brief`",
        "Gik det galt fra 10.15 af: `checkpoint rollback foer-genskab`",
        "Gem: `write memory`",
    ),
}
NO_STEPS: Final = (
    "samdrift kender ingen vej til at lægge en hel konfiguration på denne platform.",
    "Følg leverandørens vejledning, og brug filen {file} som forlæg.",
)


class StepPart(BaseModel):
    """A piece of a step: words, or what is typed as it stands."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    is_typed: bool


def restore_steps(platform: str, file: str) -> tuple[str, ...]:
    """Return what a person types to load ``file``; for an unknown platform, that there is no known way."""
    return tuple(step.replace("{file}", file) for step in RESTORE_STEPS.get(platform, NO_STEPS))


def parts_of(step: str) -> tuple[StepPart, ...]:
    """Return a step in pieces: what stands between backticks is typed."""
    pieces = enumerate(step.split("`"))
    return tuple(StepPart(text=text, is_typed=at % 2 == 1) for at, text in pieces if text)
