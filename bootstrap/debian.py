"""Debian packages: which are missing, what works without them, and their installation through apt-get."""

import importlib.util
import json
import os
import shutil
import subprocess
import sysconfig
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bootstrap.errors import StepFailedError
from bootstrap.progress import Progress

_RETRY_SECONDS = 24 * 3600.0


@dataclass(frozen=True)
class Group:
    """Packages with one purpose, and what still works where they cannot be had."""

    purpose: str
    packages: tuple[str, ...]
    without: str


_MACHINES = Group(
    "virtual machines",
    (
        "libvirt-daemon",
        "libvirt-daemon-driver-qemu",
        "libvirt-clients",
        "libvirt-dev",
        "pkg-config",
        "gcc",
        "qemu-system-x86",
        "qemu-utils",
        "libnbd-bin",
        "python3-libnbd",
        "busybox-static",
        "e2fsprogs",
        "cpio",
    ),
    "everything about network devices works; servers are not moved, and tests marked libvirt are skipped",
)
_TOOLS = Group(
    "approvals and addresses",
    ("openssh-client", "iproute2"),
    "inventory, collection and judging work; approvals cannot be signed or checked",
)
_BROWSER = Group(
    "test browser",
    ("chromium", "chromium-driver"),
    "everything works; only tests marked chromium are skipped",
)


def groups() -> tuple[Group, ...]:
    """Return the package groups that this interpreter and machine need."""
    python: list[str] = []
    if importlib.util.find_spec("ensurepip") is None:
        python.append("python3-venv")
    if not (Path(sysconfig.get_path("include")) / "Python.h").is_file():
        python.append("python3-dev")
    without = "nothing without python3-venv; without python3-dev the libvirt binding cannot be built"
    first = (Group("Python", tuple(python), without),) if python else ()
    return (*first, _TOOLS, _MACHINES, _BROWSER)


def installed(listing: str) -> frozenset[str]:
    """Read the names of installed packages from what ``dpkg-query -W -f`` printed."""
    rows = (line.split() for line in listing.splitlines())
    return frozenset(row[0] for row in rows if len(row) == 2 and row[1] == "installed")  # noqa: PLR2004


def missing_groups(wanted: Iterable[Group], present: frozenset[str]) -> tuple[Group, ...]:
    """Return the groups that lack packages, each with only those packages."""
    lacking = (Group(g.purpose, tuple(p for p in g.packages if p not in present), g.without) for g in wanted)
    return tuple(group for group in lacking if group.packages)


def ensure_packages(root: Path, progress: Progress) -> None:
    """Install what is missing; where that is not possible, say what and what works without, and go on.

    A failed attempt is repeated when the list of missing packages changes, and after a day.
    """
    wanted = groups()
    missing = missing_groups(wanted, _present(wanted))
    if not missing:
        return
    memory = root / ".samdrift" / "debian.json"
    if not _tried_lately(memory, missing):
        reason = _install(missing, progress)
        missing = missing_groups(wanted, _present(wanted))
        if not missing:
            memory.unlink(missing_ok=True)
            return
        _remember(memory, missing)
        progress.warn(f"Debian packages are missing: {reason}")
    for group in missing:
        progress.warn(f"missing for {group.purpose}: {' '.join(group.packages)} ({group.without})")


def install_group(group: Group, progress: Progress) -> None:
    """Install a group that one command needs and the set-up does not; where it is there, nothing happens.

    Raises:
        StepFailedError: it cannot be installed.

    """
    missing = missing_groups((group,), _present((group,)))
    if not missing:
        return
    reason = _install(missing, progress)
    missing = missing_groups((group,), _present((group,)))
    if missing:
        names = " ".join(missing[0].packages)
        raise StepFailedError(f"Debian: installing {names} for {group.purpose}", reason)


def _present(wanted: Iterable[Group]) -> frozenset[str]:
    if shutil.which("dpkg-query") is None:
        return frozenset()
    names = [package for group in wanted for package in group.packages]
    command = ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *names]
    return installed(subprocess.run(command, capture_output=True, text=True, check=False).stdout)


def _install(missing: tuple[Group, ...], progress: Progress) -> str:
    """Install group by group, so that one that cannot be had does not hold up the others."""
    names = " ".join(package for group in missing for package in group.packages)
    if shutil.which("apt-get") is None:
        return f"this is not a Debian system; install what it calls {names}"
    privilege = _privilege()
    if privilege is None:
        return (
            f"neither root nor sudo without a password; run: apt-get install --no-install-recommends {names}"
        )
    apt = [*privilege, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-y"]
    apt += ["-o", "DPkg::Lock::Timeout=300"]
    reason = "apt-get could not install them"
    try:
        if _interrupted():
            progress.run(
                [*privilege, "dpkg", "--configure", "-a"], doing="Debian: finishing what was broken off"
            )
        progress.run([*apt, "update"], doing="Debian: reading the package lists")
    except StepFailedError as error:
        reason = str(error)
    for group in missing:
        doing = f"Debian: installing {len(group.packages)} packages for {group.purpose}"
        try:
            progress.run([*apt, "install", "--no-install-recommends", *group.packages], doing=doing)
        except StepFailedError as error:
            reason = str(error)
    return reason


def _interrupted() -> bool:
    audit = subprocess.run(["dpkg", "--audit"], capture_output=True, text=True, check=False)
    return bool(audit.stdout.strip())


def _privilege() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    return ["sudo", "-n"] if asked.returncode == 0 else None


def _names(missing: tuple[Group, ...]) -> list[str]:
    return sorted(package for group in missing for package in group.packages)


def _remember(memory: Path, missing: tuple[Group, ...]) -> None:
    memory.parent.mkdir(parents=True, exist_ok=True)
    memory.write_text(json.dumps({"missing": _names(missing), "tried_at": time.time()}) + "\n")


def _tried_lately(memory: Path, missing: tuple[Group, ...]) -> bool:
    try:
        seen = json.loads(memory.read_text())
    except (OSError, ValueError):
        return False
    if not isinstance(seen, dict) or not isinstance(seen.get("tried_at"), float):
        return False
    age = time.time() - seen["tried_at"]
    return seen.get("missing") == _names(missing) and 0 <= age < _RETRY_SECONDS
