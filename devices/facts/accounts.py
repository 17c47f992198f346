"""Who may log in, and who is asked about it."""

from dataclasses import dataclass
from typing import Literal

from devices.facts.base import Fact

AAAProtocol = Literal["tacacs+", "radius", "ldap", "kerberos"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginMethods(Fact):
    """An authentication list for logins, its methods in order (``group NAME``, ``local``, ``none``)."""

    name: str
    methods: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginUse(Fact):
    """A place where people log in and the authentication list that applies there."""

    place: str
    method_list: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AAAServer(Fact):
    """A server that authenticates administrators; whether what it is asked is encrypted, None if not told."""

    protocol: AAAProtocol
    address: str
    name: str | None = None
    vrf: str | None = None
    encrypted: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AAAGroup(Fact):
    """A named group of servers; members that nothing defines are not listed."""

    name: str
    protocol: AAAProtocol
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AAA(Fact):
    """Central authentication: is it on, its lists, where they apply, its servers."""

    enabled: bool
    methods: tuple[LoginMethods, ...]
    uses: tuple[LoginUse, ...]
    servers: tuple[AAAServer, ...]
    groups: tuple[AAAGroup, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalUser(Fact):
    """A local account.

    ``counts`` tells whether somebody can administer the device with it and with nothing else: a template for
    those whom a server lets in, or one without administrator's rights, does not. ``from_factory`` is one that
    every device of the platform comes with.
    """

    name: str
    counts: bool = True
    from_factory: bool = False
