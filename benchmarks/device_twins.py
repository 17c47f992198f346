"""Twins for the measurements of device runs: many devices, mixed as in municipalities, in labs beside us."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import yaml

_BASES: Final = Path(__file__).parents[1] / "tests" / "devices" / "configurations"
_LAB: Final = Path(sys.executable).parent / "samdrift-lab"

# Access switches 40 % Cisco and 35 % Aruba, Juniper 10 %, the rest Arista; one device in ten is a FortiGate.
_MIX: Final = ("ios", "aoscx", "ios", "aoscx", "ios", "junos", "ios", "aoscx", "fortios", "eos") + (
    ("ios", "aoscx") * 3 + ("junos", "aoscx", "fortios", "ios")
)
_PORTS: Final = {
    "ios": (
        "!\nip scp server enable\n",
        (
            "!\ninterface GigabitEthernet1/0/{port}\n description desk {port}\n switchport access vlan 10\n"
            " switchport mode access\n spanning-tree portfast\n"
        ),
    ),
    "eos": (
        "!\ninterface Management1\n",
        "!\ninterface Ethernet{port}\n   description desk {port}\n   switchport access vlan 10\n",
    ),
    "junos": (
        "    fxp0 {\n",
        (
            '    ge-0/0/{port} {{\n        description "desk {port}";\n        unit 0 {{\n'
            "            family inet {{\n                address 10.9.{port}.1/24;\n            }}\n"
            "        }}\n    }}\n"
        ),
    ),
    "aoscx": (
        "interface vlan 10\n",
        (
            "interface 1/1/{port}\n    description desk {port}\n    no shutdown\n    no routing\n"
            "    vlan access 20\n"
        ),
    ),
    "fortios": (
        'config firewall service custom\n    edit "HTTPS"\n',
        "",
    ),
}
_NEIGHBOUR: Final = {"device": "core-01", "remote_interface": "Ethernet7"}
_FIRST_PORT: Final = 4
_LAST_PORT: Final = 48
_LINES_IT_HAS: Final = {
    "ios": "lldp run\ninterface GigabitEthernet1/0/7\n switchport access vlan 10\n spanning-tree portfast\n",
    "eos": "interface Ethernet7\n   description desk 7\nmanagement telnet\n   no shutdown\n",
    "junos": "set system services telnet\nset protocols lldp interface all\n",
    "aoscx": "interface 1/1/7\n    description desk 7\nsnmp-server system-location Odder\n",
    "fortios": "config system global\n    set admintimeout 15\nend\n",
}
_MODELS: Final = {
    "ios": ("C9200L-48T-4X", "Vlan10", "GigabitEthernet1/0/1"),
    "eos": ("DCS-7050TX3-48C8", "Management1", "Ethernet1"),
    "junos": ("SRX345", "fxp0", "ge-0/0/0"),
    "aoscx": ("JL668A 6300F", "vlan 10", "1/1/1"),
    "fortios": ("FortiGate-61F", "mgmt", "port1"),
}


@dataclass(frozen=True)
class Device:
    """One twin as a contender reaches it."""

    name: str
    platform: str
    address: str
    port: int
    credential_file: str
    ca_file: str | None
    host_key: str | None
    lines: str


def platform_of(number: int) -> str:
    """Return the platform of a device by its number: the mix repeats every twenty devices."""
    return _MIX[number % len(_MIX)]


@contextmanager
def running_twins(
    count: int, *, labs: int, folder: Path, round_trip_ms: float
) -> Iterator[tuple[Device, ...]]:
    """Serve twins from processes of their own and stop them again."""
    with ExitStack() as stack:
        told: dict[str, dict[str, str]] = {}
        for number in range(labs):
            part = folder / f"lab{number}"
            part.mkdir()
            _write_lab(part, range(number, count, labs), round_trip_ms)
            stack.callback(_lab, "down", "--folder", str(part))
            _lab("up", str(part / "lab.yaml"), "--folder", str(part), "--detach", "--timeout-seconds", "600")
            told |= json.loads((part / "endpoints.json").read_text(encoding="utf-8"))["devices"]
        yield tuple(_device(number, told[_name(number)]) for number in range(count))


def _device(number: int, told: dict[str, str]) -> Device:
    platform = platform_of(number)
    return Device(
        name=_name(number),
        platform=platform,
        address=told["address"],
        port=int(told["port"]),
        credential_file=told["credential"].removeprefix("file:"),
        ca_file=told["ca_file"],
        host_key=told["host_key"],
        lines=_LINES_IT_HAS[platform],
    )


def write_work(path: Path, devices: tuple[Device, ...]) -> None:
    """Write which devices a contender works on."""
    path.write_text(json.dumps([asdict(one) for one in devices]), encoding="utf-8")


def load_work(path: Path) -> tuple[Device, ...]:
    """Read which devices a contender works on."""
    return tuple(Device(**one) for one in json.loads(path.read_text(encoding="utf-8")))


def _name(number: int) -> str:
    return f"sw-{number:04}"


def _write_lab(folder: Path, numbers: range, round_trip_ms: float) -> None:
    twins = []
    for platform in _MODELS:
        (folder / f"{platform}.cfg").write_text(_configuration(platform), encoding="utf-8")
    for number in numbers:
        platform = platform_of(number)
        model, management, uplink = _MODELS[platform]
        twins.append(
            {
                "name": _name(number),
                "platform": platform,
                "model": model,
                "configuration": f"{platform}.cfg",
                "management_interface": management,
                "neighbours": [_NEIGHBOUR | {"local_interface": uplink}],
                "latency": {"round_trip_ms": round_trip_ms} if round_trip_ms else None,
            }
        )
    (folder / "lab.yaml").write_text(yaml.safe_dump({"twins": twins}), encoding="utf-8")


def _configuration(platform: str) -> str:
    """Return the small configuration of the tests with a switch's ports in it."""
    before, port = _PORTS[platform]
    ports = "".join(port.format(port=number) for number in range(_FIRST_PORT, _LAST_PORT + 1))
    text = (_BASES / f"{platform}.cfg").read_text(encoding="utf-8")
    if before not in text:
        raise SystemExit(f"the configuration of {platform} holds no place for ports any more")
    return text.replace(before, ports + before, 1)


def _lab(*words: str) -> None:
    subprocess.run([_LAB, *words], check=True, stdout=subprocess.DEVNULL)
