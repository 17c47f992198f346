"""Read local accounts of IOS, EOS and NX-OS, how their passwords are kept, and what these must be."""

from collections.abc import Iterator, Mapping
from typing import Final

from devices.facts import ConfigLine, LocalUser
from devices.facts.credentials import PasswordPolicy, PasswordScheme, PasswordScrambling, StoredPassword
from devices.parsers.password_schemes import is_removed, read_scheme
from devices.parsers.statements import Statement

Lines = tuple[ConfigLine, ...]

_KEYWORDS: Final = frozenset({"password", "secret", "nopassword"})
_TYPES: Final[Mapping[str, PasswordScheme]] = {
    "0": "plain",
    "4": "unsalted-sha256",
    "5": "md5",
    "6": "reversible",
    "7": "reversible",
    "8": "pbkdf2",
    "9": "scrypt",
    "sha512": "sha512",
}
_STRONG_TYPES: Final = frozenset({"8", "9", "sha512"})


def read_accounts(root: Statement, *, needs_password: bool = False) -> tuple[LocalUser, ...]:
    """Return the accounts, each once with its lines; where it needs a password, only with one it counts."""
    lines: dict[str, list[ConfigLine]] = {}
    held: dict[str, set[str]] = {}
    for user in root.under("username"):
        if len(user.raw) > 1:
            lines.setdefault(user.raw[1], []).append(user.line)
            held.setdefault(user.raw[1], set()).update(user.words[2:])
    return tuple(
        LocalUser(
            name=name,
            counts=not needs_password or "password" in held[name],
            from_factory=name == "admin" and "nopassword" in held[name],
            lines=tuple(own),
        )
        for name, own in lines.items()
    )


def read_ios_passwords(root: Statement, extent: Lines) -> tuple[StoredPassword, ...]:
    """Return the passwords of users, of enable and of lines; without an enable secret one that is none."""
    secrets = [one for one in root.under("enable", "secret") if len(one.words) > 2]  # noqa: PLR2004
    found = [*_of_users(root), *(_ios_enable(one, "enable secret") for one in secrets)]
    if not any("level" not in one.words for one in secrets):
        found.append(StoredPassword(owner="enable secret", scheme="none", by_default=True, lines=extent))
    strong = any(one.scheme in {"pbkdf2", "scrypt"} and one.owner == "enable secret" for one in found)
    for one in root.under("enable", "password"):
        read = _ios_enable(one, "enable password")
        counts_not = strong and "level" not in one.words
        found.append(
            StoredPassword(owner=read.owner, scheme=read.scheme, superseded=counts_not, lines=read.lines)
        )
    found.extend(_of_lines(root))
    return tuple(found)


def read_scrambling(root: Statement, extent: Lines) -> PasswordScrambling:
    """Return whether ``service password-encryption`` is on."""
    on, off = root.last("service", "password-encryption"), root.denied("service", "password-encryption")
    decisive = on or off
    return PasswordScrambling(
        enabled=on is not None,
        by_default=decisive is None,
        lines=extent if decisive is None else (decisive.line,),
    )


def read_eos_passwords(root: Statement) -> tuple[StoredPassword, ...]:
    """Return the passwords of users, of enable and of root."""
    found = list(_of_users(root))
    for keyword in ("password", "secret"):
        found.extend(
            _stored(f"enable {keyword}", one, one.raw[2:], keyword="secret")
            for one in root.under("enable", keyword)
        )
    for one in root.under("aaa", "root"):
        found.extend(_after_keyword("aaa root", one, one.raw[2:]))
    return tuple(found)


def read_nxos_passwords(root: Statement) -> tuple[StoredPassword, ...]:
    """Return the passwords of users and of enable; what follows the type tells the form itself."""
    found = [
        StoredPassword(owner=f"username {one.raw[1]}", scheme=_nxos_scheme(one.raw[3:]), lines=(one.line,))
        for one in root.under("username")
        if len(one.words) > 3 and one.words[2] == "password"  # noqa: PLR2004 - keyword, name, keyword, value
    ]
    found.extend(
        StoredPassword(owner="enable secret", scheme=_nxos_scheme(one.raw[2:]), lines=(one.line,))
        for one in root.under("enable", "secret")
        if len(one.words) > 2  # noqa: PLR2004 - the words of the command itself
    )
    return tuple(found)


