"""Centres, and what the programme knows of a municipality: contacts, change times, windows, cost."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from ipaddress import IPv4Network

from inventory.generator.addressing import (
    MANAGEMENT_VLAN,
    NATIVE_VLAN,
    PARKING_VLAN,
    USER_ZONES,
    Addressing,
)
from inventory.generator.core_network import INTERNET_PROVIDER
from inventory.generator.national_plan import (
    PREPAREDNESS_PLAN,
    SENSOR_PILOTS,
    SHARED_OPERATION,
    SHARED_PREPAREDNESS,
    MunicipalityPlan,
)
from inventory.local_time import as_utc
from inventory.models import (
    Centre,
    ChangeTime,
    Contact,
    CostBaseline,
    Freeze,
    HardeningContext,
    MaintenanceWindow,
    Municipality,
    PublicRange,
    RoutingDomain,
    Server,
)
from inventory.vlan_ranges import render_vlan_range

_CENTRES = {
    "hovedstaden": "IT-center Hovedstaden",
    "sjaelland": "IT-center Sjælland",
    "syd": "IT-center Syd",
    "midt": "IT-center Midt",
    "nord": "IT-center Nord",
}
_CENTRE_TIMES = (
    ChangeTime(weekday="saturday", starts_at=time(20), ends_at=time(6)),
    ChangeTime(weekday="sunday", starts_at=time(20), ends_at=time(5)),
)
_OWN_TIMES_PERCENT = 30
_WITHOUT_BASELINE_PERCENT = 12
_SATURDAY = 5
_LARGE_POPULATION = 40_000
_BANNER = "Kun for autoriserede brugere. Al adgang logges og kan blive efterforsket."


def plan_centres(plans: dict[str, MunicipalityPlan], used: frozenset[str]) -> tuple[Centre, ...]:
    """Return the centres that are used, each with every member, whether it is in the inventory or not."""
    return tuple(
        Centre(
            name=name,
            title=title,
            routing_domain=f"centre-{name}",
            hypervisor=f"qemu+ssh://samdrift@hv1.{name}.example/system",
            municipalities=tuple(sorted(slug for slug, plan in plans.items() if plan.centre == name)),
            change_times=_CENTRE_TIMES,
        )
        for name, title in _CENTRES.items()
        if name in used
    )


def centre_routing_domain(centre: Centre) -> RoutingDomain:
    """Return the routing domain of a centre; each has its own address plan in the same space."""
    return RoutingDomain(name=centre.routing_domain, prefixes=(IPv4Network("10.200.0.0/14"),))


def plan_municipality(
    plan: MunicipalityPlan, addressing: Addressing, servers: tuple[Server, ...]
) -> Municipality:
    """Return the municipality itself."""
    slug = plan.national.slug
    chance = plan.chance("programme")
    own = chance.randrange(100) < _OWN_TIMES_PERCENT
    return Municipality(
        name=slug,
        title=f"{plan.national.name} Kommune",
        code=plan.national.code,
        centre=plan.centre,
        hypervisor=f"qemu+ssh://samdrift@hv1.{slug}.example/system",
        hardening=_hardening(plan, addressing, servers),
        # Whoever has agreed on times of their own allows a later start on Saturdays.
        change_times=(ChangeTime(weekday="saturday", starts_at=time(21), ends_at=time(6)),) if own else (),
        contacts=_contacts(plan),
        operated_by=SHARED_OPERATION.get(slug),
        preparedness_plan=PREPAREDNESS_PLAN if slug in SHARED_PREPAREDNESS else None,
        sensor_pilot=slug in SENSOR_PILOTS,
    )


def plan_public_ranges(plan: MunicipalityPlan) -> tuple[PublicRange, ...]:
    """Return the public addresses that a municipality answers for."""
    access, citizens, *_ = plan.public_prefix.subnets(new_prefix=24)
    ranges = [PublicRange(prefix=access, purpose="Internetadgang", provider=INTERNET_PROVIDER)]
    if plan.national.population > _LARGE_POPULATION:
        ranges.append(PublicRange(prefix=citizens, purpose="Selvbetjening for borgere"))
    return tuple(ranges)


def plan_windows(plan: MunicipalityPlan) -> tuple[MaintenanceWindow, ...]:
    """Return agreed nights from Saturday to Sunday, outside every freeze."""
    freezes = plan_freezes(plan)
    nights = [
        window
        for window in _nights()
        if all(window.ends_at <= one.starts_at or one.ends_at <= window.starts_at for one in freezes)
    ]
    chosen = plan.chance("windows").sample(nights, 8)
    return tuple(sorted(chosen, key=lambda window: window.starts_at))


def plan_freezes(plan: MunicipalityPlan) -> tuple[Freeze, ...]:
    """Return when nothing may change: the turn of the year, the start of school, and a time of its own."""
    chance = plan.chance("freezes")
    own = datetime(2027, 3, 1) + timedelta(days=chance.randrange(60))  # noqa: DTZ001 - Danish local time
    return (
        _freeze("aarsafslutning", (2026, 12, 18), (2027, 1, 11), "Årsafslutning og lønkørsel"),
        Freeze(
            name="it-projekt",
            starts_at=as_utc(own),
            ends_at=as_utc(own + timedelta(days=9)),
            reason=chance.choice(("Nyt lønsystem sættes i drift", "Omsorgsjournalen opgraderes")),
        ),
        _freeze("skolestart", (2027, 8, 5), (2027, 8, 16), "Skolestart"),
        _freeze("budget", (2027, 9, 27), (2027, 10, 9), "Budgettet vedtages"),
    )


def plan_cost_baselines(plan: MunicipalityPlan) -> tuple[CostBaseline, ...]:
    """Return the signed cost of 2026; some have not signed yet."""
    chance = plan.chance("economy")
    if chance.randrange(100) < _WITHOUT_BASELINE_PERCENT:
        return ()
    amount = plan.size.servers * 31_000 + plan.size.devices * 4_200
    signed_on = date(2026, 9, 1) + timedelta(days=chance.randrange(60))
    return (
        CostBaseline(
            year=2026,
            amount_dkk=amount * chance.randint(85, 115) // 100 // 1000 * 1000,
            signed_by="Kommunaldirektøren",
            signed_on=signed_on,
        ),
    )


def _hardening(
    plan: MunicipalityPlan, addressing: Addressing, servers: tuple[Server, ...]
) -> HardeningContext:
    addresses = {server.name: server.networks[0].address for server in servers}

    def of(*names: str) -> tuple[object, ...]:
        return tuple(addresses[plan.host(name)] for name in names)

    return HardeningContext.model_validate(
        {
            "management_prefixes": (addressing.prefix(MANAGEMENT_VLAN),),
            "ntp_servers": of("ad1", "ad2"),
            "log_servers": of("log1"),
            "aaa_servers": of("radius1"),
            "break_glass_user": "nodadgang",
            "parking_vlan": PARKING_VLAN,
            "native_vlan": NATIVE_VLAN,
            "user_vlans": render_vlan_range(addressing.of_zones(*USER_ZONES)),
            "guest_zones": ("guest",),
            "login_banner": _BANNER,
        }
    )


def _contacts(plan: MunicipalityPlan) -> tuple[Contact, ...]:
    """Return duties instead of people; no Danish subscriber has a number that starts with zeros."""
    slug, code = plan.national.slug, plan.national.code
    duties = (
        ("IT-chefen", "IT-chef", "it-chef"),
        ("Vagthavende, IT-drift", "vagthavende", "vagt"),
        ("Informationssikkerhedskoordinator", "CISO", "sikkerhed"),
    )
    return tuple(
        Contact(name=name, role=role, telephone=f"+45 00 0{number} {code:04d}", email=f"{box}@{slug}.example")
        for number, (name, role, box) in enumerate(duties, start=1)
    )


def _nights() -> Iterator[MaintenanceWindow]:
    day = date(2027, 1, 2)
    while day < date(2027, 12, 18):
        if day.weekday() == _SATURDAY:
            yield MaintenanceWindow(
                name=f"nat-til-soendag-uge-{day.isocalendar().week}",
                starts_at=as_utc(datetime.combine(day, time(22))),
                ends_at=as_utc(datetime.combine(day + timedelta(days=1), time(5))),
            )
        day += timedelta(days=1)


def _freeze(name: str, first: tuple[int, int, int], last: tuple[int, int, int], reason: str) -> Freeze:
    return Freeze(
        name=name,
        starts_at=as_utc(datetime.combine(date(*first), time(0))),
        ends_at=as_utc(datetime.combine(date(*last), time(6))),
        reason=reason,
    )
