"""Where a demonstration keeps its files, and the environment its commands run in."""

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "norddjurs"
AUTHOR = "carl@norddjurs.example"
APPROVERS = ("anna@norddjurs.example", "bo@midt.example")


@dataclass(frozen=True)
class Place:
    """The folders of one checkout's demonstration; another checkout on the machine has others."""

    work: Path
    lab: Path

    @property
    def state(self) -> Path:
        """Return the folder of the programme's records."""
        return self.work / "state"

    @property
    def logs(self) -> Path:
        """Return the folder of what every command printed."""
        return self.work / "log"

    @property
    def endpoints(self) -> Path:
        """Return the overlay of addresses that the lab writes."""
        return self.lab / "endpoints.json"

    @property
    def signers(self) -> Path:
        """Return the approvers that this run made."""
        return self.work / "keys" / "allowed_signers"

    def key(self, person: str) -> Path:
        """Return the private key of a person of this run."""
        return self.work / "keys" / person.partition("@")[0]

    def plan(self, name: str) -> Path:
        """Return the file of a plan."""
        return self.work / "plans" / f"{name}.json"

    def environment(self, port: int) -> dict[str, str]:
        """Return the environment of every command: this process's, and the settings of the rehearsal."""
        return {
            **os.environ,
            "SAMDRIFT_INVENTORY": str(EXAMPLE),
            "SAMDRIFT_STATE_FOLDER": str(self.state),
            "SAMDRIFT_ENDPOINTS": str(self.endpoints),
            "SAMDRIFT_ALLOWED_SIGNERS": str(self.signers),
            "SAMDRIFT_IDENTITY": AUTHOR,
            "SAMDRIFT_API_PORT": str(port),
            "PATH": f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}",
        }


def find_place() -> Place:
    """Return this checkout's place; the lab's folder is short because unix sockets allow 108 bytes."""
    digest = hashlib.sha256(os.fsencode(ROOT)).hexdigest()[:8]
    return Place(
        work=ROOT / ".samdrift" / "demo",
        lab=Path(tempfile.gettempdir()) / f"sd-{os.getuid()}-{digest}d",
    )


def renew(place: Place) -> None:
    """Empty the working folder of an earlier demonstration and make it anew."""
    shutil.rmtree(place.work, ignore_errors=True)
    for folder in (place.work, place.logs, place.work / "keys", place.work / "plans"):
        folder.mkdir(parents=True, mode=0o700, exist_ok=True)
