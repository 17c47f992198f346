"""Vendor-neutral facts of one device's configuration, each with the lines it was read from.

Facts say what is configured, never whether that is good: controls in ``compliance`` judge them. Where a line
is absent and the platform's documented default is the same in all supported releases, the parser states the
default and marks it with ``by_default``; where it is not, the value is None. The lines of a default are
those of the section that was searched.

They are frozen dataclasses: the parsers are the only ones who make them, a country has hundreds of millions,
and what is checked stands at the edges (the text that comes in, the verdict that goes out).
"""

from devices.facts.access import (
    AccessKind,
    AlgorithmKind,
    Algorithms,
    IdleKind,
    IdleTimeout,
    LoginBanner,
    LoginLockout,
    RemoteAccess,
    RootLogin,
    SSHProtocol,
    SSHServer,
    StrongAlgorithms,
    UserClass,
)
from devices.facts.access_lists import (
    ANYWHERE,
    SNMP,
    SSH,
    AccessList,
    AccessListEntry,
    ACLAction,
    Family,
    ManagementGate,
    Network,
    Service,
    read_network,
)
from devices.facts.accounts import (
    AAA,
    AAAGroup,
    AAAProtocol,
    AAAServer,
    LocalUser,
    LoginMethods,
    LoginUse,
)
from devices.facts.base import ALL_VLANS, ConfigLine, Fact, VLANNumbers
from devices.facts.credentials import (
    ActivityLog,
    PasswordPolicy,
    PasswordScheme,
    PasswordScrambling,
    SecondFactor,
    StoredPassword,
)
from devices.facts.device_facts import (
    DeviceFacts,
    InactivePath,
)
from devices.facts.firewall import (
    DefaultPolicy,
    Door,
    Firewall,
    FirewallInterface,
    FirewallPolicy,
    FirewallZone,
    FloodProtection,
    RoutedInterface,
    SourceTranslation,
)
from devices.facts.forwarding import ControlPlaneLimit, ForwardingInterface, ForwardingSwitch, PathCheck
from devices.facts.interface_names import interface_key
from devices.facts.logs import LoginRecord, Logins, LogLevel, LogStamps, TimeZone
from devices.facts.mirrors import (
    MirrorDestination,
    MirrorSession,
    MirrorSource,
)
from devices.facts.ports import (
    Port,
    PortMode,
)
from devices.facts.servers import ServerFacts
from devices.facts.services import (
    LogServer,
    LogSwitch,
    SNMPCommunity,
    TimeServer,
    TimeSwitch,
)
from devices.facts.switching import (
    GuardLines,
    PortAuthentication,
    PortGuard,
    Switching,
    VLANGuard,
    VLANInterface,
)
from devices.facts.time_keys import TimeAuthentication, TimeKey
from devices.facts.unneeded import SmallService
from devices.facts.web import WebService, WebTLS

__all__ = [
    "AAA",
    "ALL_VLANS",
    "ANYWHERE",
    "SNMP",
    "SSH",
    "AAAGroup",
    "AAAProtocol",
    "AAAServer",
    "ACLAction",
    "AccessKind",
    "AccessList",
    "AccessListEntry",
    "ActivityLog",
    "AlgorithmKind",
    "Algorithms",
    "ConfigLine",
    "ControlPlaneLimit",
    "DefaultPolicy",
    "DeviceFacts",
    "Door",
    "Fact",
    "Family",
    "Firewall",
    "FirewallInterface",
    "FirewallPolicy",
    "FirewallZone",
    "FloodProtection",
    "ForwardingInterface",
    "ForwardingSwitch",
    "GuardLines",
    "IdleKind",
    "IdleTimeout",
    "InactivePath",
    "LocalUser",
    "LogLevel",
    "LogServer",
    "LogStamps",
    "LogSwitch",
    "LoginBanner",
    "LoginLockout",
    "LoginMethods",
    "LoginRecord",
    "LoginUse",
    "Logins",
    "ManagementGate",
    "MirrorDestination",
    "MirrorSession",
    "MirrorSource",
    "Network",
    "PasswordPolicy",
    "PasswordScheme",
    "PasswordScrambling",
    "PathCheck",
    "Port",
    "PortAuthentication",
    "PortGuard",
    "PortMode",
    "RemoteAccess",
    "RootLogin",
    "RoutedInterface",
    "SNMPCommunity",
    "SSHProtocol",
    "SSHServer",
    "SecondFactor",
    "ServerFacts",
    "Service",
    "SmallService",
    "SourceTranslation",
    "StoredPassword",
    "StrongAlgorithms",
    "Switching",
    "TimeAuthentication",
    "TimeKey",
    "TimeServer",
    "TimeSwitch",
    "TimeZone",
    "UserClass",
    "VLANGuard",
    "VLANInterface",
    "VLANNumbers",
    "WebService",
    "WebTLS",
    "interface_key",
    "read_network",
]
