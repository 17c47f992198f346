"""Write a lab file with as many twins as are asked for, each with a configuration and neighbours of its own.

The devices form a tree as access networks do: twenty-four below each, the first at the top. What differs
between two devices of a platform is drawn from the seed, so the same seed writes the same files.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from lab.errors import LabFileError
from lab.generated_text import aoscx_text, eos_text, fortios_text, ios_text, junos_text
from lab.models import Platform

PORTS: Final = 24
_LARGEST: Final = 60_000
_HOSTS_PER_NETWORK: Final = 250


@dataclass(frozen=True, slots=True)
class GeneratedPlatform:
    """How the devices of a platform look, and how many of a hundred they are."""

    platform: Platform
    percent: int
    model: str
    management_interface: str
    port: str
    text: Callable[[str, str, int, random.Random], str]

    def port_name(self, number: int) -> str:
        """Return the name of a port, counted from 1."""
        return self.port.format(number=number, before=number - 1)


PLATFORMS: Final = (
    GeneratedPlatform("ios", 60, "C9200L-24T-4X", "Vlan10", "GigabitEthernet1/0/{number}", ios_text),
    GeneratedPlatform("aoscx", 15, "JL668A 6300F", "vlan 10", "1/1/{number}", aoscx_text),
    GeneratedPlatform("eos", 10, "DCS-7050TX3-48C8", "Management1", "Ethernet{number}", eos_text),
    GeneratedPlatform("junos", 10, "SRX345", "fxp0", "ge-0/0/{before}", junos_text),
    GeneratedPlatform("fortios", 5, "FortiGate-61F", "mgmt", "port{number}", fortios_text),
)


@dataclass(frozen=True, slots=True)
class _Device:
    number: int
    name: str
    address: str
    kind: GeneratedPlatform


def generate_lab(folder: Path, *, twins: int, seed: int, clock_factor: float = 1.0) -> Path:
    """Write the lab file and the configurations that it names, and return the lab file's path.

    Raises:
        LabFileError: No lab can have so many twins.
    """
    if not 0 < twins <= _LARGEST:
        raise LabFileError(f"a lab of {twins} twins cannot be written; ask for 1 to {_LARGEST}")
    devices = _dealt(twins, random.Random(seed))  # noqa: S311 - repeatable on purpose
    configurations = folder / "configurations"
    configurations.mkdir(parents=True, exist_ok=True)
    for one in devices:
        chance = random.Random(f"{seed}/{one.name}")  # noqa: S311 - repeatable on purpose
        text = one.kind.text(one.name, one.address, PORTS, chance)
        (configurations / f"{one.name}.cfg").write_text(text, encoding="utf-8")
    path = folder / "lab.yaml"
    described = [_described(one, devices, clock_factor) for one in devices]
    path.write_text(yaml.safe_dump({"twins": described}, sort_keys=False), encoding="utf-8")
    return path


def _dealt(twins: int, chance: random.Random) -> tuple[_Device, ...]:
    """Return the devices, every platform in its share, in a seeded order."""
    kinds = [kind for kind in PLATFORMS for _ in range(round(twins * kind.percent / 100))]
    kinds = (kinds + [PLATFORMS[0]] * twins)[:twins]
    chance.shuffle(kinds)
    return tuple(
        _Device(number, f"gen-{kind.platform}-{number:05d}", _address(number), kind)
        for number, kind in enumerate(kinds)
    )


def _address(number: int) -> str:
    network, host = divmod(number, _HOSTS_PER_NETWORK)
    return f"10.{100 + network // 256}.{network % 256}.{host + 2}"


def _described(one: _Device, devices: tuple[_Device, ...], clock_factor: float) -> dict[str, object]:
    return {
        "name": one.name,
        "platform": one.kind.platform,
        "model": one.kind.model,
        "configuration": f"configurations/{one.name}.cfg",
        "management_interface": one.kind.management_interface,
        "management_address": one.address,
        "neighbours": _neighbours(one, devices),
        **({"clock_factor": clock_factor} if clock_factor != 1 else {}),
    }


def _neighbours(one: _Device, devices: tuple[_Device, ...]) -> list[dict[str, str]]:
    """Return the device above at the first port, and those below at the others."""
    below = PORTS - 1
    linked = []
    if one.number:
        above, place = divmod(one.number - 1, below)
        linked.append((1, devices[above], place + 2))
    first = one.number * below + 1
    linked += [(place + 2, other, 1) for place, other in enumerate(devices[first : first + below])]
    return [
        {
            "local_interface": one.kind.port_name(port),
            "device": other.name,
            "remote_interface": other.kind.port_name(remote),
        }
        for port, other, remote in linked
    ]
