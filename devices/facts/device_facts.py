"""All facts of one configuration together."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from devices.facts.access import (
    IdleTimeout,
    LoginBanner,
    LoginLockout,
    RemoteAccess,
    RootLogin,
    SSHServer,
    UserClass,
)
from devices.facts.access_lists import AccessList, ManagementGate
from devices.facts.accounts import AAA, LocalUser
from devices.facts.base import ConfigLine, Fact
from devices.facts.credentials import (
    ActivityLog,
    PasswordPolicy,
    PasswordScrambling,
    SecondFactor,
    StoredPassword,
)
from devices.facts.firewall import Firewall, RoutedInterface
from devices.facts.forwarding import ControlPlaneLimit, ForwardingInterface, ForwardingSwitch, PathCheck
from devices.facts.interface_names import interface_key
from devices.facts.logs import LoginRecord, LogLevel, LogStamps, TimeZone
from devices.facts.mirrors import MirrorSession
from devices.facts.ports import Port
from devices.facts.servers import ServerFacts
from devices.facts.services import LogServer, LogSwitch, SNMPCommunity, TimeServer, TimeSwitch
from devices.facts.snmp import SNMPAgent
from devices.facts.switching import Switching
from devices.facts.time_keys import TimeAuthentication
from devices.facts.unneeded import SmallService
from devices.facts.web import WebService, WebTLS
from devices.models import JudgedPlatform


@dataclass(frozen=True, slots=True, kw_only=True)
class InactivePath(Fact):
    """A part of the configuration that is deactivated (Junos)."""

    path: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceFacts:
    """Everything a control may ask about one configuration."""

    platform: JudgedPlatform
    hostname: str | None
    extent: tuple[ConfigLine, ...]  # first and last line searched
    remote_access: tuple[RemoteAccess, ...] = ()
    idle_timeouts: tuple[IdleTimeout, ...] = ()
    user_classes: tuple[UserClass, ...] = ()
    ssh_server: SSHServer | None = None
    login_banner: LoginBanner | None = None
    lockouts: tuple[LoginLockout, ...] = ()
    access_lists: tuple[AccessList, ...] = ()
    management_gates: tuple[ManagementGate, ...] = ()
    small_services: tuple[SmallService, ...] = ()
    web_services: tuple[WebService, ...] = ()
    web_tls: WebTLS | None = None
    aaa: AAA | None = None
    local_users: tuple[LocalUser, ...] = ()
    passwords: tuple[StoredPassword, ...] = ()
    password_scrambling: PasswordScrambling | None = None
    password_policies: tuple[PasswordPolicy, ...] = ()
    second_factors: tuple[SecondFactor, ...] = ()
    activity_logs: tuple[ActivityLog, ...] = ()
    snmp: tuple[ConfigLine, ...] = ()
    snmp_agent: SNMPAgent | None = None
    snmp_communities: tuple[SNMPCommunity, ...] = ()
    time_servers: tuple[TimeServer, ...] = ()
    time_switch: TimeSwitch | None = None
    time_authentication: TimeAuthentication | None = None
    time_zone: TimeZone | None = None
    log_levels: tuple[LogLevel, ...] = ()
    log_stamps: LogStamps | None = None
    login_records: tuple[LoginRecord, ...] = ()
    log_servers: tuple[LogServer, ...] = ()
    log_switch: LogSwitch | None = None
    forwarding_interfaces: tuple[ForwardingInterface, ...] = ()
    source_routing: ForwardingSwitch | None = None
    redirects: ForwardingSwitch | None = None
    path_checks: tuple[PathCheck, ...] = ()
    control_plane_limits: tuple[ControlPlaneLimit, ...] = ()
    ports: tuple[Port, ...] = ()
    native_tagged: tuple[ConfigLine, ...] = ()  # lines that tag native VLANs everywhere
    switching: Switching | None = None
    mirror_sessions: tuple[MirrorSession, ...] = ()
    root_login: RootLogin | None = None
    firewall: Firewall | None = None
    routed_interfaces: tuple[RoutedInterface, ...] = ()
    inactive: tuple[InactivePath, ...] = ()
    server: ServerFacts | None = None  # of a server, and None of network gear
    shows: Mapping[str, str] = field(default_factory=dict, repr=False)  # operational outputs by their command

    def __post_init__(self) -> None:
        if not self.extent:
            msg = "facts of a configuration in which nothing was searched"
            raise ValueError(msg)

    def port(self, name: str) -> Port | None:
        """Return the port of that name, in any spelling."""
        wanted = interface_key(name)
        return next((port for port in self.ports if interface_key(port.name) == wanted), None)
