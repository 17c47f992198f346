"""Web servers for management."""

from dataclasses import dataclass

from devices.facts.base import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class WebService(Fact):
    """A place where a web server for management answers, or could.

    ``clear`` says whether it answers without encryption, None where nothing states it; ``encrypted`` whether
    it answers over HTTPS. ``vrf`` is the one it answers in, where the platform has one server per VRF, and
    ``holder`` the interface or profile that lets it in. ``on_firewall``: the device has zones.
    """

    name: str
    clear: bool | None
    encrypted: bool = False
    vrf: str | None = None
    holder: str | None = None
    on_firewall: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WebTLS(Fact):
    """The TLS versions that the web server takes, as the platform writes them; None where not stated."""

    versions: tuple[str, ...] | None
