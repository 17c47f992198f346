"""Generate an inventory from a seed: the whole country, one centre's municipalities, or one."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

from inventory.errors import InventoryGenerationError
from inventory.generator.access_network import plan_access_network
from inventory.generator.addressing import Addressing
from inventory.generator.condition import finished_devices
from inventory.generator.core_network import plan_core_network
from inventory.generator.national_plan import MunicipalityPlan, draw_plans
from inventory.generator.programme import (
    centre_routing_domain,
    plan_centres,
    plan_cost_baselines,
    plan_freezes,
    plan_municipality,
    plan_public_ranges,
    plan_windows,
)
from inventory.generator.security import plan_exceptions, plan_sensors
from inventory.generator.sites import plan_sites
from inventory.generator.workloads import plan_workloads
from inventory.models import MunicipalityInventory, Scope
from inventory.violations import suggest
from inventory.writers.yaml_folder import WrittenFolder, open_inventory_folder

LARGEST_SEED = 2**32 - 1

Progress = Callable[[str, int, int], None]


class GeneratedInventory(NamedTuple):
    """What was generated."""

    folder: Path
    written: WrittenFolder
    municipalities: int
    sites: int
    devices: int
    servers: int
    sensors: int


def generate_inventory(
    seed: int, folder: Path, *, names: Iterable[str] = (), progress: Progress | None = None
) -> GeneratedInventory:
    """Write a generated inventory to a new or empty folder; one municipality is held at a time.

    A municipality is the same whoever else is generated; only what leans on a server of a municipality that
    is left out is left out as well.

    Args:
        seed: the same seed gives the same bytes.
        folder: where to write.
        names: slugs, names or codes of municipalities; all 98 where none is named.
        progress: told what is being made, how many are done, and of how many.

    Raises:
        InventoryGenerationError: the seed or a name cannot be used.
        InventoryWriteError: the folder holds something or cannot be written.

    """
    if not 0 <= seed <= LARGEST_SEED:
        action = f"name a whole number from 0 to {LARGEST_SEED}"
        raise InventoryGenerationError(f"seed {seed}", "it is out of range", action)
    plans = draw_plans(seed)
    chosen = _chosen(plans, tuple(names))
    scope, name = _scope(plans, chosen)
    hosts = {plan.national.slug: plan.national.abbreviation for plan in chosen}
    counts = [0, 0, 0, 0]
    with open_inventory_folder(folder) as writer:
        writer.write_root(scope, f"{name}-{seed}", _comment(seed))
        centres = plan_centres(plans, frozenset(plan.centre for plan in chosen))
        writer.write_centres(centres, (centre_routing_domain(centre) for centre in centres))
        for number, plan in enumerate(chosen, start=1):
            town = generate_municipality(plan, hosts)
            writer.write_municipality(town)
            made = (town.sites, town.devices, town.servers, town.sensors)
            counts = [before + len(here) for before, here in zip(counts, made, strict=True)]
            if progress is not None:
                progress("generating municipalities", number, len(chosen))
    return GeneratedInventory(folder, writer.written, len(chosen), *counts)


def generate_municipality(plan: MunicipalityPlan, hosts: dict[str, str]) -> MunicipalityInventory:
    """Return everything of one municipality.

    Args:
        plan: what was drawn for it.
        hosts: the municipalities of the inventory by slug, with the start of their host names.

    """
    sites = plan_sites(plan)
    addressing = Addressing(plan)
    core = plan_core_network(plan, sites, addressing)
    access = plan_access_network(plan, sites, addressing, core)
    workloads = plan_workloads(plan, addressing, hosts)
    sensors = plan_sensors(plan, addressing, core)
    drafts = (*core.drafts, *access.routers, *access.switches)
    devices = finished_devices(plan, drafts, addressing.inside)
    return MunicipalityInventory(
        municipality=plan_municipality(plan, addressing, workloads.servers),
        routing_domains=addressing.routing_domains,
        public_ranges=plan_public_ranges(plan),
        sites=tuple(planned.site for planned in sites),
        zones=addressing.zones,
        vlans=addressing.vlans,
        devices=devices,
        links=(*core.links, *access.links),
        firewall_clusters=core.clusters,
        sensors=sensors.sensors,
        sensor_feeds=sensors.feeds,
        applications=workloads.applications,
        servers=workloads.servers,
        maintenance_windows=plan_windows(plan),
        freezes=plan_freezes(plan),
        cost_baselines=plan_cost_baselines(plan),
        exceptions=plan_exceptions(plan, devices),
    )


def _chosen(plans: dict[str, MunicipalityPlan], names: tuple[str, ...]) -> tuple[MunicipalityPlan, ...]:
    """Return the plans of the named municipalities, in the order of their codes."""
    if not names:
        return tuple(plans.values())
    known = {key: slug for slug, plan in plans.items() for key in (slug, plan.national.name.lower())}
    known |= {str(plan.national.code): slug for slug, plan in plans.items()}
    wanted = set()
    for name in names:
        if name.lower() not in known:
            reason = "Denmark has no such municipality"
            action = suggest(name.lower(), tuple(plans), most=5)
            raise InventoryGenerationError(f"municipality '{name}'", reason, action)
        wanted.add(known[name.lower()])
    return tuple(plan for slug, plan in plans.items() if slug in wanted)


def _scope(plans: dict[str, MunicipalityPlan], chosen: tuple[MunicipalityPlan, ...]) -> tuple[Scope, str]:
    """Return how much of the country an inventory is, and its name."""
    if len(chosen) == len(plans):
        return "national", "danmark"
    if len(chosen) == 1:
        return "municipality", chosen[0].national.slug
    by_centre: dict[str, str] = {}
    for plan in chosen:
        by_centre.setdefault(plan.centre, plan.national.slug)
    if len(by_centre) > 1:
        told = ", ".join(f"{slug} of {centre}" for centre, slug in sorted(by_centre.items()))
        raise InventoryGenerationError(
            "the chosen municipalities",
            f"they belong to several centres ({told}), and an inventory is one centre's or the whole country",
            "name municipalities of one centre, or none for all",
        )
    return "centre", chosen[0].centre


def _comment(seed: int) -> str:
    return (
        f"Generated from the seed {seed}: everything is invented but the names, codes and regions of the\n"
        "municipalities, and sizes that follow their populations. Membership of centres is an assumption."
    )
