"""Read who authenticates administrators of FortiOS: each says it, through a group of servers."""

from collections.abc import Iterator, Mapping
from typing import Final

from devices.facts import AAA, AAAGroup, AAAProtocol, AAAServer, ConfigLine, LoginMethods, LoginUse
from devices.parsers.fortios.tree import Section, Setting

_LIST: Final = "administrators"
_TABLES: Final[tuple[tuple[str, AAAProtocol], ...]] = (
    ("user ldap", "ldap"),
    ("user radius", "radius"),
    ("user tacacs+", "tacacs+"),
)
_ADDRESSES: Final = ("server", "secondary-server", "tertiary-server")


def read_fortios_login(root: Section, extent: tuple[ConfigLine, ...]) -> AAA:
    """Return the groups that administrators are asked for, and the local accounts beside them."""
    servers = _servers(root)
    remote: dict[str, list[ConfigLine]] = {}
    local: list[ConfigLine] = []
    for entry in root.at("system admin").entries.values():
        group = entry.settings.get("remote-group")
        if entry.text_of("remote-auth") != "enable":
            local.append(_line_of(entry))
        elif group is not None:
            remote.setdefault(" ".join(group.words), []).extend((_line_of(entry), _line_of(group)))
    lines = tuple(line for own in remote.values() for line in own) or tuple(local) or extent
    methods = LoginMethods(
        name=_LIST,
        methods=(*(f"group {name}" for name in remote), *(("local",) if local else ())),
        lines=lines,
    )
    members = {name: tuple(own) for name, own in servers.items()}
    return AAA(
        enabled=True,
        by_default=True,
        methods=(methods,),
        uses=(LoginUse(place="a login", method_list=_LIST, by_default=True, lines=lines),),
        servers=tuple(one for own in servers.values() for one in own),
        groups=tuple(_groups(root, members, tuple(remote))),
        lines=lines,
    )


def _servers(root: Section) -> dict[str, list[AAAServer]]:
    """Return the addresses of every server entry, by the entry's name."""
    found: dict[str, list[AAAServer]] = {}
    for header, protocol in _TABLES:
        for name, entry in root.at(header).entries.items():
            secure = entry.settings.get("secure")
            encrypted = None if protocol != "ldap" else secure is not None and secure.words == ("ldaps",)
            more = () if secure is None else (_line_of(secure),)
            found.setdefault(name, []).extend(
                AAAServer(
                    protocol=protocol,
                    address=" ".join(setting.words).lower(),
                    name=name,
                    encrypted=encrypted,
                    lines=(_line_of(setting), *more),
                )
                for setting in map(entry.settings.get, _ADDRESSES)
                if setting is not None and setting.words
            )
    return found


def _groups(
    root: Section, servers: Mapping[str, tuple[AAAServer, ...]], asked: tuple[str, ...]
) -> Iterator[AAAGroup]:
    """Yield the groups that administrators are asked for, with the addresses of their members."""
    for name in asked:
        entry = root.at("user group").entries.get(name)
        member = None if entry is None else entry.settings.get("member")
        if entry is None or member is None:
            continue
        held = [one for word in member.words for one in servers.get(word, ())]
        if held:
            yield AAAGroup(
                name=name,
                protocol=held[0].protocol,
                addresses=tuple(one.address for one in held),
                lines=(_line_of(entry), _line_of(member)),
            )


def _line_of(one: Section | Setting) -> ConfigLine:
    return ConfigLine(number=one.number, text=one.written.split("\n")[0])
