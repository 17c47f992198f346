"""Read whether Junos lets root in over SSH."""

from collections.abc import Mapping
from typing import Final, Literal

from devices.facts import RootLogin
from devices.parsers.junos.tree import Tree

_ALLOWED: Final[Mapping[str, Literal["keys", "no"]]] = {"deny": "no", "deny-password": "keys"}
_SSH: Final = ("system", "services", "ssh")


def read_junos_root_login(tree: Tree) -> RootLogin | None:
    """Return what ``root-login`` says; without it the release decides. NETCONF has the same SSH server."""
    lines = tree.lines(*_SSH) or tree.lines("system", "services", "netconf", "ssh")
    if not lines:
        return None
    stated = tree.last(*_SSH, "root-login")
    if stated is None or len(stated.path) == len(_SSH) + 1:
        return RootLogin(allowed=None, stated=None, lines=lines)
    word = stated.path[-1]
    return RootLogin(allowed=_ALLOWED.get(word, "yes"), stated=word, lines=(stated.line,))
