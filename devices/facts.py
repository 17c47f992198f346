"""Vendor-neutral facts of one device's configuration, each with the lines it was read from.

Facts say what is configured, never whether that is good: controls in ``compliance`` judge them. Where a line
is absent and the platform's documented default is the same in all supported releases, the parser states the
default and marks it with ``by_default``; where it is not, the value is None. The lines of a default are
those of the section that was searched.
"""

import re
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from devices.models import Platform

VLANNumbers = tuple[tuple[int, int], ...]
ALL_VLANS: Final[VLANNumbers] = ((1, 4094),)

_INTERFACE_TYPES: Final = (
    "gigabitethernet", "tengigabitethernet", "fastethernet", "ethernet", "port-channel", "vlan", "loopback",
    "management", "twogigabitethernet", "twentyfivegige", "fivegigabitethernet", "fortygigabitethernet",
    "hundredgige", "appgigabitethernet", "tunnel", "serial",
)  # fmt: skip
_NAME = re.compile(r"([A-Za-z-]+?)\s*(\d.*)")


def interface_key(name: str) -> str:
    """Return what two spellings of one interface have in common: ``Gi1/0/1`` and ``GigabitEthernet1/0/1``."""
    matched = _NAME.fullmatch(name.strip())
    if matched is None:
        return name.strip().lower()
    kind, number = matched[1].lower(), matched[2].replace(" ", "").lower()
    if kind == "twe":
        return f"twentyfivegige{number}"
    full = next((one for one in _INTERFACE_TYPES if one.startswith(kind)), kind)
    return full + number


