"""What to visit next: pure over the answers so far, so that the order of answers changes nothing."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from ipaddress import IPv4Address

from devices.discovery.announced_text import host_label
from devices.discovery.models import (
    Announcement,
    Answer,
    Capability,
    CrawlLimits,
    IdentifiedDevice,
    Visit,
)

_FORWARDING: frozenset[Capability] = frozenset({"bridge", "router"})
_ENDPOINTS: frozenset[Capability] = frozenset({"telephone", "wlan-access-point", "docsis", "station"})

Answers = Mapping[IPv4Address, Answer]
Owners = Mapping[IPv4Address, tuple[IdentifiedDevice, ...]]


def next_visits(answers: Answers, seeds: tuple[IPv4Address, ...], limits: CrawlLimits) -> tuple[Visit, ...]:
    """Return the addresses of the next round, none where the crawl is at its end.

    An address is visited once, never outside the limits, and not where a device that answered already has it
    as its own. The visits of a round do not depend on each other and may be made all at once.
    """
    wanted: dict[IPv4Address, set[str]] = {
        seed: set() for seed in seeds if seed not in answers and limits.allow(seed)
    }
    owners = owners_of(answers)
    for _, heard in heard_announcements(answers):
        address = _address_to_visit(heard, answers, limits, owners)
        if address is not None:
            wanted.setdefault(address, set())
    for _, heard in heard_announcements(answers):
        for address in heard.management_addresses:
            if address in wanted and heard.description:
                wanted[address].add(heard.description)
    room = limits.addresses_at_most - len(answers)
    chosen = sorted(wanted, key=lambda one: (one not in seeds, one))[: max(0, room)]
    return tuple(Visit(address=one, descriptions=tuple(sorted(wanted[one]))) for one in chosen)


def heard_announcements(answers: Answers) -> Iterator[tuple[IPv4Address, Announcement]]:
    """Yield every announcement, with the address at which the device that heard it was asked."""
    for address in sorted(answers):
        answer = answers[address]
        if isinstance(answer, IdentifiedDevice):
            for heard in answer.neighbours:
                yield address, heard


def is_worth_a_visit(heard: Announcement) -> bool:
    """Return whether a neighbour may be network gear: it forwards, or does not say what it is."""
    if heard.capabilities & _ENDPOINTS:
        return False
    return not heard.capabilities or bool(heard.capabilities & _FORWARDING)


def says_it_forwards(heard: Announcement) -> bool:
    """Return whether a neighbour says that it is network gear."""
    return bool(heard.capabilities & _FORWARDING) and is_worth_a_visit(heard)


def owners_of(answers: Answers) -> Owners:
    """Return the devices that say that an address is theirs, or that answered at it."""
    found: dict[IPv4Address, list[IdentifiedDevice]] = defaultdict(list)
    for address in sorted(answers):
        answer = answers[address]
        if isinstance(answer, IdentifiedDevice):
            for own in answer.addresses() | {address}:
                found[own].append(answer)
    return {address: tuple(devices) for address, devices in found.items()}


def is_that_device(heard: Announcement, device: IdentifiedDevice) -> bool:
    """Return whether an announcement with an address of a device can be of it: the names must not differ."""
    return not heard.system_name or host_label(heard.system_name) == host_label(device.host_name)


def _address_to_visit(
    heard: Announcement, answers: Answers, limits: CrawlLimits, owners: Owners
) -> IPv4Address | None:
    """Return which of the addresses of a neighbour to try now.

    One after the other: a second address of a device that answered at its first is not worth a login.
    """
    if not is_worth_a_visit(heard):
        return None
    allowed = [one for one in heard.management_addresses if limits.allow(one)]
    for address in allowed:
        if any(is_that_device(heard, owner) for owner in owners.get(address, ())):
            return None
    return next((one for one in allowed if one not in answers), None)
