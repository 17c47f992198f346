"""The whole set-up in its order: Debian packages, virtual environment, Pulumi CLI."""

import os
import sys
from pathlib import Path

from bootstrap.debian import ensure_packages
from bootstrap.errors import PulumiUnavailableError, SetupError
from bootstrap.folder_lock import folder_lock
from bootstrap.progress import Progress
from bootstrap.pulumi_cli import ensure_pulumi
from bootstrap.venv import ensure_venv


def set_up(root: Path) -> int:
    """Set a checkout up and return the exit code; a Pulumi CLI that cannot be had is only a warning."""
    state = root / ".samdrift"
    log = state / "setup.log"
    try:
        with folder_lock(state / "setup.lock", Progress(log), "this folder") as descriptor:
            progress = Progress(log, lock_fd=descriptor)
            ensure_packages(root, progress)
            ensure_venv(root, progress)
            try:
                ensure_pulumi(root, progress, dict(os.environ))
            except PulumiUnavailableError as error:
                progress.warn(f"no Pulumi CLI: {error}")
                progress.warn(
                    "network devices work; landing zones cannot be built, tests marked pulumi are skipped"
                )
    except (SetupError, OSError) as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("setup: broken off; start it again to finish", file=sys.stderr)
        return 130
    return 0
