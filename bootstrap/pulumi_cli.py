"""The Pulumi CLI: one that is there, else the official download, else built with Go from stacks/toolchain/.

What was found is written to ``.samdrift/toolchain.json``, where the stacks look it up.
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from bootstrap.errors import PulumiUnavailableError, SetupError
from bootstrap.folder_lock import folder_lock
from bootstrap.progress import Progress
from bootstrap.pulumi_build import build
from bootstrap.pulumi_download import RELEASES, download

VERSION = "3.256.0"
_OLDEST = (3, 256, 0)
_BELOW_MAJOR = 4


def usable_version(text: str) -> str | None:
    """Return the version in what ``pulumi version`` printed where it is new enough, else None."""
    found = re.fullmatch(r"v(\d+)\.(\d+)\.(\d+)(?:[-+]\S*)?", text.strip())
    if found is None:
        return None
    major, minor, patch = (int(part) for part in found.groups())
    if (major, minor, patch) < _OLDEST or major >= _BELOW_MAJOR:
        return None
    return f"{major}.{minor}.{patch}"


def cache_folder(environment: Mapping[str, str]) -> Path:
    """Return the folder in the user's cache that keeps the project's tools."""
    named = environment.get("XDG_CACHE_HOME", "")
    base = Path(named) if Path(named).is_absolute() else Path.home() / ".cache"
    return base / "samdrift"


def ensure_pulumi(
    root: Path, progress: Progress, environment: Mapping[str, str], *, releases: str = RELEASES
) -> None:
    """Find or make the CLI and write down where it is.

    Raises:
        PulumiUnavailableError: no way led to one; the message names what was tried.

    """
    record = root / ".samdrift" / "toolchain.json"
    if _still_good(record):
        return
    on_path = shutil.which("pulumi", path=environment.get("PATH"))
    if on_path is not None and (version := _version_of(Path(on_path))) is not None:
        _write(record, Path(on_path), version, "on PATH")
        progress.line(f"Pulumi: using {version} found on PATH ({on_path})")
        return
    kept = cache_folder(environment) / "pulumi" / VERSION
    kept.mkdir(parents=True, exist_ok=True)
    with folder_lock(kept / "lock", progress, "the Pulumi CLI"):
        way = _fetch(root, kept, progress, environment, releases=releases)
    _write(record, kept / "pulumi", VERSION, way)
    progress.line(f"Pulumi: using {VERSION}, {way} ({kept / 'pulumi'})")


def _fetch(
    root: Path, kept: Path, progress: Progress, environment: Mapping[str, str], *, releases: str
) -> str:
    """Put the CLI into its cache folder, and say which way was taken."""
    target = kept / "pulumi"
    if _version_of(target) == VERSION:
        return "kept from an earlier set-up"
    for leftover in kept.glob("*.part"):
        shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink()
    fresh = kept / "pulumi.part"
    tried: list[str] = []
    try:
        download(VERSION, fresh, progress, releases=releases)
        way = "downloaded from its official release"
    except SetupError as error:
        tried.append(str(error))
        progress.line(f"Pulumi: {error}; building it instead")
        try:
            build(root, fresh, VERSION, progress, environment=environment)
        except SetupError as failed:
            raise PulumiUnavailableError("; ".join([*tried, str(failed)])) from failed
        way = "built from stacks/toolchain"
    if _version_of(fresh) != VERSION:
        fresh.unlink(missing_ok=True)
        raise PulumiUnavailableError(f"the CLI {way} does not answer as version {VERSION}")
    fresh.replace(target)
    return way


def _version_of(binary: Path) -> str | None:
    """Ask a CLI for its version, away from the user's own Pulumi settings."""
    with tempfile.TemporaryDirectory(prefix="sd-") as home:
        quiet = {"PATH": os.defpath, "HOME": home, "PULUMI_HOME": home, "PULUMI_SKIP_UPDATE_CHECK": "true"}
        try:
            answer = subprocess.run(
                [str(binary), "version"], capture_output=True, text=True, check=False, timeout=60, env=quiet
            )
        except (OSError, subprocess.TimeoutExpired):
            return None
    return usable_version(answer.stdout) if answer.returncode == 0 else None


def _still_good(record: Path) -> bool:
    try:
        seen = json.loads(record.read_text())
        now = Path(seen["pulumi"]).stat()
    except (OSError, ValueError, KeyError, TypeError):
        return False
    return bool(seen.get("size") == now.st_size and seen.get("mtime_ns") == now.st_mtime_ns)


def _write(record: Path, binary: Path, version: str, way: str) -> None:
    seen = binary.stat()
    facts = {
        "pulumi": str(binary),
        "version": version,
        "way": way,
        "size": seen.st_size,
        "mtime_ns": seen.st_mtime_ns,
    }
    record.parent.mkdir(parents=True, exist_ok=True)
    part = record.with_suffix(".part")
    part.write_text(json.dumps(facts, indent=1) + "\n")
    part.replace(record)
