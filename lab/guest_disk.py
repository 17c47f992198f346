"""The data disk of one guest: an ext4 file system with its page, counters and filler, made without root."""

import random
import subprocess
import tempfile
from pathlib import Path

from lab.guest_errors import GuestImageError
from lab.guest_models import GuestSpec

_MIB = 1024 * 1024
_CHANGING_BLOCKS_MIB = 4


def make_guest_disk(spec: GuestSpec, target: Path) -> None:
    """Write the guest's disk as a qcow2 file.

    Raises:
        GuestImageError: the data does not fit, or a program of the Debian packages fails.

    """
    with tempfile.TemporaryDirectory(prefix=f"{spec.name}-", dir=target.parent) as work:
        tree = Path(work) / "tree"
        _fill_tree(spec, tree)
        raw = Path(work) / "disk.raw"
        # Inode tables are written now: the kernel would do it later, as changes that no server asked for.
        options = "root_owner=0:0,lazy_itable_init=0,lazy_journal_init=0"
        layout = ("-t", "ext4", "-b", "4096", "-N", "256", "-m", "0", "-E", options, "-L", "data")
        _run(spec, "mke2fs", "-q", "-F", *layout, "-d", str(tree), str(raw), f"{spec.size_mib}M")
        _run(spec, "qemu-img", "convert", "-q", "-f", "raw", "-O", "qcow2", str(raw), str(target))


def _fill_tree(spec: GuestSpec, tree: Path) -> None:
    state = tree / "guest"
    state.mkdir(parents=True)
    (tree / "www").mkdir()
    for name, value in {
        "text": spec.text,
        "write_kib_per_second": spec.write_kib_per_second,
        "boots": 0,
        "counter": 0,
    }.items():
        (state / name).write_text(f"{value}\n")
    # Filler that no compression removes, different for each guest and the same in each run.
    filler = random.Random(spec.name)  # noqa: S311 - not for secrets
    (state / "blocks").write_bytes(filler.randbytes(_CHANGING_BLOCKS_MIB * _MIB))
    with (tree / "data").open("wb") as data:
        for _ in range(spec.data_mib):
            data.write(filler.randbytes(_MIB))


def _run(spec: GuestSpec, *command: str) -> None:
    # mke2fs lies where an ordinary user's PATH does not look.
    environment = {"PATH": "/usr/sbin:/sbin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, env=environment, timeout=300)
    except FileNotFoundError as error:
        raise GuestImageError(
            f"disk of guest {spec.name}: {command[0]} was not found. "
            "Install the Debian packages e2fsprogs and qemu-utils."
        ) from error
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        said = (error.stderr or "no answer in time") if isinstance(error.stderr, str | None) else ""
        raise GuestImageError(
            f"disk of guest {spec.name} ({spec.size_mib} MiB with {spec.data_mib} MiB of data): {command[0]} "
            f"failed: {said.strip()}. Give the disk more room, or free space in its folder."
        ) from error
