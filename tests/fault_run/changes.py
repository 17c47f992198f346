"""Changes of ten lines or more per platform, and what the twins make of them without any driver of ours."""

import random
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from devices.models import Platform
from lab.clock import ManualClock
from lab.models import NeighbourSpec, TwinSpec
from lab.platforms import twin_class
from lab.twin import Clock, Twin, TwinCredential
from tests.fault_run.lab_time import START
from tests.fault_run.text_forms import without_empty_sections

CONFIGURATIONS: Final = Path(__file__).parents[1] / "devices" / "configurations"
FEWEST_LINES: Final = 10
_MANAGEMENT: Final[dict[Platform, str]] = {
    "ios": "Vlan10",
    "eos": "Management1",
    "junos": "fxp0",
    "fortios": "mgmt",
    "aoscx": "vlan 10",
}
_UPLINK: Final[dict[Platform, str]] = {
    "ios": "GigabitEthernet1/0/1",
    "eos": "Ethernet1",
    "junos": "ge-0/0/0",
    "fortios": "port1",
    "aoscx": "1/1/1",
}
_MODEL: Final[dict[Platform, str]] = {
    "ios": "C9200L-24T-4X",
    "eos": "DCS-7050TX3-48C8",
    "junos": "SRX345",
    "fortios": "FortiGate-61F",
    "aoscx": "JL668A 6300F",
}
_IOS: Final = """vlan {vlan}
 name {name}
interface GigabitEthernet1/0/2
 description {place}
 switchport access vlan {vlan}
 switchport mode access
snmp-server location {place}
snmp-server contact {name}
service password-encryption
logging host 192.0.2.{host}
ntp server 192.0.2.{host}
line vty 0 4
 transport input ssh
"""
_EOS: Final = """vlan {vlan}
   name {name}
interface Ethernet1
   description {place}
   switchport access vlan {vlan}
snmp-server location {place}
snmp-server contact {name}
logging host 192.0.2.{host}
ntp server 192.0.2.{host}
management telnet
   shutdown
"""
_JUNOS: Final = """delete system services telnet
set vlans v{vlan} vlan-id {vlan}
set vlans v{vlan} description {name}
set interfaces ge-0/0/0 description {place}
set interfaces ge-0/0/1 description {name}
set interfaces ge-0/0/1 unit 0 family inet address 198.18.{host}.1/24
set snmp location {place}
set snmp contact {name}
set system ntp server 192.0.2.{host}
set system syslog host 192.0.2.{host} any notice
"""
_FORTIOS: Final = """config system global
    set admintimeout {minutes}
    set admin-telnet disable
end
config firewall address
    edit {name}
        set subnet 10.{host}.0.0 255.255.0.0
        set comment {place}
    next
end
config firewall policy
    delete 2
    edit 1
        set comments {place}
        set srcaddr {name}
    next
end
config system interface
    edit port2
        set description {place}
    next
end
config log syslogd setting
    set server 192.0.2.{host}
end
"""
_AOSCX: Final = """vlan {vlan}
    name {name}
interface 1/1/2
    description {place}
    vlan access {vlan}
interface 1/1/3
    description {name}
    vlan access {vlan}
snmp-server system-location {place}
snmp-server system-contact {name}
ntp server 192.0.2.{host}
no telnet server vrf default
"""
_LINES: Final[dict[Platform, str]] = {
    "ios": _IOS,
    "eos": _EOS,
    "junos": _JUNOS,
    "fortios": _FORTIOS,
    "aoscx": _AOSCX,
}
_OTHERS_LINES: Final[dict[Platform, tuple[str, ...]]] = {
    "ios": ("username helpdesk privilege 1",),
    "eos": ("ip name-server 192.0.2.53",),
    "junos": ("set system name-server 192.0.2.53",),
    "fortios": ("config system dns", "set secondary 192.0.2.54", "end"),
    "aoscx": ("vlan 30", "description helpdesk"),
}
_PLACES: Final = ("Grenaa", "Allingaabro", "Auning", "Glesborg", "Oerum", "Trustrup")
# One statement that each change has, by what a fault may look for in it.
_REFUSED: Final[dict[Platform, tuple[str, ...]]] = {
    "ios": (r"^vlan ", r"switchport access", r"snmp-server contact", r"transport input ssh"),
    "eos": (r"^vlan ", r"description", r"snmp-server contact", r"^shutdown|^\s+shutdown"),
    "junos": (r"vlan-id", r"ge-0/0/0", r"snmp contact", r"syslog"),
    "fortios": (r"admintimeout", r"subnet", r"comments", r"192\.0\.2\."),
    "aoscx": (r"^vlan \d", r"vlan access", r"system-contact", r"no telnet"),
}


@dataclass(frozen=True)
class Change:
    """One change, and everything that the device may truthfully hold afterwards."""

    platform: Platform
    lines: str
    others_lines: tuple[str, ...]
    before: str
    after: str
    before_and_others: str
    after_and_others: str


def change_of(platform: Platform, variant: str) -> Change:
    """Return the change of a variant, the same for the same words, with its effects from twins."""
    chance = random.Random(variant)  # noqa: S311 - repeatable on purpose
    lines = _LINES[platform].format(
        vlan=chance.randint(100, 3900),
        name=f"name{chance.randint(1000, 9999)}",
        place=chance.choice(_PLACES),
        host=chance.randint(2, 250),
        minutes=chance.randint(16, 60),
    )
    others = _OTHERS_LINES[platform]
    ours = tuple(lines.splitlines())
    return Change(
        platform=platform,
        lines=lines,
        others_lines=others,
        before=_typed(platform, ()),
        after=_typed(platform, ours),
        before_and_others=_typed(platform, others),
        after_and_others=_typed(platform, ours, others),
    )


def refusal_in(platform: Platform, chance: random.Random) -> str:
    """Return the pattern of one of the lines of a change."""
    return chance.choice(_REFUSED[platform])


def new_twin(platform: Platform, folder: Path, clock: Clock, credential: TwinCredential) -> Twin:
    """Return a twin that is not started yet."""
    neighbour = NeighbourSpec(
        local_interface=_UPLINK[platform], device="core-01", remote_interface="Ethernet7"
    )
    spec = TwinSpec(
        name=f"{platform}-fault-run",
        platform=platform,
        model=_MODEL[platform],
        configuration=f"{platform}.cfg",
        management_interface=_MANAGEMENT[platform],
        neighbours=(neighbour,),
    )
    text = (CONFIGURATIONS / spec.configuration).read_text(encoding="utf-8")
    return twin_class(platform)(spec, text, credential, folder, clock)


def _typed(platform: Platform, *portions: tuple[str, ...]) -> str:
    """Return what a twin holds when a person has typed lines at its console."""
    credential = TwinCredential("console", secrets.token_urlsafe(12))
    with tempfile.TemporaryDirectory() as folder:
        twin = new_twin(platform, Path(folder), ManualClock(START), credential)
        for lines in portions:
            if lines:
                twin.console(lines)
        text = twin.state().running
    return without_empty_sections(text) if platform == "fortios" else text
