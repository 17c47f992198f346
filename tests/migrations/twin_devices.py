"""Three twins of the example in one rehearsal, and a fourth device that answers nobody."""

import contextlib
import json
import secrets
import socket
from pathlib import Path
from typing import Any

from lab.clock import SystemClock
from lab.lab_file import load_configuration, load_lab_file
from lab.platforms import twin_class
from lab.twin import CertifiedTwin, KnownTwin, Twin, TwinCredential

Rehearsal = Any
TWINS = ("ndj-acc1", "ndj-core1", "ndj-fw1")
OFF = "ndj-fw2"
# Their timers run ten times faster: 20 minutes are 2 here, and one minute is 6 seconds.
CLOCK_FACTOR = 10.0


class Devices:
    """Three twins of the example in one rehearsal; a fourth device answers nobody."""

    def __init__(self, rehearsal: Rehearsal, *, names: tuple[str, ...] = TWINS) -> None:
        self.rehearsal = rehearsal
        self._names = names
        self.credential = TwinCredential("samdrift", secrets.token_urlsafe(18))
        self.twins: dict[str, Twin] = {}

    def start(self, stack: contextlib.ExitStack) -> None:
        lab_file = self.rehearsal.inventory / "lab" / "lab.yaml"
        for spec in load_lab_file(lab_file).twins:
            if spec.name in self._names:
                folder = self.rehearsal.folder / "twins" / spec.name
                folder.mkdir(parents=True)
                faster = spec.model_copy(update={"clock_factor": CLOCK_FACTOR})
                text = load_configuration(lab_file, spec)
                twin = twin_class(spec.platform)(faster, text, self.credential, folder, SystemClock())
                twin.start()
                stack.callback(twin.stop)
                self.twins[spec.name] = twin
        closed = stack.enter_context(socket.socket())
        # Bound and never listening: every connection is refused, and nobody else can take the port.
        closed.bind(("127.0.0.1", 0))
        self._publish(closed.getsockname()[1])

    def _publish(self, closed_port: int) -> None:
        login = self.rehearsal.folder / "device-credential.json"
        login.touch(mode=0o600)
        login.write_text(
            json.dumps({"username": self.credential.username, "password": self.credential.password}),
        )
        reached = {
            name: {
                "address": "127.0.0.1",
                "port": twin.port,
                "credential": f"file:{login}",
                "ca_file": str(twin.ca_file) if isinstance(twin, CertifiedTwin) else None,
                "host_key": twin.host_key if isinstance(twin, KnownTwin) else None,
            }
            for name, twin in self.twins.items()
        }
        reached[OFF] = {"address": "127.0.0.1", "port": closed_port, "credential": f"file:{login}"}
        self.rehearsal.write_endpoints({"devices": reached})

    def commits(self) -> dict[str, int]:
        return {name: twin.state().commits for name, twin in self.twins.items()}

    def secrets_in(self, folder: Path) -> list[str]:
        """Return the files below a folder that hold the twins' password."""
        return _files_with(self.credential.password, folder)

    def holding(self, text: str) -> list[str]:
        """Return the files of the programme's state that hold a text."""
        return _files_with(text, self.rehearsal.folder / "state")


def _files_with(text: str, folder: Path) -> list[str]:
    wanted = text.encode()
    return [str(path) for path in folder.rglob("*") if path.is_file() and wanted in path.read_bytes()]
