"""Nautobot's own virtual environment, kept in the user's cache folder by the digest of its lock file."""

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import platformdirs

from lab.nautobot.commands import RunFolder

LOCK_FILE = Path(__file__).with_name("requirements.lock")
_DONE = "installed"
_VERSION = re.compile(r"[0-9a-f]{16}")


def default_cache_folder() -> Path:
    """Return where environments and database dumps are kept for the user."""
    return platformdirs.user_cache_path("samdrift") / "nautobot"


def version_folder(cache_folder: Path) -> Path:
    """Return the folder of exactly these locked packages on this interpreter."""
    digest = hashlib.sha256(LOCK_FILE.read_bytes() + sys.version.encode()).hexdigest()[:16]
    return cache_folder / digest


@contextlib.contextmanager
def only_one(cache_folder: Path) -> Iterator[Path]:
    """Hold the one run that a user may have; yield the file that names the folder of the last one."""
    cache_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (cache_folder / "run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield cache_folder / "run-folder"


def ensure_environment(cache_folder: Path, run_folder: RunFolder) -> Path:
    """Return the folder with the programs of Nautobot, installed where it is not there yet.

    Raises:
        NautobotLabError: The packages cannot be had.

    """
    folder = version_folder(cache_folder) / "venv"
    programs = folder / "bin"
    if (folder / _DONE).exists():
        return programs
    # What other locked versions left is half a gigabyte each, and nobody asks for it again.
    for other in cache_folder.iterdir():
        if _VERSION.fullmatch(other.name) and other != folder.parent:
            shutil.rmtree(other, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    run_folder.progress("installing Nautobot into an environment of its own (once, about a minute)")
    run_folder.run([sys.executable, "-m", "venv", str(folder)], doing="making the environment")
    install = [str(programs / "python"), "-m", "pip", "install", "--quiet", "--no-input"]
    install += ["--disable-pip-version-check", "--require-hashes", "-r", str(LOCK_FILE)]
    # pip finds its index the way the user's other installations do.
    run_folder.run(install, doing="installing the locked packages", environment=_pip_environment())
    (folder / _DONE).touch()
    return programs


def _pip_environment() -> dict[str, str]:
    passed = (
        "HOME",
        "XDG_CONFIG_HOME",
        "HTTPS_PROXY",
        "https_proxy",
        "NO_PROXY",
        "no_proxy",
        "SSL_CERT_FILE",
    )
    named = {name: os.environ[name] for name in passed if name in os.environ}
    return named | {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
