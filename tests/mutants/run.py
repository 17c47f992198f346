"""Plant small faults in a copy of the project; a named test must fail for each: ``make mutants``."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
_TIMEOUT_SECONDS = 600
_TESTS_FAILED = 1
_KEYS = {"name", "file", "replace", "with", "test"}


def load_mutants() -> list[dict[str, str]]:
    """Return the mutants, each of which must fit the code as it is."""
    mutants: list[dict[str, str]] = yaml.safe_load((Path(__file__).parent / "mutants.yaml").read_text())
    for mutant in mutants:
        if set(mutant) != _KEYS:
            raise SystemExit(f"a mutant needs {sorted(_KEYS)}, this has {sorted(mutant)}")
        found = (ROOT / mutant["file"]).read_text(encoding="utf-8").count(mutant["replace"])
        if found != 1:
            raise SystemExit(f"'{mutant['name']}' fits {found} places of {mutant['file']}; correct it")
    return mutants


def copy_project(target: Path) -> None:
    """Copy what git tracks, and the marks of the set-up."""
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout
    for name in files.decode().split("\0"):
        if name:
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    (target / ".samdrift").mkdir()
    shutil.copy2(ROOT / ".samdrift" / "toolchain.json", target / ".samdrift")


def finds(mutant: dict[str, str], copy: Path) -> bool:
    """Plant one mutant, run its test, take the mutant out again; return whether the test failed."""
    file = copy / mutant["file"]
    sound = file.read_text(encoding="utf-8")
    file.write_text(sound.replace(mutant["replace"], mutant["with"]), encoding="utf-8")
    try:
        result = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", mutant["test"]],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            timeout=_TIMEOUT_SECONDS,
            check=False,
        )
    finally:
        file.write_text(sound, encoding="utf-8")
    # Exit 1 is a failed test; everything else, such as a test that is not there, is no finding.
    return result.returncode == _TESTS_FAILED


def main() -> None:
    """Run every mutant; one that no test finds makes the run fail."""
    mutants = load_mutants()
    survived = []
    with tempfile.TemporaryDirectory(prefix="sd-m") as folder:
        copy = Path(folder) / "project"
        copy_project(copy)
        for number, mutant in enumerate(mutants, start=1):
            found = finds(mutant, copy)
            survived += [] if found else [mutant["name"]]
            told = "found" if found else "SURVIVED"
            print(f"{number:>3}/{len(mutants)} {told:<9} {mutant['name']}", flush=True)
    if survived:
        raise SystemExit(f"{len(survived)} mutants survived: {'; '.join(survived)}")
    print(f"all {len(mutants)} mutants were found")


if __name__ == "__main__":
    main()
