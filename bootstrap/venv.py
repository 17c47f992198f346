"""The virtual environment: the locked packages, the project itself, and Debian's libnbd linked in."""

import hashlib
import json
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from bootstrap.errors import StepFailedError
from bootstrap.progress import Progress

_BEGUN = ".samdrift-begun"
_STAMP = ".samdrift-stamp.json"
_DEBIAN_PYTHON = Path("/usr/lib/python3/dist-packages")


def ensure_venv(root: Path, progress: Progress) -> None:
    """Bring ``.venv`` to what the lock files and pyproject.toml say.

    One that was broken off while it was made is made anew; a finished one is only brought up to date.
    """
    venv = root / ".venv"
    python = venv / "bin" / "python"
    wanted = _fingerprint(root)
    if _stamp(venv) != wanted or not _runs(python) or (venv / _BEGUN).exists():
        _make(root, venv, python, progress)
        if not _install(root, python, progress, with_libvirt="libvirt" in wanted):
            wanted.pop("libvirt")
        (venv / _STAMP).write_text(json.dumps(wanted, indent=1) + "\n")
        (venv / _BEGUN).unlink(missing_ok=True)
    _link_nbd(venv, progress)


def _make(root: Path, venv: Path, python: Path, progress: Progress) -> None:
    if (venv / _BEGUN).exists() or not _runs(python):
        _clear(venv)
        venv.mkdir(exist_ok=True)
        (venv / _BEGUN).touch()
        progress.run([sys.executable, "-m", "venv", str(venv)], doing="Python: making .venv", folder=root)
    (venv / _BEGUN).touch()
    (venv / _STAMP).unlink(missing_ok=True)


def _clear(venv: Path) -> None:
    """Empty a half-made environment, but keep the mark that says so until it is whole."""
    if not venv.is_dir():
        return
    for entry in venv.iterdir():
        if entry.name == _BEGUN:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _install(root: Path, python: Path, progress: Progress, *, with_libvirt: bool) -> bool:
    """Install everything; False where only the libvirt binding, which much works without, failed."""
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    progress.run(
        [*pip, "--require-hashes", "-r", "requirements.lock"],
        doing="Python: installing the locked packages",
        folder=root,
    )
    own = [*pip, "--no-build-isolation", "--no-deps", "--editable", "."]
    progress.run(own, doing="Python: installing samdrift itself", folder=root)
    if with_libvirt:
        libvirt = [*pip, "--no-build-isolation", "--require-hashes", "-r", "requirements-libvirt.lock"]
        try:
            progress.run(libvirt, doing="Python: building the libvirt binding", folder=root)
        except StepFailedError as error:
            progress.warn(f"{error}\nsetup: everything about network devices works; servers are not moved")
            return False
    return True


def _fingerprint(root: Path) -> dict[str, str]:
    """Say what the environment depends on; the libvirt binding only where it can be built."""
    parts = {"python": sys.version.split()[0], "folder": str(root)}
    for name in ("pyproject.toml", "requirements.lock"):
        parts[name] = hashlib.sha256((root / name).read_bytes()).hexdigest()
    if _can_build_libvirt():
        lock = (root / "requirements-libvirt.lock").read_bytes()
        parts["libvirt"] = hashlib.sha256(lock).hexdigest()
    return parts


def _can_build_libvirt() -> bool:
    header = (Path(sysconfig.get_path("include")) / "Python.h").is_file()
    if not header or shutil.which("gcc") is None or shutil.which("pkg-config") is None:
        return False
    return subprocess.run(["pkg-config", "--exists", "libvirt"], check=False).returncode == 0


def _stamp(venv: Path) -> object:
    try:
        return json.loads((venv / _STAMP).read_text())
    except (OSError, ValueError):
        return None


def _runs(python: Path) -> bool:
    """Tell whether the environment's interpreter starts and is a Python 3.11 that has pip."""
    code = (
        "import sys, importlib.util as u; sys.exit(sys.version_info[:2] != (3, 11) or not u.find_spec('pip'))"
    )
    try:
        return subprocess.run([str(python), "-I", "-c", code], check=False).returncode == 0
    except OSError:
        return False


def _link_nbd(venv: Path, progress: Progress) -> None:
    """Link Debian's libnbd binding, which no package index has, into the environment."""
    site = venv / "lib" / "python3.11" / "site-packages"
    sources = [_DEBIAN_PYTHON / "nbd.py", *_DEBIAN_PYTHON.glob("libnbdmod.cpython-311-*.so")]
    for link in (site / "nbd.py", *site.glob("libnbdmod.*")):
        if link.is_symlink() and not link.exists():
            link.unlink()
    if len(sources) != 2 or not sources[0].is_file():  # noqa: PLR2004  # the module and its library
        return
    for source in sources:
        link = site / source.name
        if not link.exists():
            link.symlink_to(source)
            progress.line(f"Python: linked Debian's {source.name} into .venv")
