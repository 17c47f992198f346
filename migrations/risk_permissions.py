"""Ask, at the moment of applying, whether the risks of changes may be taken; every use is in the journal."""

from collections.abc import Iterable, Mapping

from devices.models import ChangeResult
from migrations.planning.change_risks import Permission, permission_for
from migrations.planning.device_change_plan import DeviceChangePlan
from migrations.programme import Programme
from playbooks.service import HostResult


def permit(programme: Programme, plan: DeviceChangePlan, devices: Iterable[str]) -> Mapping[str, Permission]:
    """Return what the change of each device may cost now, and journal every override that is used."""
    town, now = programme.municipality(plan.municipality), programme.clock()
    permissions = {
        device: permission_for(
            plan.change(device),
            programme.snapshot.inventory,
            town,
            now=now,
            revert_after_seconds=plan.revert_after_seconds,
        )
        for device in devices
    }
    used = [(device, one) for device, may in permissions.items() if not may.refusal for one in may.granted]
    if used:
        with programme.records.writing() as transaction:
            for device, granted in used:
                until = permissions[device].until
                transaction.journal.append(
                    actor=programme.actor,
                    action="use risk override",
                    subject=device,
                    why=granted.reason,
                    after={
                        **granted.model_dump(mode="json", exclude={"reason"}),
                        "until": None if until is None else until.isoformat(),
                    },
                )
    return permissions


def refused_host(device: str, permission: Permission) -> HostResult:
    """Return the result of a device that nothing was tried on, because its risks may not be taken now."""
    message = f"nothing was tried: {permission.refusal}"
    change = ChangeResult(device=device, outcome="refused", message=message, seconds=0.0)
    return HostResult(device=device, state="not-started", message=f"refused: {message}", change=change)