class Model(BaseModel):
    """The common shape: frozen, strict, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class ConfigLine(Model):
    """A line of the configuration; numbers count from 1 and secrets are masked."""

    number: int = Field(ge=1)
    text: str


class Fact(Model):
    """Something that lines of the configuration say."""

    lines: Annotated[tuple[ConfigLine, ...], Field(min_length=1)]
    by_default: bool = False


class RemoteAccess(Fact):
    """What a terminal line or a service lets in.

    A ``vty`` is a virtual terminal, a ``line`` an auxiliary or serial one, a ``service`` a listening server.
    Protocols are None where nothing states them.
    """

    kind: Literal["vty", "line", "service"]
    name: str
    protocols: tuple[str, ...] | None
    vrf: str | None = None


class IdleTimeout(Fact):
    """After how many idle seconds a session ends; 0 is never, None is not stated."""

    name: str
    kind: Literal["console", "vty", "service", "class", "global"]
    seconds: int | None


class UserClass(Fact):
    """A local user and the login class that holds it (Junos)."""

    user: str
    login_class: str


class SSHProtocol(Fact):
    """The SSH protocol version that is enforced; None where older ones are accepted too."""

    version: int | None


class Algorithms(Fact):
    """The algorithms of one kind that the SSH server offers; None where nothing states them."""

    kind: Literal["ciphers", "macs", "key-exchange"]
    names: tuple[str, ...] | None
    must_be_stated: bool = True


class SSHServer(Fact):
    """The SSH server."""

    protocol: SSHProtocol
    algorithms: tuple[Algorithms, ...]


class LoginBanner(Fact):
    """The text shown before the login."""

    text: str


class LoginMethods(Fact):
    """An authentication list for logins, its methods in order (``group NAME``, ``local``, ``none``)."""

    name: str
    methods: tuple[str, ...]


class LoginUse(Fact):
    """A place where people log in and the authentication list that applies there."""

    place: str
    method_list: str


class AAAServer(Fact):
    """A server that authenticates administrators."""

    protocol: Literal["tacacs+", "radius"]
    address: str
    name: str | None = None
    vrf: str | None = None


class AAAGroup(Fact):
    """A named group of servers; members that nothing defines are not listed."""

    name: str
    protocol: Literal["tacacs+", "radius"]
    addresses: tuple[str, ...]


class AAA(Fact):
    """Central authentication: is it on, its lists, where they apply, its servers."""

    enabled: bool
    methods: tuple[LoginMethods, ...]
    uses: tuple[LoginUse, ...]
    servers: tuple[AAAServer, ...]
    groups: tuple[AAAGroup, ...]


class LocalUser(Fact):
    """A local account."""

    name: str


class SNMPCommunity(Fact):
    """An SNMP v1/v2c community; its name is a secret."""

    name: SecretStr


class TimeServer(Fact):
    """An NTP server."""

    address: str
    vrf: str | None = None


class LogServer(Fact):
    """A host that receives log messages."""

    address: str
    vrf: str | None = None
    carries_informational: bool = True


class LogSwitch(Fact):
    """Whether the device sends log messages at all."""

    enabled: bool


PortMode = Literal["access", "trunk", "dynamic", "routed"]


class Port(Fact):
    """A physical port or bundle. Lines are those of its section, the header first."""

    name: str
    physical: bool
    mode: PortMode
    description: str | None = None
    shut: bool = False
    access_vlan: int | None = None
    native_vlan: int | None = None
    native_tagged: bool = False
    native_may_be_absent: bool = Field(
        default=False, description="Without a line the trunk takes in nothing untagged"
    )
    trunk_vlans: VLANNumbers | None = None
    bundle: str | None = None
    dot1x: bool = False
    addresses: tuple[str, ...] = ()
    bare: bool = False
    carrying: tuple[ConfigLine, ...] = Field(
        default=(), description="Lines that make it carry a VLAN, trunk, address, bundle or authentication"
    )
    shutting: tuple[ConfigLine, ...] = ()

    @property
    def switched(self) -> bool:
        """Return whether it belongs to the switch and not to the router."""
        return self.mode != "routed"


class MirrorSource(Fact):
    """An interface that a mirror session copies, and in which directions."""

    interface: str
    receives: bool
    sends: bool
    shares_line: bool = Field(default=False, description="Its line names other interfaces too")


class MirrorDestination(Fact):
    """A port that a mirror session copies to."""

    interface: str
    ingress: bool = False
    shares_line: bool = False


class MirrorSession(Fact):
    """A local mirror session (SPAN, monitor session, analyzer)."""

    name: str
    enabled: bool = True
    sources: tuple[MirrorSource, ...] = ()
    destinations: tuple[MirrorDestination, ...] = ()


class InactivePath(Fact):
    """A part of the configuration that is deactivated (Junos)."""

    path: tuple[str, ...]


class DeviceFacts(Model):
    """Everything a control may ask about one configuration."""

    platform: Platform
    hostname: str | None
    extent: Annotated[tuple[ConfigLine, ...], Field(min_length=1, description="First and last line searched")]
    remote_access: tuple[RemoteAccess, ...] = ()
    idle_timeouts: tuple[IdleTimeout, ...] = ()
    user_classes: tuple[UserClass, ...] = ()
    ssh_server: SSHServer | None = None
    login_banner: LoginBanner | None = None
    aaa: AAA | None = None
    local_users: tuple[LocalUser, ...] = ()
    snmp: tuple[ConfigLine, ...] = ()
    snmp_communities: tuple[SNMPCommunity, ...] = ()
    time_servers: tuple[TimeServer, ...] = ()
    log_servers: tuple[LogServer, ...] = ()
    log_switch: LogSwitch | None = None
    ports: tuple[Port, ...] = ()
    native_tagged: tuple[ConfigLine, ...] = Field(
        default=(), description="Lines that tag native VLANs everywhere"
    )
    mirror_sessions: tuple[MirrorSession, ...] = ()
    inactive: tuple[InactivePath, ...] = ()

    def port(self, name: str) -> Port | None:
        """Return the port of that name, in any spelling."""
        wanted = interface_key(name)
        return next((port for port in self.ports if interface_key(port.name) == wanted), None)
