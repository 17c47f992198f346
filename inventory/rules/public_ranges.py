"""Public ranges: really public, and each the matter of one municipality."""

from collections.abc import Iterator
from ipaddress import IPv4Network

from inventory.models import MunicipalityInventory
from inventory.outline import InventoryOutline
from inventory.violations import Finding, ModelPath

NOT_PUBLIC = tuple(
    IPv4Network(prefix)
    for prefix in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
"""What no provider routes. The prefixes kept for examples and benchmarks (RFC 5737, RFC 2544) are not here:
an example has to be free to show a public range that is nobody's."""


def range_is_public(town: MunicipalityInventory, at: ModelPath) -> Iterator[Finding]:
    """Find public ranges that reach into space that is not public."""
    for index, one in enumerate(town.public_ranges):
        inside = next((known for known in NOT_PUBLIC if one.prefix.overlaps(known)), None)
        if inside is not None:
            yield Finding(
                rule="public-range-private",
                path=(*at, "public_ranges", index, "prefix"),
                message=f"{one.prefix} lies in {inside}, which is not reached from the internet",
                action="write the public prefix that it is translated to, or remove it",
            )


def public_ranges_overlap(inventory: InventoryOutline) -> Iterator[Finding]:
    """Find public ranges that two entries claim, of one municipality or of two."""
    every = sorted(
        (
            (one.prefix, town.title, (*at, "public_ranges", index, "prefix"))
            for town, at in inventory.towns()
            for index, one in enumerate(town.public_ranges)
        ),
        key=lambda claim: (claim[0].network_address, claim[0].prefixlen),
    )
    widest: tuple[IPv4Network, str, ModelPath] | None = None
    for claim in every:
        prefix, title, path = claim
        if widest is not None and prefix.overlaps(widest[0]):
            yield Finding(
                rule="public-range-overlap",
                path=path,
                message=f"{prefix} of {title} overlaps {widest[0]} of {widest[1]}",
                action="write each public address at the one municipality that answers for it",
                related=(widest[2],),
            )
        if widest is None or prefix.broadcast_address > widest[0].broadcast_address:
            widest = claim
