"""Read local accounts of Junos: who they are, how their passwords are kept, and who is told what they do."""

from typing import Final

from devices.facts import ConfigLine, LocalUser
from devices.facts.credentials import ActivityLog, PasswordPolicy, PasswordScheme, StoredPassword
from devices.parsers.junos.tree import Leaf, Tree
from devices.parsers.password_schemes import read_scheme

Lines = tuple[ConfigLine, ...]

_LOGIN: Final = ("system", "login")
_ROOT: Final = ("system", "root-authentication")
_HOSTS: Final = ("system", "syslog", "host")
_EVERY_COMMAND: Final = frozenset({"any", "info"})


def read_junos_accounts(tree: Tree) -> tuple[LocalUser, ...]:
    """Return the accounts; one without authentication is a template for those whom a server lets in."""
    return tuple(
        LocalUser(
            name=user,
            counts=bool(tree.values(*_LOGIN, "user", user, "authentication")),
            lines=tree.lines(*_LOGIN, "user", user),
        )
        for user in tree.values(*_LOGIN, "user")
    )


def read_junos_passwords(tree: Tree) -> tuple[StoredPassword, ...]:
    """Return the passwords of root and of the accounts."""
    found = _passwords(tree, "root", _ROOT)
    for user in tree.values(*_LOGIN, "user"):
        found.extend(_passwords(tree, f"user {user}", (*_LOGIN, "user", user, "authentication")))
    return tuple(found)


def _passwords(tree: Tree, owner: str, at: tuple[str, ...]) -> list[StoredPassword]:
    return [
        StoredPassword(owner=owner, scheme=_scheme(leaf, len(at)), lines=(leaf.line,))
        for leaf in tree.under(*at)
        if leaf.path[len(at) : len(at) + 1]
        in {("encrypted-password",), ("plain-text-password",), ("plain-text-password-value",)}
    ]


def _scheme(leaf: Leaf, depth: int) -> PasswordScheme:
    keyword, *value = leaf.path[depth:]
    if keyword != "encrypted-password":
        return "plain"
    told = read_scheme(value[0]) if value else "removed"
    # Here $9$ is what the device can turn back, not a hash.
    return "reversible" if told == "scrypt" else told


def read_junos_policies(tree: Tree, extent: Lines) -> tuple[PasswordPolicy, ...]:
    """Return the minimum length of local passwords."""
    stated = tree.last(*_LOGIN, "password", "minimum-length")
    word = "" if stated is None else stated.path[-1]
    return (
        PasswordPolicy(
            name="system login password",
            minimum_length=int(word) if word.isdigit() else None,
            lines=(tree.lines(*_LOGIN, "password") or extent) if stated is None else (stated.line,),
        ),
    )


def read_junos_activity(tree: Tree, extent: Lines) -> tuple[ActivityLog, ...]:
    """Return for every log host whether the commands of administrators are sent to it."""
    hosts = tree.values(*_HOSTS)
    if not hosts:
        lines = tree.lines("system", "syslog") or extent
        return (ActivityLog(name="system syslog host", enabled=False, lines=lines),)
    found = []
    for host in hosts:
        stated = tree.last(*_HOSTS, host, "interactive-commands")
        on = stated is not None and stated.path[-1] in _EVERY_COMMAND
        lines = tree.lines(*_HOSTS, host) if stated is None else (stated.line,)
        found.append(
            ActivityLog(
                name=f"system syslog host {host} interactive-commands",
                enabled=on,
                host=host.lower(),
                lines=lines,
            )
        )
    return tuple(found)
