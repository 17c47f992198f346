"""What a crawl found, told whole: devices, links, what was not reached, what is only seen."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address

from devices.discovery.announced_text import host_label, plain_chassis_id
from devices.discovery.crawl import (
    Answers,
    heard_announcements,
    is_that_device,
    is_worth_a_visit,
    owners_of,
    says_it_forwards,
)
from devices.discovery.merging import merge_devices
from devices.discovery.models import (
    Announcement,
    Answer,
    CrawlLimits,
    DiscoveredDevice,
    Discovery,
    IdentifiedDevice,
    NotReached,
    OnlySeen,
    Unreached,
)
from devices.discovery.topology import Resolver, make_links

Heard = tuple[str, Announcement]
"""Where it was heard (device:interface), and what."""


def conclude(
    answers: Answers, seeds: tuple[IPv4Address, ...], limits: CrawlLimits, *, interrupted: bool = False
) -> Discovery:
    """Return what the answers of a crawl say together; pure, and the same for any order of the answers."""
    devices, conflicts = merge_devices(answers, seeds)
    links, crowded, gaps = make_links(devices)
    strangers = _strangers(answers, devices)
    sorted_out = _SortingOut(answers, seeds, limits, strangers, interrupted=interrupted)
    told_gaps = {f"{one.said.host_name}: {gap}" for one in devices for gap in one.said.gaps}
    return Discovery(
        devices=devices,
        links=links,
        not_reached=tuple(sorted(sorted_out.not_reached(), key=_place)),
        only_seen=tuple(sorted(sorted_out.only_seen(), key=_place)),
        conflicts=(*conflicts, *crowded),
        gaps=(*sorted(told_gaps), *gaps),
        addresses_tried=len(answers),
    )


def _strangers(answers: Answers, devices: tuple[DiscoveredDevice, ...]) -> list[list[Heard]]:
    """Return what was heard of others than the devices, by who it seems to be."""
    resolver = Resolver(devices)
    groups: dict[tuple[str, str], list[Heard]] = defaultdict(list)
    for address, heard in heard_announcements(answers):
        answer = answers[address]
        if not isinstance(answer, IdentifiedDevice) or resolver.candidates(heard):
            continue
        groups[_who(heard)].append((f"{answer.host_name}:{heard.local_interface}", heard))
    return [groups[key] for key in sorted(groups)]


def _who(heard: Announcement) -> tuple[str, str]:
    # Every LLDP neighbour tells a chassis; CDP knows none.
    address = str(min(heard.management_addresses)) if heard.management_addresses else ""
    return host_label(heard.system_name), plain_chassis_id(heard.chassis_id) or address


class _SortingOut:
    """Decides for everything that is no device whether a person has to look after it."""

    def __init__(
        self,
        answers: Answers,
        seeds: tuple[IPv4Address, ...],
        limits: CrawlLimits,
        strangers: list[list[Heard]],
        *,
        interrupted: bool,
    ) -> None:
        self._answers = answers
        self._limits = limits
        self._seeds = seeds
        self._strangers = strangers
        self._interrupted = interrupted
        self._owners = owners_of(answers)

    def not_reached(self) -> Iterator[Unreached]:
        """Yield what is network gear, or may be, and gave no device."""
        told: set[IPv4Address] = set()
        for group in self._strangers:
            found = self._unreached(group)
            if found is not None:
                told |= set(found.addresses)
                yield found
            else:
                # Told as only seen; but what a person asked for by its address is owed an answer.
                told |= set(_addresses(group)) - set(self._seeds)
        for address in sorted({*self._answers, *self._seeds} - told):
            answer = self._answers.get(address)
            if isinstance(answer, NotReached) and not self._belongs_elsewhere(address):
                yield Unreached(
                    name="", addresses=(address,), heard_at=(), kind=answer.kind, reason=answer.reason
                )
            elif answer is None:
                yield self._unvisited("", (address,), ())

    def only_seen(self) -> Iterator[OnlySeen]:
        """Yield what was heard and is not the business of this inventory."""
        for group in self._strangers:
            if self._unreached(group) is None:
                yield OnlySeen(
                    name=_name(group),
                    addresses=_addresses(group),
                    heard_at=_heard_at(group),
                    description=next((one.description for _, one in group if one.description), ""),
                    reason=self._why_only_seen(group),
                )

    def _unreached(self, group: list[Heard]) -> Unreached | None:
        """Return a stranger as network gear that is missing; None where it is not, or no business of ours."""
        if not any(is_worth_a_visit(one) for _, one in group):
            return None
        name, addresses, heard_at = _name(group), _addresses(group), _heard_at(group)
        forwards = any(says_it_forwards(one) for _, one in group)
        answers = [self._answers[one] for one in addresses if one in self._answers]
        if not answers and any(self._limits.allow(one) for one in addresses):
            return self._unvisited(name, addresses, heard_at)
        why = _why_unreached(answers, forwards=forwards, has_address=bool(addresses))
        if why is None:
            return None
        return Unreached(name=name, addresses=addresses, heard_at=heard_at, kind=why.kind, reason=why.reason)

    def _unvisited(
        self, name: str, addresses: tuple[IPv4Address, ...], heard_at: tuple[str, ...]
    ) -> Unreached:
        if self._interrupted:
            reason = "the run was stopped before its turn; run it again"
            return Unreached(
                name=name, addresses=addresses, heard_at=heard_at, kind="interrupted", reason=reason
            )
        reason = f"{self._limits.addresses_at_most} addresses were tried before it; raise --at-most"
        return Unreached(name=name, addresses=addresses, heard_at=heard_at, kind="limit", reason=reason)

    def _why_only_seen(self, group: list[Heard]) -> str:
        kinds = sorted({kind for _, one in group for kind in one.capabilities})
        if not any(is_worth_a_visit(one) for _, one in group):
            return f"it says that it is: {', '.join(kinds)}"
        addresses = _addresses(group)
        if not addresses:
            return "it tells neither what it is nor an address"
        if not any(self._limits.allow(one) for one in addresses):
            return "its address is outside --within, so it was not tried"
        return "it answers as no device that can be asked, and does not say that it forwards traffic"

    def _belongs_elsewhere(self, address: IPv4Address) -> bool:
        """Return whether an address that does not answer is a second one of a device that answered."""
        owners = self._owners.get(address, ())
        heard = [one for _, one in heard_announcements(self._answers) if address in one.management_addresses]
        return bool(owners) and all(any(is_that_device(one, own) for own in owners) for one in heard)


def _why_unreached(answers: list[Answer], *, forwards: bool, has_address: bool) -> NotReached | None:
    failed = next((one for one in answers if isinstance(one, NotReached)), None)
    if failed is not None:
        return None if failed.kind == "unknown-platform" and not forwards else failed
    found = next((one for one in answers if isinstance(one, IdentifiedDevice)), None)
    if found is not None:
        reason = f"{found.host_name} answers at its address; look which of the two has it rightly"
        return NotReached(kind="failed", reason=reason)
    if has_address or not forwards:
        return None
    return NotReached(kind="no-address", reason="it tells no address; give one with --seed")


def _name(group: Iterable[Heard]) -> str:
    return next((one.system_name for _, one in group if one.system_name), "")


def _addresses(group: Iterable[Heard]) -> tuple[IPv4Address, ...]:
    return tuple(sorted({address for _, one in group for address in one.management_addresses}))


def _heard_at(group: Iterable[Heard]) -> tuple[str, ...]:
    return tuple(sorted({place for place, _ in group}))


def _place(one: Unreached | OnlySeen) -> tuple[str, tuple[IPv4Address, ...], tuple[str, ...]]:
    return one.name, one.addresses, one.heard_at
