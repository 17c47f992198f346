"""Read who authenticates administrators of PAN-OS: the profile of the device, and the servers behind it."""

from collections.abc import Iterator
from typing import Final

from devices.facts import AAA, AAAGroup, AAAProtocol, AAAServer, ConfigLine, LoginMethods, LoginUse
from devices.parsers.panos.tree import Word

_NAME: Final = "authentication-profile"
_SYSTEM: Final = ("deviceconfig", "system", _NAME)
_METHODS: Final[tuple[tuple[str, AAAProtocol, str], ...]] = (
    ("radius", "radius", "ip-address"),
    ("tacplus", "tacacs+", "address"),
    ("ldap", "ldap", "address"),
    ("kerberos", "kerberos", "host"),
)

Lines = tuple[ConfigLine, ...]


def read_panos_login(root: Word, extent: Lines) -> AAA:
    """Return the profile that a login asks; accounts of the firewall itself log in beside it."""
    used, name = root.at(*_SYSTEM), root.value(*_SYSTEM)
    users = root.at("mgt-config", "users")
    local = [user.line for _, user in root.entries("mgt-config", "users") if _NAME not in user.below]
    searched = extent if users is None else (users.line,)
    lines = searched if used is None else (used.line,)
    groups = tuple(_groups(root, name)) if name is not None else ()
    methods = (*(f"group {one.name}" for one, _ in groups), *(("local",) if local else ()))
    return AAA(
        enabled=True,
        by_default=True,
        methods=(LoginMethods(name=_NAME, methods=methods, by_default=used is None, lines=lines),),
        uses=(LoginUse(place="a login", method_list=_NAME, by_default=True, lines=lines),),
        servers=tuple(dict.fromkeys(server for _, servers in groups for server in servers)),
        groups=tuple(group for group, _ in groups),
        lines=lines,
    )


def find_profile(root: Word, name: str) -> Word | None:
    """Return an authentication profile, which may be shared or of the virtual system."""
    return root.at("shared", _NAME, name) or root.at(_NAME, name)


def profiles_of(root: Word, name: str) -> tuple[str, ...]:
    """Return the profiles that a name stands for: those of a sequence, or itself."""
    sequence = root.at("shared", "authentication-sequence", name) or root.at("authentication-sequence", name)
    return (name,) if sequence is None else sequence.names("authentication-profiles")


def _groups(root: Word, name: str) -> Iterator[tuple[AAAGroup, tuple[AAAServer, ...]]]:
    """Yield every profile that is asked and knows servers, with these."""
    for profile in profiles_of(root, name):
        held = find_profile(root, profile)
        for kind, protocol, address in _METHODS:
            servers_at = None if held is None else held.value("method", kind, "server-profile")
            if held is None or servers_at is None:
                continue
            at = ("server-profile", kind, servers_at)
            found = root.at("shared", *at) or root.at(*at)
            if found is None:
                continue
            servers = tuple(_servers(found, kind, protocol, address))
            lines = tuple(dict.fromkeys((held.line, found.line)))
            addresses = tuple(one.address for one in servers)
            yield AAAGroup(name=profile, protocol=protocol, addresses=addresses, lines=lines), servers


def _servers(profile: Word, kind: str, protocol: AAAProtocol, address: str) -> Iterator[AAAServer]:
    """Yield the servers of a server profile; an LDAP one asks over TLS unless a line says no."""
    plain = kind == "ldap" and profile.value("ssl") == "no"
    for name, server in profile.entries("server"):
        for value, word in server.entries(address):
            yield AAAServer(
                protocol=protocol,
                address=value.lower(),
                name=name,
                encrypted=not plain if kind == "ldap" else None,
                lines=(word.line,),
            )
