"""What the tests of this room share: a compliant site, and twins' interpreters that apply lines."""

from collections.abc import Callable
from datetime import date
from ipaddress import IPv4Network
from pathlib import Path

import pytest

from compliance.context import DeviceContext
from compliance.evaluation import evaluate
from compliance.models import ControlVerdict
from devices.models import Platform
from devices.parsers import parse
from lab.cli_dialect import Dialect
from lab.cli_tree import ConfigTree, Editor
from lab.eos.dialect import eos_dialect
from lab.ios.dialect import BOOT_DIALECT, DIALECT
from lab.junos.curly import load_set_line, read_configuration
from lab.junos.render import render_curly
from lab.junos.srx_schema import srx_schema
from tests.compliance.expected import SHOWN
from tests.compliance.twins import enter

CONFIGURATIONS = Path(__file__).parent / "configurations"
TODAY = date(2026, 11, 21)
PORTS = {
    "ios": ("TenGigabitEthernet1/1/1", "TenGigabitEthernet1/1/2", "GigabitEthernet1/0/48", "Vlan20"),
    "eos": ("Ethernet1", "Ethernet2", "Ethernet48", "Management1"),
    "junos": ("xe-0/1/0", "xe-0/1/1", "ge-0/0/47", "fxp0"),
    "nxos": ("Ethernet1/49", "Ethernet1/50", "Ethernet1/48", "mgmt0"),
    "aoscx": ("1/1/49", "1/1/50", "1/1/48", "mgmt"),
    "fortios": ("internal1", "wan1", "internal5", "mgmt"),
    "panos": ("ethernet1/2", "ethernet1/1", "ethernet1/8", "mgt"),
    "linux": ("ens18", "ens19", "ens20", "ens18"),
}
EOS_RELEASE = (4, 31)

Site = Callable[..., DeviceContext]
Compliant = Callable[[str], str]
Judge = Callable[..., dict[str, str]]
Apply = Callable[[Platform, str, str], str]


def site(platform: str, *, without: tuple[str, ...] = (), **changed: object) -> DeviceContext:
    """Return the site that the compliant configurations fit."""
    inside, outside, sensor, management = PORTS[platform]
    values: dict[str, object] = {
        "role": "edge",
        "management_prefixes": (IPv4Network("10.0.20.0/24"), IPv4Network("10.0.30.0/24")),
        "management_interface": management,
        "ntp_servers": ("10.0.0.11", "10.0.0.12"),
        "log_servers": ("10.0.0.21", "10.0.0.22"),
        "aaa_servers": ("10.0.0.1", "10.0.0.2"),
        "break_glass_user": "breakglass",
        "parking_vlan": 999,
        "native_vlan": 998,
        "user_vlans": "10,30-40",
        "uplinks": (inside, outside),
        "sensor_port": sensor,
        "inside_links": (inside,),
        "outside_links": (outside,),
        "guest_zones": (),
        "guest_vlans": (),
        "login_banner": "Kun for autoriserede brugere.\nAl adgang logges.",
    }
    return DeviceContext.model_validate({**{k: v for k, v in values.items() if k not in without}, **changed})


def judge(platform: Platform, text: str, context: DeviceContext | None = None) -> tuple[ControlVerdict, ...]:
    """Return the verdicts of a configuration at the site."""
    facts = parse(platform, text, device="town", shows=SHOWN.get(platform))
    return evaluate("town", facts, context or site(platform), (), TODAY)


def _apply_cli(boot: Dialect, running: Dialect, text: str, lines: str, header: str) -> str:
    tree, refused = ConfigTree.parse(boot, text)
    assert refused == (), f"the twin refuses the configuration: {refused}"
    tree.dialect = running
    refused = Editor(tree).apply_text(lines)
    assert refused == (), f"the twin refuses the lines: {refused}"
    return f"{header}{tree.render()}end\n"


def apply(platform: Platform, text: str, lines: str) -> str:
    """Return what a twin holds that started with a configuration and took the lines in."""
    if platform == "ios":
        return _apply_cli(BOOT_DIALECT, DIALECT, text, lines, "")
    if platform == "eos":
        boot, running = eos_dialect(EOS_RELEASE, boots=True), eos_dialect(EOS_RELEASE, boots=False)
        return _apply_cli(boot, running, text, lines, "! device: town-core (DCS, EOS-4.31.2F)\n")
    if platform == "junos":
        in_lines = text.startswith("set ")
        root = read_configuration("" if in_lines else text, srx_schema())
        for line in (text + lines if in_lines else lines).splitlines():
            load_set_line(root, line)
        return render_curly(root)
    return enter(platform, text, lines)


@pytest.fixture(name="site")
def _site() -> Site:
    return site


@pytest.fixture(name="compliant")
def _compliant() -> Compliant:
    return lambda platform: (CONFIGURATIONS / f"compliant_{platform}.cfg").read_text(encoding="utf-8")


@pytest.fixture(name="judge")
def _judge() -> Callable[..., tuple[ControlVerdict, ...]]:
    return judge


@pytest.fixture(name="apply")
def _apply() -> Apply:
    return apply
