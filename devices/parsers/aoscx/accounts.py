"""Read local accounts of AOS-CX: who they are, how their passwords are kept, and who is told what they do."""

from collections.abc import Iterator
from typing import Final

from devices.facts import ConfigLine, LocalUser
from devices.facts.credentials import ActivityLog, PasswordPolicy, PasswordScheme, StoredPassword
from devices.parsers.password_schemes import is_removed
from devices.parsers.statements import Statement

Lines = tuple[ConfigLine, ...]

_EXPORT: Final = "!export-password:"
_ACCOUNTING: Final = ("aaa", "accounting", "all-mgmt", "default")


def read_aoscx_accounts(root: Statement) -> tuple[LocalUser, ...]:
    """Return the accounts; a line with a key belongs to the account that another line makes."""
    lines: dict[str, list[ConfigLine]] = {}
    administrators: set[str] = set()
    for one in root.under("user"):
        if len(one.raw) > 1:
            lines.setdefault(one.raw[1], []).append(one.line)
            if one.words[2:4] == ("group", "administrators"):
                administrators.add(one.raw[1])
    return tuple(
        LocalUser(name=name, counts=name in administrators, lines=tuple(own)) for name, own in lines.items()
    )


def read_aoscx_passwords(root: Statement, text: str) -> tuple[StoredPassword, ...]:
    """Return the passwords of accounts, and whether the key that enciphers them is the one of the factory."""
    return (*_of_users(root), *_export_password(text))


def _of_users(root: Statement) -> Iterator[StoredPassword]:
    for one in root.under("user"):
        if "password" in one.words[2:]:
            words = one.raw[one.words.index("password", 2) + 1 :]
            yield StoredPassword(owner=f"user {one.raw[1]}", scheme=_scheme(words), lines=(one.line,))


def _scheme(words: tuple[str, ...]) -> PasswordScheme:
    if not words or is_removed(words[-1]):
        return "removed"
    return "enciphered" if words[0].lower() == "ciphertext" else "plain"


def _export_password(text: str) -> Iterator[StoredPassword]:
    """Yield the header that tells the key; it stands above the first statement."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.startswith(_EXPORT):
            is_factory = line.removeprefix(_EXPORT).strip() == "default"
            scheme: PasswordScheme = "factory-key" if is_factory else "enciphered"
            yield StoredPassword(
                owner="export-password", scheme=scheme, lines=(ConfigLine(number, line.rstrip()),)
            )
        elif line and not line.startswith(("!", " ", "Current", "Startup")):
            return


def read_aoscx_policies(root: Statement, extent: Lines) -> tuple[PasswordPolicy, ...]:
    """Return what ``password complexity`` demands, and whether it is on."""
    section = root.last("password", "complexity")
    length = None if section is None else section.last("minimum-length")
    word = "" if length is None else length.words[-1]
    return (
        PasswordPolicy(
            name="password complexity",
            minimum_length=int(word) if word.isdigit() else None,
            enabled=section is not None and section.last("enable") is not None,
            lines=extent if section is None else section.section,
        ),
    )


def read_aoscx_activity(root: Statement, extent: Lines) -> tuple[ActivityLog, ...]:
    """Return the accounting of everything that is done at a login."""
    found = root.last(*_ACCOUNTING)
    name = " ".join(_ACCOUNTING)
    if found is None:
        return (ActivityLog(name=name, enabled=False, lines=extent),)
    words = found.raw[len(_ACCOUNTING) :]
    sent = tuple(
        word.lower() if word.lower() in {"local", "none"} else f"group {word}"
        for word in words[1:]
        if word.lower() != "group"
    )
    return (
        ActivityLog(
            name=name,
            enabled=True,
            starts_and_stops=words[:1] == ("start-stop",),
            sent_to=sent,
            lines=(found.line,),
        ),
    )
