"""Whether an attribute takes a value, and how the device keeps it."""

from __future__ import annotations

import ipaddress
import zoneinfo
from collections.abc import Callable
from datetime import datetime
from typing import Final

from lab.fortios.errors import BAD_NAME, CommandRefused, bad_value, not_in_datasource
from lab.fortios.schema import Attribute
from lab.fortios.statements import Token
from lab.fortios.tree import Block, Value, encrypted

_BUILT_IN: Final = {"system interface": {"any"}, "system accprofile": {"super_admin", "super_admin_readonly"}}


def kept_value(attribute: Attribute, words: Value, root: Block) -> Value | None:
    """Return how a value is kept; None where it is the default, which is not.

    Args:
        attribute: What is set.
        words: What it is set to.
        root: The configuration whose entries may be referred to.

    Raises:
        CommandRefused: It cannot be set to that.
    """
    check = _KINDS.get(attribute.kind)
    value = words if check is None else check(attribute, words, root)
    if not attribute.is_secret:
        value = tuple(Token(word.text, quoted=attribute.quoted) for word in value)
    return None if is_default(attribute, value) else value


def is_default(attribute: Attribute, value: Value) -> bool:
    """Return whether a value is what the attribute has without one."""
    if attribute.kind == "learned":
        return False
    texts = [word.text for word in value]
    if attribute.kind == "many":
        return sorted(texts) == sorted(attribute.default.split())
    return " ".join(texts) == attribute.default


def _one_word(words: Value) -> Token:
    if len(words) != 1:
        raise bad_value(words[1].text)
    return words[0]


def _text(attribute: Attribute, words: Value, _root: Block) -> Value:
    word = _one_word(words)
    if len(word.text) > int(attribute.limits[0]):
        raise CommandRefused(f"string is too long\n\nvalue parse error before '{word.text}'", -9)
    return (word,)


def _one(attribute: Attribute, words: Value, _root: Block) -> Value:
    word = _one_word(words).text
    return (Token(_option(attribute, word)),)


def _many(attribute: Attribute, words: Value, _root: Block) -> Value:
    chosen = {_option(attribute, word.text) for word in words}
    return tuple(Token(option) for option in attribute.limits if option in chosen)


def _option(attribute: Attribute, word: str) -> str:
    """Return the option that a word names; it may be cut short while it names only one."""
    if word in attribute.limits:
        return word
    meant = [option for option in attribute.limits if option.startswith(word)]
    if len(meant) != 1:
        raise bad_value(word)
    return meant[0]


def _number(attribute: Attribute, words: Value, _root: Block) -> Value:
    word = _one_word(words).text
    lowest, _, highest = attribute.limits[0].partition("-")
    if not word.isdigit() or not int(lowest) <= int(word) <= int(highest):
        raise bad_value(word)
    return (Token(str(int(word))),)


def _address(_attribute: Attribute, words: Value, _root: Block) -> Value:
    word = _one_word(words).text
    return (Token(_ip(word)),)


def _subnet(_attribute: Attribute, words: Value, _root: Block) -> Value:
    texts = [word.text for word in words]
    if len(texts) == 1 and "/" in texts[0]:
        texts = texts[0].split("/", 1)
    if len(texts) != 2:  # noqa: PLR2004 - an address and its mask
        raise CommandRefused("incomplete command in the end", -160)
    address = _ip(texts[0])
    try:
        mask = ipaddress.IPv4Network(f"0.0.0.0/{texts[1]}").netmask
    except ValueError:
        raise CommandRefused(f"invalid netmask.\n\nvalue parse error before '{texts[1]}'", -9) from None
    return (Token(address), Token(str(mask)))


def _ip(text: str) -> str:
    try:
        return str(ipaddress.IPv4Address(text))
    except ValueError:
        raise CommandRefused(f"invalid ip address\n\nvalue parse error before '{text}'", -8) from None


def _reference(attribute: Attribute, words: Value, root: Block) -> Value:
    return _references(attribute, (_one_word(words),), root)


def _references(attribute: Attribute, words: Value, root: Block) -> Value:
    known: set[str] = set()
    for table in attribute.limits:
        known |= set(root.section(table).entries) | _BUILT_IN.get(table, set())
    for word in words:
        if attribute.limits and word.text not in known:
            raise not_in_datasource(word.text)
    return tuple(dict.fromkeys(words))


def _timezone(_attribute: Attribute, words: Value, _root: Block) -> Value:
    word = _one_word(words)
    if word.text not in zoneinfo.available_timezones():
        raise bad_value(word.text)
    return (word,)


def _moment(_attribute: Attribute, words: Value, _root: Block) -> Value:
    texts = " ".join(word.text for word in words).split()
    try:
        datetime.strptime(" ".join(texts), "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007 - the device's local time
    except ValueError:
        raise bad_value(texts[0]) from None
    return tuple(Token(text) for text in texts)


def _secret(attribute: Attribute, words: Value, _root: Block) -> Value:
    if words[0].text == "ENC" and not words[0].quoted and len(words) == 2:  # noqa: PLR2004 - ENC and the text
        return (Token("ENC"), Token(words[1].text))
    return encrypted(_one_word(words).text, one_way=attribute.kind == "hash")


def _word(_attribute: Attribute, words: Value, _root: Block) -> Value:
    return (_one_word(words),)


def check_name(name: str, longest: int) -> None:
    """Refuse what cannot be the name of an entry.

    Raises:
        CommandRefused: It is too long or holds what a name may not.
    """
    if not name or len(name) > longest or set(name) & set("<>()#\"'"):
        raise CommandRefused(
            f"node_check_object fail! for name {name}\n\nvalue parse error before '{name}'", BAD_NAME
        )


_KINDS: Final[dict[str, Callable[[Attribute, Value, Block], Value]]] = {
    "text": _text,
    "one": _one,
    "many": _many,
    "int": _number,
    "address": _address,
    "subnet": _subnet,
    "ref": _reference,
    "refs": _references,
    "timezone": _timezone,
    "moment": _moment,
    "secret": _secret,
    "hash": _secret,
    "word": _word,
}
