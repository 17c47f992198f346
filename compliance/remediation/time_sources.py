"""Mend where the time comes from, and that its servers prove who they are."""

from collections.abc import Iterator, Mapping
from typing import Final

from compliance.context import DeviceContext
from compliance.controls.time_sources import LEAST_SERVERS, counted_servers, is_weak
from compliance.remediation.reach import missing_servers, vrf_of_servers
from compliance.remediation.steps import Mender, NotMendable, Step, platform_lines
from devices.facts import DeviceFacts, TimeKey, TimeServer

_SLOTS: Final = ("primary-ntp-server", "secondary-ntp-server")
_NO_KEY: Final = "the keys of time servers are secrets; enter one on the device by hand, then plan again"


def mend_time_servers(facts: DeviceFacts, context: DeviceContext) -> Iterator[Step]:
    """NTP-01: add as many of the site's time servers as are missing, where the others are; ask them."""
    wanted = context.needed_servers("ntp")
    counted = counted_servers(facts, wanted)
    missing = missing_servers(counted, wanted, LEAST_SERVERS, "time")
    key = _key_of_new_servers(facts) if missing else None
    steps = platform_lines()[facts.platform].steps
    switch = facts.time_switch
    if switch is not None and not switch.enabled:
        yield Step("time-on")
    if "time-row" in steps:
        rows = (one.place or "" for one in facts.time_servers)
        last = max((int(row) for row in rows if row.isdigit()), default=0)
        for row, address in enumerate(missing, start=last + 1):
            yield Step("time-row", {"row": str(row), "address": address})
    elif "time-slot" in steps:
        kept = {
            next(one.place for one in facts.time_servers if one.address == address) for address in counted
        }
        free = [slot for slot in _SLOTS if slot not in kept]
        for slot, address in zip(free, missing, strict=False):
            yield Step("time-slot", {"slot": slot, "address": address})
    else:
        vrf = vrf_of_servers(facts, context, None, facts.time_servers)
        name = "time-server" if vrf is None else "time-server-vrf"
        for address in missing:
            values = {"address": address, "vrf": vrf or "", "key": key or ""}
            yield Step(name if key is None else f"{name}-keyed", values)


def _key_of_new_servers(facts: DeviceFacts) -> str | None:
    """Return the key that a new server takes, None where servers need not prove themselves.

    Raises:
        NotMendable: they must, and which key is the new one's is not known.
    """
    proof = facts.time_authentication
    keys = () if proof is None else tuple(one for one in proof.keys if not is_weak(one, facts.platform))
    trusted = {one.number for one in keys if one.trusted}
    if len(trusted) == 1 and proof is not None and proof.enabled:
        return trusted.pop()
    if facts.time_servers and all(
        one.key is not None and (proof is None or (proof.enabled and one.key in trusted))
        for one in facts.time_servers
    ):
        raise NotMendable("a new time server needs a key, which is a secret; enter both by hand")
    return None


def mend_time_authentication(facts: DeviceFacts, _context: DeviceContext) -> Iterator[Step]:
    """NTP-02: demand proof, trust a key that is there and give it to every server that has none.

    Keys are secrets and never part of the lines: where there is none to use, or several, a person chooses.
    """
    proof = facts.time_authentication
    if not facts.time_servers:
        raise NotMendable("there is no time server yet; mend NTP-01 first, then enter a key by hand")
    if proof is None:
        yield from _switched_on(facts)
        return
    usable = tuple(key for key in proof.keys if not is_weak(key, facts.platform))
    chosen = _key_to_use(usable)
    if not proof.enabled:
        yield Step("time-proof")
    trusted = {key.number for key in usable if key.trusted}
    known = {key.number for key in usable}
    for server in facts.time_servers:
        number = server.key
        if number is None or number not in known:
            number = chosen.number
            yield Step("time-server-key", _words(server, number))
        if number not in trusted:
            yield Step("time-trust", {"key": number})


def _key_to_use(usable: tuple[TimeKey, ...]) -> TimeKey:
    trusted = tuple(key for key in usable if key.trusted)
    choice = trusted or usable
    if not choice:
        raise NotMendable(_NO_KEY)
    if len(choice) > 1:
        raise NotMendable("several keys are there; give each time server its own by hand")
    return choice[0]


def _switched_on(facts: DeviceFacts) -> Iterator[Step]:
    """Yield the proof of servers that have a key and do not use it (FortiOS)."""
    for server in facts.time_servers:
        if server.key is None:
            if "key" not in server.options:
                raise NotMendable(_NO_KEY)
            yield Step("time-proof-row", {"row": server.place or ""})


def _words(server: TimeServer, key: str) -> Mapping[str, str]:
    """Return the words of a server's line with another key."""
    words = list(server.options)
    for keyword in ("key", "key-id"):
        if keyword in words:
            at = words.index(keyword)
            del words[at : at + 2]
    in_front = server.vrf is not None and "use-vrf" not in words
    return {
        "vrf": f"vrf {server.vrf} " if in_front else "",
        "address": server.address,
        "key": key,
        "options": "".join(f" {word}" for word in words),
    }


MENDERS: Final[Mapping[str, Mender]] = {
    "NTP-01": mend_time_servers,
    "NTP-02": mend_time_authentication,
}
