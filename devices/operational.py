"""What a device shows of its operation, as typed rows: ports, VLANs, mirrors, clock, logins, SNMPv3 users.

Where ntc-templates has a template for an output, that reads it; the rest is read here. What was not collected
is ``None``, which is not the same as an empty table.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from ntc_templates.parse import parse_output
from textfsm import TextFSMError

from devices.errors import UnexpectedAnswer
from devices.models import Model, Platform

_NTC_NAMES: Final[Mapping[str, str]] = {
    "ios": "cisco_ios",
    "eos": "arista_eos",
    "junos": "juniper_junos",
    "aoscx": "aruba_aoscx",
    "nxos": "cisco_nxos",
}
_NO_MIRROR: Final = (
    "No SPAN configuration is present",
    "No mirror sessions are configured",
    "No sessions created",
)
_SESSION_HEAD: Final = re.compile(r"Session (\S+)\s*")
_FIELD: Final = re.compile(r"\s*([A-Za-z][A-Za-z0-9 /()-]*?)\s*:(?:\s+(.*?))?\s*")
_DIRECTIONS: Final[Mapping[str, str]] = {
    "rx only": "rx",
    "tx only": "tx",
    "rx": "rx",
    "tx": "tx",
    "both": "both",
}


class PortStatus(Model):
    """One port as the table of ports shows it; the VLAN is a number, or a word such as trunk or routed."""

    interface: str
    status: str
    vlan: str
    description: str = ""


class VLANStatus(Model):
    """One VLAN that is there."""

    number: int
    name: str
    status: str


class MirrorSource(Model):
    """What a mirror session copies, and in which direction."""

    interface: str
    direction: str


class MirrorSession(Model):
    """One mirror session as the device shows it; ``is_on`` is None where the output tells nothing of it."""

    name: str
    is_on: bool | None = None
    sources: tuple[MirrorSource, ...] = ()
    destinations: tuple[str, ...] = ()


class DeviceClock(Model):
    """The time a device shows, as it spells it."""

    time: str
    zone: str


class Login(Model):
    """Somebody who is logged in at a terminal."""

    line: str
    user: str
    location: str


class SNMPUser(Model):
    """An SNMPv3 user; what protects it is '' where nothing does."""

    name: str
    group: str
    authentication: str
    privacy: str


class Operational(Model):
    """The operation of one device; ``None`` is what was not collected."""

    ports: tuple[PortStatus, ...] | None = None
    vlans: tuple[VLANStatus, ...] | None = None
    mirrors: tuple[MirrorSession, ...] | None = None
    clock: DeviceClock | None = None
    logins: tuple[Login, ...] | None = None
    snmp_users: tuple[SNMPUser, ...] | None = None


def read_operational(device: str, platform: Platform, shown: Mapping[str, str]) -> Operational:
    """Read what a device answered, by command.

    Raises:
        UnexpectedAnswer: an output is in a form that nothing here can read.

    """
    found: dict[str, object] = {}
    for field, (command, read) in _READERS.get(platform, {}).items():
        text = shown.get(command)
        if text is None:
            continue
        try:
            found[field] = read(text)
        except (TextFSMError, ValueError, KeyError, IndexError) as error:
            raise UnexpectedAnswer(
                device, f"its answer to '{command}' is in a form that cannot be read; look at it by hand"
            ) from error
    return Operational.model_validate(found)


def _rows(platform: str, command: str, text: str) -> list[dict[str, str]]:
    if not text.strip():
        return []
    parsed = parse_output(platform=_NTC_NAMES[platform], command=command, data=text)
    if not parsed and command != "show users":
        # A template that finds no row in a text read another text than it was made for.
        raise ValueError(command)
    return [{key: str(value) for key, value in row.items()} for row in parsed]


def _ports(platform: str, command: str) -> Callable[[str], tuple[PortStatus, ...]]:
    def read(text: str) -> tuple[PortStatus, ...]:
        return tuple(
            PortStatus(
                interface=row["port"],
                status=row["status"],
                vlan=row["vlan_id"],
                description=row["name"].strip(),
            )
            for row in _rows(platform, command, text)
        )

    return read


def _aoscx_ports(text: str) -> tuple[PortStatus, ...]:
    rows = [line.split() for line in text.splitlines() if re.match(r"(?:\d+/|lag)\S+\s", line)]
    found = []
    for words in rows:
        status = "up" if "up" in words[5:6] else "disabled" if words[4] == "no" else "down"
        vlan = words[1] if words[2] == "access" else words[2]
        description = "" if words[-1] == "--" else words[-1]
        found.append(PortStatus(interface=words[0], status=status, vlan=vlan, description=description))
    return tuple(found)


def _vlans(platform: str, command: str) -> Callable[[str], tuple[VLANStatus, ...]]:
    def read(text: str) -> tuple[VLANStatus, ...]:
        return tuple(
            VLANStatus(
                number=int(row["vlan_id"]),
                name=row.get("vlan_name") or row.get("name", ""),
                status=row["status"],
            )
            for row in _rows(platform, command, text)
        )

    return read


def _clock(platform: str) -> Callable[[str], DeviceClock | None]:
    def read(text: str) -> DeviceClock | None:
        rows = _rows(platform, "show clock", text)
        row = rows[0]
        return DeviceClock(
            time=f"{row['dayweek']} {row['month']} {row['day']} {row['time']} {row['year']}",
            zone=row["timezone"],
        )

    return read


def _junos_clock(text: str) -> DeviceClock:
    found = re.search(r"Current time: (\S+ \S+) (\S+)", text)
    if found is None:
        raise ValueError(text)
    return DeviceClock(time=found[1], zone=found[2])


def _aoscx_clock(text: str) -> DeviceClock:
    found = re.match(r"\s*(\w+ \w+ +\d+ [\d:]+) (\S+) (\d{4})", text)
    if found is None:
        raise ValueError(text)
    return DeviceClock(time=f"{' '.join(found[1].split())} {found[3]}", zone=found[2])


def _ios_logins(text: str) -> tuple[Login, ...]:
    return tuple(
        Login(line=row["line"].lstrip("* "), user=row["user"], location=row["location"])
        for row in _rows("ios", "show users", text)
    )


def _ios_snmp_users(text: str) -> tuple[SNMPUser, ...]:
    return tuple(
        SNMPUser(
            name=row["user_name"],
            group=row["group_name"],
            authentication=_protection(row["authentication_protocol"]),
            privacy=_protection(row["privacy_protocol"]),
        )
        for row in _rows("ios", "show snmp user", text)
    )


def _eos_snmp_users(text: str) -> tuple[SNMPUser, ...]:
    users = []
    for block in re.split(r"(?m)^(?=User name)", text):
        fields = {
            name.strip(): value.strip()
            for name, _, value in (line.partition(":") for line in block.splitlines())
        }
        if fields.get("User name"):
            users.append(
                SNMPUser(
                    name=fields["User name"],
                    group=fields["Group"],
                    authentication=_protection(fields.get("Authentication", "")),
                    privacy=_protection(fields.get("Privacy", "")),
                )
            )
    return tuple(users)


def _protection(told: str) -> str:
    return "" if told.lower() == "none" else told


def _cisco_mirrors(text: str) -> tuple[MirrorSession, ...]:
    """Read the sessions of IOS and EOS: a heading, then fields, of which some stand below another."""
    found: list[MirrorSession] = []
    part = ""
    for line in text.splitlines():
        head = _SESSION_HEAD.fullmatch(line.strip())
        if head is not None:
            found.append(MirrorSession(name=head[1]))
            part = ""
            continue
        field = _FIELD.fullmatch(line)
        if not found or field is None:
            continue
        name, value = field[1].lower(), (field[2] or "").strip()
        part = (
            name
            if name not in _DIRECTIONS and not (part == "destination ports" and _is_port(field[1]))
            else part
        )
        found[-1] = _with_field(found[-1], part, name, value, field[1])
    return tuple(found)


def _is_port(name: str) -> bool:
    return re.fullmatch(r"[A-Za-z]+\d\S*", name) is not None


def _with_field(session: MirrorSession, part: str, name: str, value: str, spelled: str) -> MirrorSession:
    """Return a session with what one line tells of it."""
    if name == "status":
        return session.model_copy(update={"is_on": value.lower() == "admin enabled"})
    if name in _DIRECTIONS and part.startswith("source") and value.lower() not in {"", "none"}:
        direction = _DIRECTIONS[name]
        added = (
            MirrorSource(interface=port, direction=direction) for port in value.replace(" ", "").split(",")
        )
        return session.model_copy(update={"sources": (*session.sources, *added)})
    if part == "destination ports" and name == part and value.lower() not in {"", "none"}:
        return session.model_copy(update={"destinations": tuple(value.replace(" ", "").split(","))})
    if part == "destination ports" and _is_port(spelled):
        return session.model_copy(update={"destinations": (*session.destinations, spelled)})
    return session


def _junos_mirrors(text: str) -> tuple[MirrorSession, ...]:
    found: list[MirrorSession] = []
    for line in text.splitlines():
        name, _, value = (part.strip() for part in line.partition(":"))
        if name == "Analyzer name":
            found.append(MirrorSession(name=value))
        elif found and value:
            found[-1] = _with_analyzer(found[-1], name, value)
    return tuple(found)


def _with_analyzer(session: MirrorSession, name: str, value: str) -> MirrorSession:
    if name == "State":
        return session.model_copy(update={"is_on": value == "up"})
    if name in {"Ingress monitored interfaces", "Egress monitored interfaces"}:
        source = MirrorSource(interface=value, direction="rx" if name.startswith("In") else "tx")
        return session.model_copy(update={"sources": (*session.sources, source)})
    if name == "Output interface":
        return session.model_copy(update={"destinations": (value,)})
    return session


def _aoscx_mirrors(text: str) -> tuple[MirrorSession, ...]:
    found: list[MirrorSession] = []
    for line in text.splitlines():
        name, _, value = (part.strip() for part in line.partition(":"))
        if name == "Mirror Session":
            found.append(MirrorSession(name=value))
        elif found and name == "Admin Status":
            found[-1] = found[-1].model_copy(update={"is_on": value == "enable"})
        elif found and name == "Source":
            words = value.removeprefix("interface ").split()
            source = MirrorSource(interface=words[0], direction=words[1] if len(words) > 1 else "both")
            found[-1] = found[-1].model_copy(update={"sources": (*found[-1].sources, source)})
        elif found and name == "Destination":
            port = value.removeprefix("interface ")
            found[-1] = found[-1].model_copy(update={"destinations": (*found[-1].destinations, port)})
    return tuple(found)


def _or_none_configured(
    read: Callable[[str], tuple[MirrorSession, ...]],
) -> Callable[[str], tuple[MirrorSession, ...]]:
    """Return a reader for which text without a session is an error, unless it says that there is none."""

    def checked(text: str) -> tuple[MirrorSession, ...]:
        found = read(text)
        if not found and text.strip() and not text.strip().startswith(_NO_MIRROR):
            raise ValueError(text)
        return found

    return checked


_Reader = Callable[[str], object]
_READERS: Final[Mapping[str, Mapping[str, tuple[str, _Reader]]]] = {
    "ios": {
        "ports": ("show interfaces status", _ports("ios", "show interfaces status")),
        "vlans": ("show vlan brief", _vlans("ios", "show vlan")),
        "mirrors": ("show monitor session all", _or_none_configured(_cisco_mirrors)),
        "clock": ("show clock", _clock("ios")),
        "logins": ("show users", _ios_logins),
        "snmp_users": ("show snmp user", _ios_snmp_users),
    },
    "eos": {
        "ports": ("show interfaces status", _ports("eos", "show interfaces status")),
        "vlans": ("show vlan", _vlans("eos", "show vlan")),
        "mirrors": ("show monitor session", _or_none_configured(_cisco_mirrors)),
        "clock": ("show clock", _clock("eos")),
        "snmp_users": ("show snmp user", _eos_snmp_users),
    },
    "junos": {
        "mirrors": ("show forwarding-options analyzer", _or_none_configured(_junos_mirrors)),
        "clock": ("show system uptime", _junos_clock),
    },
    "nxos": {
        "ports": ("show interface status", _ports("nxos", "show interface status")),
        "vlans": ("show vlan brief", _vlans("nxos", "show vlan")),
        "clock": ("show clock", _clock("nxos")),
    },
    "aoscx": {
        "ports": ("show interface brief", _aoscx_ports),
        "vlans": ("show vlan", _vlans("aoscx", "show vlan")),
        "mirrors": ("show mirror", _or_none_configured(_aoscx_mirrors)),
        "clock": ("show clock", _aoscx_clock),
    },
}
