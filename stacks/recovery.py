"""Put right what a killed run left behind: its lock, and objects whose creation was never recorded.

The engine writes down that it is about to create a resource before it asks the provider. Where it was killed
then, the object may exist without being recorded. Its id is its name, so it is entered into the state as if
it existed; the next run reads the platform first and drops what is not there. Nothing is orphaned, and what
exists is neither made twice nor forgotten, whichever command comes next.

Known limit: a working folder belongs to one machine, for a process is looked for where the lock was taken.
"""

import json
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from stacks.automation import PulumiStack
from stacks.errors import StackLockedError
from stacks.models import Recovery

_LOOK_SECONDS = 0.2


def recover(
    stack: PulumiStack, *, wait_seconds: float = 60, sleep: Callable[[float], None] = time.sleep
) -> Recovery:
    """Bring a stack into order after a run that was killed.

    A run that still lives gets some time to end: after its controller was killed, the engine finishes by
    itself what it was doing.

    Raises:
        StackLockedError: another run holds the stack and does not end.

    """
    if not stack.exists():
        return Recovery()
    dead = _wait_for_lock(stack, wait_seconds=wait_seconds, sleep=sleep)
    if dead is not None:
        stack.cancel()
    adopted, forgotten = _settle(stack)
    return Recovery(lock_of_dead_process=dead, adopted=adopted, forgotten=forgotten)


def _wait_for_lock(stack: PulumiStack, *, wait_seconds: float, sleep: Callable[[float], None]) -> int | None:
    """Return the dead process that left a lock, or None where there is no lock."""
    waited = 0.0
    while True:
        holders = _holders(stack.lock_folder)
        if not holders:
            return None
        host, pid = holders[0]
        if all(host == socket.gethostname() and not _runs_pulumi(pid) for host, pid in holders):
            return pid
        if waited >= wait_seconds:
            raise StackLockedError(stack.name, f"process {pid} on {host}")
        sleep(_LOOK_SECONDS)
        waited += _LOOK_SECONDS


def _holders(folder: Path) -> list[tuple[str, int]]:
    if not folder.is_dir():
        return []
    holders = []
    for path in sorted(folder.glob("*.json")):
        try:
            lock = json.loads(path.read_text())
        except FileNotFoundError:
            continue
        holders.append((str(lock["hostname"]), int(lock["pid"])))
    return holders


def _runs_pulumi(pid: int) -> bool:
    """Tell whether a process lives and is a Pulumi CLI; its number may be another's by now."""
    try:
        name = Path(f"/proc/{pid}/comm").read_text().strip()
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return name.startswith("pulumi") and state != "Z"


def _settle(stack: PulumiStack) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Enter unrecorded creations into the state, and drop the marks of every other broken operation."""
    deployment = stack.recorded()
    pending = deployment.get("pending_operations") or []
    if not pending:
        return (), ()
    resources = list(deployment.get("resources") or [])
    known = {resource["urn"] for resource in resources if not resource.get("delete")}
    adopted: list[str] = []
    forgotten: list[str] = []
    for operation in pending:
        resource = operation["resource"]
        name = str(resource.get("inputs", {}).get("name", ""))
        if operation["type"] == "creating" and name and resource["urn"] not in known:
            resources.append(_as_if_made(resource, name))
            adopted.append(name)
        else:
            forgotten.append(str(resource["urn"]).rsplit("::", 1)[-1])
    stack.replace_state({**deployment, "resources": resources, "pending_operations": []})
    return tuple(sorted(adopted)), tuple(sorted(forgotten))


def _as_if_made(resource: dict[str, Any], name: str) -> dict[str, Any]:
    return {**resource, "id": name, "outputs": dict(resource["inputs"])}