def _nxos_scheme(words: tuple[str, ...]) -> PasswordScheme:
    kind, value = (words[0], words[1]) if words[0].isdigit() and len(words) > 1 else ("0", words[0])
    if kind in {"0", "7"}:
        return _TYPES[kind]
    return read_scheme(value)


def _of_users(root: Statement) -> Iterator[StoredPassword]:
    for one in root.under("username"):
        if len(one.raw) > 1:
            yield from _after_keyword(f"username {one.raw[1]}", one, one.raw[2:])


def _after_keyword(owner: str, one: Statement, words: tuple[str, ...]) -> Iterator[StoredPassword]:
    """Yield what the first word about a password says; words before it tell of rights."""
    for at, word in enumerate(words):
        keyword = word.lower()
        if keyword in _KEYWORDS:
            yield _stored(owner, one, words[at + 1 :], keyword=keyword)
            return


def _stored(owner: str, one: Statement, words: tuple[str, ...], *, keyword: str) -> StoredPassword:
    return StoredPassword(owner=owner, scheme=_scheme(words, keyword), lines=(one.line,))


def _scheme(words: tuple[str, ...], keyword: str) -> PasswordScheme:
    if keyword == "nopassword":
        return "none"
    if not words:
        return "removed"
    kind = words[0].lower() if words[0].lower() in _TYPES and len(words) > 1 else ""
    value = words[1] if kind else words[0]
    if keyword == "password":
        return "plain" if kind in {"", "0"} and not is_removed(value) else _TYPES.get(kind, "removed")
    if kind and kind not in _STRONG_TYPES:
        return _TYPES[kind]
    if kind:
        return "removed" if is_removed(value) else _TYPES[kind]
    told = read_scheme(value)
    return "plain" if told in {"unknown", "des"} else told


def _ios_enable(one: Statement, owner: str) -> StoredPassword:
    words = one.raw[2:]
    if words[:1] and words[0].lower() == "level":
        words = words[2:]
    return _stored(owner, one, words, keyword=owner.partition(" ")[2])


def _of_lines(root: Statement) -> Iterator[StoredPassword]:
    for section in root.under("line"):
        for one in section.under("password"):
            if len(one.raw) > 1:
                scheme = _scheme(one.raw[1:], "password")
                yield StoredPassword(
                    owner=" ".join(section.words), scheme=scheme, lines=(section.line, one.line)
                )


def read_ios_policies(root: Statement, extent: Lines) -> tuple[PasswordPolicy, ...]:
    """Return the common criteria policies, or one that states nothing."""
    found = tuple(
        _policy(" ".join(one.raw), one.last("min-length"), (one.line,))
        for one in root.under("aaa", "common-criteria", "policy")
    )
    none = PasswordPolicy(name="aaa common-criteria policy", minimum_length=None, lines=extent)
    return found or (none,)


def read_eos_policies(root: Statement, extent: Lines) -> tuple[PasswordPolicy, ...]:
    """Return the minimum length of ``management security``."""
    section = root.last("management", "security")
    stated = None if section is None else section.last("password", "minimum", "length")
    lines = extent if section is None else (section.line,)
    return (_policy("management security", stated, lines),)


def read_nxos_policies(root: Statement, extent: Lines) -> tuple[PasswordPolicy, ...]:
    """Return the minimum length of passphrases, and whether the strength of passwords is checked."""
    stated = [one for one in root.under("userpassphrase") if "min-length" in one.words[:-1]]
    denied = root.denied("password", "strength-check")
    length = None
    if stated:
        words = stated[-1].words
        length = _number(words[words.index("min-length") + 1])
    lines = (*(one.line for one in stated[-1:]), *(() if denied is None else (denied.line,)))
    return (
        PasswordPolicy(
            name="userpassphrase", minimum_length=length, enabled=denied is None, lines=lines or extent
        ),
    )


def _policy(name: str, stated: Statement | None, lines: Lines) -> PasswordPolicy:
    if stated is None:
        return PasswordPolicy(name=name, minimum_length=None, lines=lines)
    shown = tuple({one.number: one for one in (*lines, stated.line)}.values())
    return PasswordPolicy(name=name, minimum_length=_number(stated.words[-1]), lines=shown)


def _number(word: str) -> int | None:
    return int(word) if word.isdigit() else None
