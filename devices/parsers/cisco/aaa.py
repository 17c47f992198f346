"""Read who authenticates administrators on IOS and EOS."""

from typing import Final, Literal

from devices.facts import AAA, AAAGroup, AAAServer, ConfigLine, LoginMethods, LoginUse
from devices.parsers.statements import Statement

_PROTOCOLS: Final[dict[str, Literal["tacacs+", "radius"]]] = {
    "tacacs": "tacacs+",
    "tacacs+": "tacacs+",
    "radius": "radius",
    "tacacs-server": "tacacs+",
    "radius-server": "radius",
}


def read_aaa(
    root: Statement, extent: tuple[ConfigLine, ...], *, uses: tuple[LoginUse, ...], has_switch: bool
) -> AAA:
    """Return the AAA configuration; servers of named groups are resolved to addresses.

    Args:
        root: The whole configuration.
        extent: Its first and last line.
        uses: Where which login list applies.
        has_switch: Whether AAA is off until ``aaa new-model`` switches it on, as on IOS.
    """
    model = root.last("aaa", "new-model")
    decisive = model or root.denied("aaa", "new-model")
    servers = (*_named_servers(root), *_legacy_servers(root))
    return AAA(
        enabled=model is not None or not has_switch,
        methods=read_login_methods(root),
        uses=uses,
        servers=servers,
        groups=_groups(root, servers),
        lines=extent if decisive is None else (decisive.line,),
    )


def read_login_methods(root: Statement) -> tuple[LoginMethods, ...]:
    """Return the login lists; a list that is stated again replaces the former."""
    lists: dict[str, LoginMethods] = {}
    for statement in sorted(root.under("aaa", "authentication", "login"), key=lambda one: one.number):
        if len(statement.raw) > 4:  # noqa: PLR2004
            methods = _methods(statement.raw[4:])
            lists[statement.raw[3]] = LoginMethods(
                name=statement.raw[3], methods=methods, lines=(statement.line,)
            )
    return tuple(lists.values())


def _methods(words: tuple[str, ...]) -> tuple[str, ...]:
    methods: list[str] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if word.lower() == "group" and rest:
            methods.append(f"group {rest.pop(0)}")
        else:
            methods.append(word.lower())
    return tuple(methods)


def _named_servers(root: Statement) -> tuple[AAAServer, ...]:
    servers: list[AAAServer] = []
    for statement in root.children:
        if statement.starts("tacacs", "server") or statement.starts("radius", "server"):
            address = statement.last("address", "ipv4") or statement.last("address", "ipv6")
            if address is not None and len(address.words) > 2 and len(statement.raw) > 2:  # noqa: PLR2004
                servers.append(
                    AAAServer(
                        protocol=_PROTOCOLS[statement.words[0]],
                        address=address.words[2],
                        name=statement.raw[2],
                        lines=(statement.line, address.line),
                    )
                )
    return tuple(servers)


def _legacy_servers(root: Statement) -> tuple[AAAServer, ...]:
    return tuple(
        AAAServer(
            protocol=_PROTOCOLS[statement.words[0]],
            address=statement.words[2],
            vrf=read_vrf(statement),
            lines=(statement.line,),
        )
        for statement in root.children
        if statement.starts("tacacs-server", "host") or statement.starts("radius-server", "host")
        if len(statement.words) > 2  # noqa: PLR2004
    )


def read_vrf(statement: Statement) -> str | None:
    """Return the VRF that a line names, with the case it is written in."""
    if "vrf" not in statement.words[:-1]:
        return None
    return statement.raw[statement.words.index("vrf") + 1]


def _groups(root: Statement, servers: tuple[AAAServer, ...]) -> tuple[AAAGroup, ...]:
    groups: list[AAAGroup] = []
    for statement in root.under("aaa", "group", "server"):
        if len(statement.raw) < 5 or statement.words[3] not in _PROTOCOLS:  # noqa: PLR2004
            continue
        protocol = _PROTOCOLS[statement.words[3]]
        known = [server for server in servers if server.protocol == protocol]
        addresses: list[str] = []
        for child in statement.children:
            addresses.extend(_members(child, known))
        groups.append(
            AAAGroup(
                name=statement.raw[4], protocol=protocol, addresses=tuple(addresses), lines=statement.section
            )
        )
    return tuple(groups)


def _members(child: Statement, known: list[AAAServer]) -> tuple[str, ...]:
    if child.starts("server", "name"):
        return tuple(server.address for server in known if server.name == child.raw[-1])
    if child.starts("server-private"):
        return child.words[1:2]
    if child.starts("server"):
        return tuple(server.address for server in known if server.address in child.words[1:2])
    return ()
