"""The door of this room: collect from, preview on and change a set of devices through Ansible."""

import time
from pathlib import Path
from typing import Final

from devices.service import PROFILES, driven_platform
from inventory.endpoints import DeviceEndpoint
from playbooks.errors import RunRefused
from playbooks.models import (
    ChangeToApply,
    ChangeVerb,
    HostRequest,
    HostResult,
    LinesToPreview,
    PlaybookHost,
    PlaybookResult,
    Verb,
)
from playbooks.playbook_run import PlaybookRun, Progress
from playbooks.runner_child import RUNNER_PID_FILE

__all__ = [
    "ChangeToApply",
    "ChangeVerb",
    "HostResult",
    "LinesToPreview",
    "PlaybookHost",
    "PlaybookResult",
    "Progress",
    "RunPlace",
    "apply_changes",
    "back_up_devices",
    "collect_devices",
    "host_of",
    "preview_changes",
]

_SECONDS_AROUND: Final = 600


class RunPlace:
    """Where a run keeps its files, where device locks lie, and how many devices are worked on at once."""

    def __init__(self, folder: Path, lock_folder: Path, *, forks: int = 10) -> None:
        """Keep the folders; they are made when they are needed.

        Args:
            folder: for this run only; it holds what devices answered, so only this user may read it.
            lock_folder: the same for every run on this machine.
            forks: how many devices are worked on at once.

        """
        if forks < 1:
            raise RunRefused("a run works on at least one device at once; correct forks")
        self.folder = folder.absolute()
        self.lock_folder = lock_folder.absolute()
        self.forks = forks


def host_of(endpoint: DeviceEndpoint, *, timeout_seconds: float = 30.0) -> PlaybookHost:
    """Return a device of the inventory as a playbook reaches it.

    Raises:
        CapabilityMissing: there is no driver for its platform.

    """
    return PlaybookHost(
        name=endpoint.device,
        platform=driven_platform(endpoint.device, endpoint.platform),
        address=endpoint.address,
        port=endpoint.port,
        credential=endpoint.credential,
        vault_password_from=endpoint.vault_password_from,
        ssh_port=endpoint.ssh_port,
        ca_file=None if endpoint.ca_file is None else str(Path(endpoint.ca_file).absolute()),
        host_key=endpoint.host_key,
        timeout_seconds=timeout_seconds,
    )


def collect_devices(
    hosts: tuple[PlaybookHost, ...], place: RunPlace, *, progress: Progress | None = None
) -> PlaybookResult:
    """Collect from every device.

    Raises:
        PlaybookError: the run was not started, or ended without a result that can be believed.

    """
    requests = tuple(_request("collect", host, place) for host in hosts)
    return _run(requests, place, _SECONDS_AROUND).result(progress=progress)


def back_up_devices(
    hosts: tuple[PlaybookHost, ...], place: RunPlace, *, progress: Progress | None = None
) -> PlaybookResult:
    """Return the whole configuration of every device for the vault; its secrets are in it.

    Raises:
        PlaybookError: the run was not started, or ended without a result that can be believed.

    """
    requests = tuple(_request("backup", host, place) for host in hosts)
    return _run(requests, place, _SECONDS_AROUND).result(progress=progress)


def preview_changes(
    hosts: tuple[PlaybookHost, ...],
    lines: tuple[LinesToPreview, ...],
    place: RunPlace,
    *,
    progress: Progress | None = None,
) -> PlaybookResult:
    """Let every device compute what its lines would change; ``HostResult.diff`` is the device's own.

    Raises:
        PlaybookError: the run was not started, or ended without a result that can be believed.

    """
    by_device = {one.device: one.lines for one in lines}
    _refuse_mismatch(hosts, tuple(one.device for one in lines))
    requests = tuple(_request("check", host, place, lines=by_device[host.name]) for host in hosts)
    return _run(requests, place, _SECONDS_AROUND).result(progress=progress)


