"""Write the configurations of a country into a folder, every one distinct, from a seed.

How many of each vendor there are follows what municipalities have: of access switches Cisco 40, Aruba 35,
Juniper 10, others 5 percent; of firewalls Fortinet 50, Palo Alto 25, SRX 5, others 20. What no parser here
reads (FortiSwitch, ASA, Check Point) is shared out over the rest in proportion, so that every one of the
32,300 configurations is judged.

Run: ``python -m benchmarks.national_configurations FOLDER [SHARE]``
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

from benchmarks.configuration_texts import LANGUAGES, Place
from benchmarks.firewall_texts import fortios, panos

SEED: Final = 1
NATIONAL: Final = 32_300
_LANGUAGES: Final = {**LANGUAGES, "fortios": fortios, "panos": panos}
# Of 32,300 devices: 27,800 access switches, 2,300 core and edge, 2,200 firewalls.
_MIX: Final = {
    "ios": 13_700,
    "aoscx": 11_700,
    "junos": 3_600,
    "nxos": 600,
    "eos": 700,
    "fortios": 1_350,
    "panos": 650,
}
_ROLES: Final = {"nxos": "core", "eos": "core", "fortios": "firewall", "panos": "firewall"}
_NUMBERS: Final = 250


class Made(NamedTuple):
    """One configuration: its name is that of the file, its language the folder's."""

    platform: str
    name: str
    text: str


def configurations(seed: int, share: float = 1.0) -> Iterator[Made]:
    """Yield the configurations of a share of the country."""
    for platform, count in _MIX.items():
        for number in range(max(1, round(count * share))):
            name = f"{platform}-{number:05d}"
            place = Place(name, number // _NUMBERS % _NUMBERS + 1, number % _NUMBERS + 1)
            draw = Random(f"{seed}-{name}")  # noqa: S311 - made-up data that must repeat
            yield Made(platform, name, _LANGUAGES[platform](draw, place))


def context_of(platform: str) -> str:
    """Return the site values of a device of a platform, as YAML."""
    return (
        f"role: {_ROLES.get(platform, 'access')}\n"
        "management_prefixes: [10.200.0.0/16]\nmanagement_interface: Vlan10\n"
        "ntp_servers: [10.200.0.11, 10.200.0.12]\nlog_servers: [10.200.0.31]\naaa_servers: [10.200.0.21]\n"
        "break_glass_user: breakglass\nparking_vlan: 999\nnative_vlan: 998\nuser_vlans: 100-599\n"
        "uplinks: []\nsensor_port: null\ninside_links: []\noutside_links: []\n"
        'login_banner: "Kun for autoriserede brugere.\\nAl adgang logges."\n'
    )


def write(folder: Path, *, seed: int = SEED, share: float = 1.0) -> int:
    """Write them as FOLDER/NAME.cfg with a context beside each, and return how many lines they have."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = 0
    for made in configurations(seed, share):
        (folder / f"{made.name}.cfg").write_text(made.text, encoding="utf-8")
        (folder / f"{made.name}.context.yaml").write_text(
            f"platform: {made.platform}\n{context_of(made.platform)}", encoding="utf-8"
        )
        lines += made.text.count("\n")
    return lines


if __name__ == "__main__":
    print(write(Path(sys.argv[1]), share=float(sys.argv[2]) if len(sys.argv) > 2 else 1.0))  # noqa: PLR2004
