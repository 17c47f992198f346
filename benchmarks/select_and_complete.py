"""How long selections take over the generated country, and how long the shell waits for a completion.

Run: ``python -m benchmarks.select_and_complete``
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from inventory.errors import SelectionError
from inventory.generator.service import generate_inventory
from inventory.models import Inventory
from inventory.selection import select_devices, select_servers
from inventory.service import load_checked

_SEED = 1
_DEVICES = (
    "",
    "municipality=norddjurs role=firewall platform!=ios",
    "name=*-acc1*",
    "site_kind=school model!=C9300* end_of_support=..2026-12-31",
    "name=ndj-acx7",
)
_SERVERS = ("", "criticality=vital environment=production", "vlan=700-719 owner=Sundhed*")
_TYPED = ("municipality=", "municipality=norddjurs name=n", "platform=", "platform=", "platform=")
_EXAMPLE = Path(__file__).parents[1] / "examples" / "norddjurs"


def main() -> None:
    """Print one line for each selection and each completion."""
    with tempfile.TemporaryDirectory() as parent:
        folder = generate_inventory(_SEED, Path(parent) / "inventory").folder
        inventory = load_checked(folder)
        for what, select, selections in (
            ("devices", select_devices, _DEVICES),
            ("servers", select_servers, _SERVERS),
        ):
            for selection in selections:
                seconds, told = _timed(inventory, select, selection)
                print(f"{seconds:6.3f} s  {what}: '{selection}' names {told}")
        _show_completion(_EXAMPLE, Path(parent), "role=f", "example")
        (Path(parent) / ".samdrift").mkdir()
        for typed in _TYPED:
            _show_completion(folder, Path(parent), typed, "country")


def _timed(
    inventory: Inventory, select: Callable[[Inventory, str], tuple[object, ...]], selection: str
) -> tuple[float, str]:
    began = time.perf_counter()
    try:
        told = str(len(select(inventory, selection)))
    except SelectionError:
        told = "nothing, which is an error with near misses"
    return time.perf_counter() - began, told


def _show_completion(folder: Path, working_folder: Path, typed: str, what: str) -> None:
    words = ("samdrift", "devices", "collect", "--select", f"'{typed}")
    environment = os.environ | {
        "SAMDRIFT_INVENTORY": str(folder),
        "_SAMDRIFT_COMPLETE": "complete_bash",
        "COMP_WORDS": "\n".join(words),
        "COMP_CWORD": str(len(words) - 1),
    }
    began, used = time.perf_counter(), _children_seconds()
    subprocess.run(
        [Path(sys.executable).parent / "samdrift"],
        env=environment,
        cwd=working_folder,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    seconds, used = time.perf_counter() - began, _children_seconds() - used
    print(f"{seconds:6.3f} s  ({used:.3f} s of a core)  completion of '{typed}', {what}")


def _children_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main()