def apply_changes(
    hosts: tuple[PlaybookHost, ...],
    changes: tuple[ChangeToApply, ...],
    place: RunPlace,
    *,
    verb: ChangeVerb = "harden",
    batches: tuple[tuple[str, ...], ...] | None = None,
    check_mode: bool = False,
    progress: Progress | None = None,
) -> PlaybookResult:
    """Apply approved changes, batch after batch; a batch with a failure is the last one.

    Args:
        hosts: the devices to change.
        changes: one approved change for each of them.
        place: where the run works.
        verb: what the changes are for; the playbook of that name carries them out, and what the verb is for
            must be reached before a device is confirmed.
        batches: who may change together, in order (``devices.service.roll_out_batches``); all at once
            without it.
        check_mode: only compare the device's diff with the approved one.
        progress: is told of every device as soon as its result is there.

    Raises:
        PlaybookError: the run was not started, or ended without a result that can be believed.

    """
    by_device = {change.device: change for change in changes}
    by_name = {host.name: host for host in hosts}
    _refuse_mismatch(hosts, tuple(change.device for change in changes))
    order = batches if batches is not None else (tuple(by_name),)
    _refuse_mismatch(hosts, tuple(name for batch in order for name in batch))
    started = time.monotonic()
    found: dict[str, HostResult] = {}
    for number, batch in enumerate(order, start=1):
        part = RunPlace(place.folder / f"batch-{number:03}", place.lock_folder, forks=place.forks)
        requests = tuple(_request(verb, by_name[name], part, change=by_device[name]) for name in batch)
        longest = max(_longest_seconds(by_name[change.device], change) for change in changes)
        rounds = -(-len(batch) // place.forks)
        run = _run(requests, part, int((longest + _SECONDS_AROUND) * rounds))
        result = run.result(check_mode=check_mode, progress=progress)
        found.update({host.device: host for host in result.hosts})
        if result.status != "successful":
            break
    return _joined(verb, hosts, found, time.monotonic() - started)


def _longest_seconds(host: PlaybookHost, change: ChangeToApply) -> float:
    """Return how long one safe change may wait for its device to go back, as late as its platform may be."""
    timer = PROFILES[host.platform].revert_timer
    late = 0 if timer is None else timer.step_seconds + timer.late_seconds
    return change.revert_after_seconds + change.margin_seconds + late


def _joined(
    verb: Verb, hosts: tuple[PlaybookHost, ...], found: dict[str, HostResult], seconds: float
) -> PlaybookResult:
    results = tuple(
        found.get(
            host.name,
            HostResult(
                device=host.name,
                state="not-started",
                message="an earlier batch failed, so this device was not touched",
            ),
        )
        for host in hosts
    )
    successful = all(result.state == "ok" for result in results)
    return PlaybookResult(
        verb=verb, status="successful" if successful else "failed", hosts=results, seconds=seconds
    )


def _run(requests: tuple[HostRequest, ...], place: RunPlace, timeout_seconds: int) -> PlaybookRun:
    return PlaybookRun(requests, place.folder, forks=place.forks, timeout_seconds=timeout_seconds)


def _request(
    verb: Verb,
    host: PlaybookHost,
    place: RunPlace,
    *,
    lines: str = "",
    change: ChangeToApply | None = None,
) -> HostRequest:
    return HostRequest(
        verb=verb,
        host=host,
        lines=lines,
        change=change,
        working_folder=Path.cwd(),
        lock_folder=place.lock_folder,
        result_path=place.folder / "results" / f"{host.name}.json",
        runner_pid_path=place.folder / RUNNER_PID_FILE,
    )


def _refuse_mismatch(hosts: tuple[PlaybookHost, ...], named: tuple[str, ...]) -> None:
    wanted = sorted(host.name for host in hosts)
    if sorted(named) != wanted:
        odd = sorted(set(named) ^ set(wanted)) or ["a device that is named twice"]
        raise RunRefused(f"devices and what is asked of them do not fit each other: {', '.join(odd)}")
