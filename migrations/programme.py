"""One programme as the controller sees it: frozen inventory, records, and how the world is reached."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hypervisors.changed_blocks import WarmSource
from hypervisors.service import connect
from inventory.endpoints import Endpoints
from inventory.models import MunicipalityInventory
from inventory.snapshot import Snapshot
from migrations.errors import NothingToDo
from records.service import Records
from records.vault import Vault

Report = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Programme:
    """What every undertaking of the controller works with."""

    snapshot: Snapshot
    records: Records
    vault: Vault
    endpoints: Endpoints
    state_folder: Path
    run_folder: Path
    actor: str
    allowed_signers: Path
    clock: Callable[[], datetime]
    report: Report

    def municipality(self, name: str) -> MunicipalityInventory:
        """Return one municipality of the inventory.

        Raises:
            NothingToDo: it has no such municipality.
        """
        for part in self.snapshot.inventory.municipalities:
            if part.municipality.name == name:
                return part
        raise NothingToDo(f"the inventory has no municipality '{name}'")

    @contextmanager
    def hypervisor(self, name: str) -> Iterator[WarmSource]:
        """Open the hypervisor of a municipality or centre for as long as it is needed."""
        endpoint = self.endpoints.hypervisor(name)
        connection = connect(endpoint.uri, storage_folder=Path(endpoint.storage_folder))
        try:
            yield connection
        finally:
            connection.close()
