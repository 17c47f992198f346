"""What only the check against a real Nautobot server needs: ``python3 -m bootstrap.nautobot``."""

import sys
from pathlib import Path

from bootstrap.debian import Group, install_group
from bootstrap.errors import SetupError
from bootstrap.progress import Progress

# Debian starts services of its own for them, on their usual ports; the check uses only their programs.
_PACKAGES = Group(
    "the Nautobot server of a check",
    ("postgresql", "redis-server"),
    "everything else works; the import from Nautobot is not checked against a real server",
)


def main() -> int:
    """Install the packages and return the exit code."""
    state = Path(__file__).resolve().parent.parent / ".samdrift"
    try:
        install_group(_PACKAGES, Progress(state / "setup.log"))
    except (SetupError, OSError) as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
