"""Kernel and initial RAM disk of the lab's guests, built without root and kept in the user's cache folder.

The kernel comes from Debian's cloud image package, which is downloaded and unpacked but never installed. The
initial RAM disk holds BusyBox, the few modules that a virtio machine needs and ``guest_init.sh``.
"""

import fcntl
import gzip
import hashlib
import lzma
import os
import re
import shutil
import struct
import subprocess
import tempfile
from importlib import resources
from pathlib import Path

import platformdirs

from lab.guest_archive import ArchiveFile, render_archive
from lab.guest_errors import GuestImageError
from lab.guest_models import GuestImage

KERNEL_PACKAGE = "linux-image-cloud-amd64"
BOOT_ARGUMENTS = "console=ttyS0 quiet panic=-1 mitigations=off"

# Each needs the ones before it; the two at the end make the power button an input device.
_MODULES = (
    "virtio_ring",
    "virtio",
    "virtio_pci_legacy_dev",
    "virtio_pci_modern_dev",
    "virtio_pci",
    "virtio_blk",
    "failover",
    "net_failover",
    "virtio_net",
    "button",
    "evdev",
)
_BUSYBOX = Path("/bin/busybox")
_POWER_BUTTON = "/etc/acpi/PWRF/00000080"
_PATIENCE_SECONDS = 300
_ELF_INTERPRETER = 3


def default_cache_folder() -> Path:
    """Return where kernels are kept for the user who runs the lab."""
    return platformdirs.user_cache_path("samdrift") / "guest"


def load_guest_image(cache_folder: Path) -> GuestImage:
    """Return the newest kernel of the cache with its initial RAM disk; fetch and build what is not there.

    Raises:
        GuestImageError: a Debian package cannot be fetched or lacks a part.

    """
    kernel_folder = _newest_kernel(cache_folder) or _fetch_kernel_once(cache_folder)
    archive = _render_initrd(kernel_folder)
    initrd = kernel_folder / f"initrd-{hashlib.sha256(archive).hexdigest()[:16]}.img"
    if not initrd.exists():
        _write_whole(initrd, gzip.compress(archive, compresslevel=6, mtime=0))
    return GuestImage(version=kernel_folder.name, kernel=kernel_folder / "vmlinuz", initrd=initrd)


def _newest_kernel(cache_folder: Path) -> Path | None:
    kernels = (path for path in cache_folder.glob("*-cloud-amd64") if path.is_dir())
    return max(kernels, key=_version_key, default=None)


def _fetch_kernel_once(cache_folder: Path) -> Path:
    """Fetch the kernel while no other lab of the user does, and clear what a killed fetch left."""
    cache_folder.mkdir(parents=True, exist_ok=True)
    with (cache_folder / "fetch.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left_over in cache_folder.glob("fetch-*/"):
            shutil.rmtree(left_over)
        return _newest_kernel(cache_folder) or _fetch_kernel(cache_folder)


def _version_key(folder: Path) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", folder.name))


def _fetch_kernel(cache_folder: Path) -> Path:
    """Download and unpack the kernel; the finished folder appears under its version in one rename."""
    package = _kernel_package()
    version = package.removeprefix("linux-image-")
    with tempfile.TemporaryDirectory(prefix="fetch-", dir=cache_folder) as work:
        # Downloads by root stay with root here: apt's own user could not write into this folder.
        sandbox = ("-o", "APT::Sandbox::User=root") if os.getuid() == 0 else ()
        _run("apt-get", *sandbox, "download", package, folder=Path(work))
        (archive,) = Path(work).glob("*.deb")
        tree = Path(work) / "tree"
        _run("dpkg-deb", "-x", str(archive), str(tree), folder=Path(work))
        finished = Path(work) / "finished"
        _keep_what_boots(tree, finished, version=version)
        return finished.rename(cache_folder / version)


def _kernel_package() -> str:
    """Return the package of the newest kernel that the package lists know."""
    found = re.search(r"Depends: (linux-image-\S+-cloud-amd64)", _run("apt-cache", "depends", KERNEL_PACKAGE))
    if found is None:
        raise GuestImageError(
            f"the package lists know no {KERNEL_PACKAGE}. Run apt-get update as root, then start again."
        )
    return found.group(1)


def _keep_what_boots(tree: Path, folder: Path, *, version: str) -> None:
    (folder / "modules").mkdir(parents=True)
    shutil.copyfile(tree / "boot" / f"vmlinuz-{version}", folder / "vmlinuz")
    modules = tree / "lib" / "modules" / version
    built_in = {Path(line).stem for line in (modules / "modules.builtin").read_text().splitlines()}
    order = [name for name in _MODULES if name not in built_in]
    for name in order:
        (folder / "modules" / f"{name}.ko").write_bytes(_read_module(modules, name))
    (folder / "modules" / "order").write_text("".join(f"{name}\n" for name in order))


def _read_module(modules: Path, name: str) -> bytes:
    for file in modules.rglob(f"{name}.ko*"):
        content = file.read_bytes()
        return lzma.decompress(content) if file.suffix == ".xz" else content
    raise GuestImageError(f"kernel package of {modules.name} has no module {name}; guests need it to boot")


def _render_initrd(kernel_folder: Path) -> bytes:
    if not _BUSYBOX.exists() or _needs_loader(busybox := _BUSYBOX.read_bytes()):
        raise GuestImageError(f"no static {_BUSYBOX} was found. Install the Debian package busybox-static.")
    init = resources.files("lab").joinpath("guest_init.sh").read_bytes()
    files = [
        ArchiveFile(name="/bin/busybox", content=busybox, mode=0o755),
        ArchiveFile(name="/init", content=init, mode=0o755),
        ArchiveFile(name=_POWER_BUTTON, content=b"#!/bin/sh\n: >/run/power-off\n", mode=0o755),
    ]
    files += [
        ArchiveFile(name=f"/modules/{path.name}", content=path.read_bytes(), mode=0o644)
        for path in sorted((kernel_folder / "modules").iterdir())
    ]
    return render_archive(files)


def _needs_loader(program: bytes) -> bool:
    """Tell whether a 64-bit ELF program names a loader, that is, needs libraries that the guest lacks."""
    (table,) = struct.unpack_from("<Q", program, 32)
    size, count = struct.unpack_from("<HH", program, 54)
    kinds = {struct.unpack_from("<I", program, table + size * number)[0] for number in range(count)}
    return _ELF_INTERPRETER in kinds


def _write_whole(path: Path, content: bytes) -> None:
    """Write a file that others see either not at all or whole."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".part-", delete=False) as part:
        part.write(content)
    Path(part.name).chmod(0o644)
    Path(part.name).replace(path)


def _run(*command: str, folder: Path | None = None) -> str:
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            check=True,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=_PATIENCE_SECONDS,
        )
    except FileNotFoundError as error:
        raise GuestImageError(f"{command[0]} was not found: guests need a Debian system") from error
    except subprocess.TimeoutExpired as error:
        raise GuestImageError(f"{' '.join(command)} took longer than {_PATIENCE_SECONDS} s") from error
    except subprocess.CalledProcessError as error:
        raise GuestImageError(
            f"{' '.join(command)} failed: {error.stderr.strip()}. Check the package sources (apt-get update)."
        ) from error
    return done.stdout
