"""How long it takes to generate inventories of 1 to 98 municipalities, their size, and the memory used.

Run: ``python -m benchmarks.generate_national_inventory``
"""

import resource
import tempfile
import time
from pathlib import Path

from inventory.generator.service import generate_inventory
from inventory.national import municipalities

_SEED = 1
_BYTES_PER_MB = 1_000_000
_CENTRE_OF = "Midtjylland"


def main() -> None:
    """Print one line for each size of inventory."""
    midt = tuple(one.slug for one in municipalities() if one.region == _CENTRE_OF)
    for names in (("laesoe",), ("norddjurs",), ("koebenhavn",), midt, ()):
        with tempfile.TemporaryDirectory() as parent:
            began = time.perf_counter()
            made = generate_inventory(_SEED, Path(parent) / "inventory", names=names)
            seconds = time.perf_counter() - began
        peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / _BYTES_PER_MB
        size_mb = made.written.size_bytes / _BYTES_PER_MB
        print(
            f"{made.municipalities:3} municipalities, {made.devices:6} devices, {made.servers:6} servers: "
            f"{seconds:6.2f} s, {size_mb:6.2f} MB in {made.written.files:5} files, "
            f"peak memory {peak_mb:4.0f} MB"
        )


if __name__ == "__main__":
    main()
