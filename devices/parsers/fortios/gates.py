"""Read from where the administrators of FortiOS may come."""

from collections.abc import Iterator
from typing import Final

from devices.facts import ConfigLine, Family, ManagementGate, Network, read_network
from devices.parsers.fortios.tree import Section

_HOSTS: Final[tuple[tuple[Family, str, str], ...]] = (
    ("ipv4", "trusthost", "0.0.0.0/0"),
    ("ipv6", "ip6-trusthost", "::/0"),
)
_MOST: Final = 10


def read_fortios_gates(root: Section, extent: tuple[ConfigLine, ...]) -> tuple[ManagementGate, ...]:
    """Return the trusted hosts of every administrator; without one he may come from everywhere."""
    families = _HOSTS if _has_ipv6(root) else _HOSTS[:1]
    admins = root.at("system admin").entries
    found = tuple(
        _gate(name, one, family, word, anywhere)
        for name, one in admins.items()
        for family, word, anywhere in families
    )
    return found or (ManagementGate(name="system admin", place="", sources=(), lines=extent),)


def _gate(name: str, admin: Section, family: Family, word: str, anywhere: str) -> ManagementGate:
    stated = [
        one for number in range(1, _MOST + 1) if (one := admin.settings.get(f"{word}{number}")) is not None
    ]
    networks: list[Network] = []
    unresolved: list[str] = []
    for one in stated:
        network = read_network("/".join(one.words))
        if network is None:
            unresolved.append(" ".join(one.words))
        elif str(network) != anywhere or len(stated) == 1:
            networks.append(network)
    return ManagementGate(
        name=f"administrator {name}",
        place=name,
        family=family,
        sources=tuple(networks),
        unresolved=tuple(unresolved),
        lines=(
            ConfigLine(admin.number, admin.written),
            *(ConfigLine(one.number, one.written.split("\n")[0]) for one in stated),
        ),
    )


def _has_ipv6(root: Section) -> bool:
    return any(_addresses(root))


def _addresses(root: Section) -> Iterator[bool]:
    for one in root.at("system interface").entries.values():
        address = one.at("ipv6").settings.get("ip6-address")
        yield address is not None and address.words[:1] != ("::/0",)
