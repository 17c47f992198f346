"""An independent check of a wave plan: it shares nothing with what made the plan but the models."""

from inventory.models import MunicipalityInventory
from migrations.planning.wave_plan import WavePlan
from stacks.landing_zone_args import machine_name


def check_wave(plan: WavePlan, part: MunicipalityInventory, *, snapshot: str) -> tuple[str, ...]:
    """Return every rule that a plan breaks, in words; none means that it holds."""
    broken: list[str] = []
    if plan.snapshot != snapshot:
        broken.append(
            f"the plan was made from inventory {plan.snapshot[:12]}, now it is {snapshot[:12]}; plan again",
        )
    if (plan.municipality, plan.centre) != (part.municipality.name, part.municipality.centre):
        broken.append(f"the plan moves {plan.municipality} to {plan.centre}, the inventory says otherwise")
    servers = {server.name: server for server in part.servers}
    names = [row.server for row in plan.servers]
    broken += [
        f"{name} stands {names.count(name)} times in the wave"
        for name in sorted(set(names))
        if names.count(name) > 1
    ]
    targets = [row.target for row in plan.servers]
    broken += [
        f"{name} is the target of {targets.count(name)} servers"
        for name in sorted(set(targets))
        if targets.count(name) > 1
    ]
    for position, row in enumerate(plan.servers):
        server = servers.get(row.server)
        if server is None:
            broken.append(f"{row.server} is not a server of {plan.municipality}")
            continue
        if row.disk_mib != sum(disk.size_mib for disk in server.disks):
            broken.append(
                f"{row.server}: the plan counts {row.disk_mib} MiB of disks, the inventory does not"
            )
        if row.target != machine_name(plan.municipality, row.server):
            broken.append(f"{row.server} goes to {row.target}, which is not its machine in the landing zone")
        if set(row.depends_on) != set(server.depends_on) & set(names):
            broken.append(f"{row.server}: the plan names other dependencies than the inventory")
        for needed in server.depends_on:
            if needed in names and names.index(needed) >= position:
                broken.append(f"{row.server} goes before {needed}, on which it depends")
    return tuple(broken)
