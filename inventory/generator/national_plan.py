"""What is drawn once for the whole country: who has which vendor, whose outside sensors are missing.

It is drawn over all 98 municipalities whichever of them are written, so that the shares are exact and one
municipality's content does not depend on the others' being there. Which centre a municipality belongs to is
an assumption: five centres along today's regions, since few of the real agreements are public.
"""

import random
from ipaddress import IPv4Network
from typing import NamedTuple

from inventory.generator.gear import ACCESS_SHARES, FIREWALL_SHARES
from inventory.generator.sizes import MunicipalitySize, apportion, size_of
from inventory.national import NationalMunicipality, Region, municipalities

CENTRE_OF_REGION: dict[Region, str] = {
    "Hovedstaden": "hovedstaden",
    "Sjælland": "sjaelland",
    "Syddanmark": "syd",
    "Midtjylland": "midt",
    "Nordjylland": "nord",
}

PUBLIC_SPACE = IPv4Network("198.18.0.0/15")
"""Kept for benchmarks by RFC 2544 and routed by nobody: as large as needed, and plainly nobody's."""

PRIVATE_SPACES = tuple(
    IPv4Network(prefix)
    for prefix in ("10.0.0.0/12", "10.16.0.0/12", "10.64.0.0/12", "10.96.0.0/12", "172.16.0.0/12")
)
"""Most municipalities started from the same few ranges, and so they overlap."""

SHARED_OPERATION = {"ballerup": "it-forsyningen", "egedal": "it-forsyningen", "furesoe": "it-forsyningen"}
PREPAREDNESS_PLAN = "randers-djursland-favrskov"
SHARED_PREPAREDNESS = ("randers", "favrskov", "norddjurs", "syddjurs")
SENSOR_PILOTS = frozenset(
    {"favrskov", "frederikshavn", "koebenhavn", "naestved", "ringkoebing-skjern", "aarhus"}
)
WITHOUT_OUTSIDE_SENSOR_PERCENT = 30


class MunicipalityPlan(NamedTuple):
    """What was drawn for one municipality."""

    seed: int
    national: NationalMunicipality
    size: MunicipalitySize
    centre: str
    access_vendor: str
    firewall_vendor: str
    public_prefix: IPv4Network
    private_prefix: IPv4Network
    has_outside_sensors: bool

    def chance(self, topic: str) -> random.Random:
        """Return the source of chance for one topic; topics do not disturb each other."""
        return _chance(self.seed, self.national.code, topic)

    def host(self, name: str) -> str:
        """Return a host name of this municipality."""
        return f"{self.national.abbreviation}-{name}"


def draw_plans(seed: int) -> dict[str, MunicipalityPlan]:
    """Return the plan of each of the 98 municipalities, by its slug."""
    every = municipalities()
    access = _dealt(seed, "access vendors", ACCESS_SHARES)
    firewalls = _dealt(seed, "firewall vendors", FIREWALL_SHARES)
    missing = WITHOUT_OUTSIDE_SENSOR_PERCENT
    sensors = _dealt(seed, "outside sensors", {"missing": missing, "there": 100 - missing})
    private = _dealt(seed, "private space", {str(prefix): 1 for prefix in PRIVATE_SPACES})
    public = PUBLIC_SPACE.subnets(new_prefix=22)
    return {
        one.slug: MunicipalityPlan(
            seed=seed,
            national=one,
            size=size_of(one.population),
            centre=CENTRE_OF_REGION[one.region],
            access_vendor=access[one.slug],
            firewall_vendor=firewalls[one.slug],
            public_prefix=prefix,
            private_prefix=IPv4Network(private[one.slug]),
            has_outside_sensors=sensors[one.slug] == "there",
        )
        for one, prefix in zip(every, public, strict=False)
    }


def _dealt(seed: int, topic: str, shares: dict[str, float]) -> dict[str, str]:
    """Deal out kinds over the country in exactly these shares."""
    slugs = [one.slug for one in municipalities()]
    kinds = [kind for kind, count in apportion(len(slugs), shares).items() for _ in range(count)]
    _chance(seed, 0, topic).shuffle(kinds)
    return dict(zip(slugs, kinds, strict=True))


def _chance(seed: int, code: int, topic: str) -> random.Random:
    # Seeded by text, Python hashes with SHA-512: the same on every machine and in every run.
    return random.Random(f"samdrift {seed} {code} {topic}")  # noqa: S311 - an invented inventory, no secret
