"""How administrators reach a device."""

from dataclasses import dataclass
from typing import Literal

from devices.facts.base import Fact

AccessKind = Literal["vty", "line", "service"]
IdleKind = Literal["console", "vty", "service", "class", "global"]
AlgorithmKind = Literal["ciphers", "macs", "key-exchange"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteAccess(Fact):
    """What a terminal line or a service lets in.

    A ``vty`` is a virtual terminal, a ``line`` an auxiliary or serial one, a ``service`` a listening server.
    Protocols are None where nothing states them; ``unstated`` are those that the platform has no certain
    default for and no line speaks of. ``holder`` is the interface or profile that lets them in.
    """

    kind: AccessKind
    name: str
    protocols: tuple[str, ...] | None
    unstated: tuple[str, ...] = ()
    vrf: str | None = None
    holder: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IdleTimeout(Fact):
    """After how many idle seconds a session ends; 0 is never, None is not stated."""

    name: str
    kind: IdleKind
    seconds: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UserClass(Fact):
    """A local user and the login class that holds it (Junos)."""

    user: str
    login_class: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SSHProtocol(Fact):
    """The SSH protocol version that is enforced; None where older ones are accepted too."""

    version: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Algorithms(Fact):
    """The algorithms of one kind that the SSH server offers; None where nothing states them."""

    kind: AlgorithmKind
    names: tuple[str, ...] | None
    must_be_stated: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class StrongAlgorithms(Fact):
    """A switch that leaves weak algorithms out of whatever is offered."""

    enabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SSHServer(Fact):
    """The SSH server; ``profile`` names where its algorithms are listed, on platforms that have profiles."""

    protocol: SSHProtocol
    algorithms: tuple[Algorithms, ...]
    strong_only: StrongAlgorithms | None = None
    profile: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginBanner(Fact):
    """The text shown before the login."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginLockout(Fact):
    """After how many failed logins somebody is kept out, and for how many seconds; None is not stated.

    ``counts_only`` ends the session and keeps nobody out, so it has no duration. ``until_released`` keeps out
    until an administrator lets in again. ``local_only`` has no effect while remote servers authenticate.
    """

    name: str
    attempts: int | None
    seconds: int | None
    counts_only: bool = False
    until_released: bool = False
    local_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RootLogin(Fact):
    """Whether root may log in over SSH; ``stated`` is the platform's own word, None where none stands."""

    allowed: Literal["yes", "keys", "no"] | None
    stated: str | None
