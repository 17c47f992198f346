"""A rehearsal of the example: a copy of its inventory, keys of people, and the command line as a process."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from api.composition import opened_programme, run_folder
from api.settings import Settings
from migrations.programme import Programme
from records.approvals import sign
from records.models import Plan, Purpose
from records.service import Records

EXAMPLE = Path(__file__).parents[2] / "examples" / "norddjurs"
AUTHOR = "ida@example.dk"
PEOPLE = ("anna", "bo", "ida")
_COMMAND_SECONDS = 180


@dataclass(frozen=True)
class Rehearsal:
    """One programme of its own: inventory, state, keys and addresses below one folder."""

    folder: Path
    reports: list[str] = field(default_factory=list)

    @property
    def inventory(self) -> Path:
        return self.folder / "inventory"

    @property
    def endpoints(self) -> Path:
        return self.folder / "endpoints.json"

    @property
    def town(self) -> Path:
        return self.inventory / "municipalities" / "norddjurs"

    @property
    def database(self) -> Path:
        return self.folder / "state" / "programme.db"

    def settings(self) -> Settings:
        return Settings(
            inventory=self.inventory,
            state_folder=self.folder / "state",
            endpoints=self.endpoints,
            allowed_signers=self.folder / "keys" / "allowed_signers",
            identity=AUTHOR,
        )

    def write_endpoints(self, overlay: dict[str, object]) -> None:
        self.endpoints.write_text(json.dumps(overlay), encoding="utf-8")

    @contextmanager
    def programme(self) -> Iterator[Programme]:
        def report(what: str, _done: int, _total: int) -> None:
            self.reports.append(what)

        with opened_programme(self.settings(), report) as programme:
            yield programme

    def records(self) -> Records:
        return Records(f"sqlite:///{self.database}", self.folder / "state" / "evidence")

    def key(self, person: str) -> Path:
        return self.folder / "keys" / person

    def approve(self, programme: Programme, plan: Plan, purpose: Purpose, *people: str) -> None:
        for person in people:
            with programme.records.writing() as transaction:
                transaction.approvals.add(
                    plan,
                    purpose,
                    signature=sign(plan.digest, purpose, key_file=self.key(person)),
                    allowed_signers=programme.allowed_signers,
                )

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SAMDRIFT_")}
        return kept | {
            "SAMDRIFT_INVENTORY": str(self.inventory),
            "SAMDRIFT_STATE_FOLDER": str(self.folder / "state"),
            "SAMDRIFT_ENDPOINTS": str(self.endpoints),
            "SAMDRIFT_ALLOWED_SIGNERS": str(self.folder / "keys" / "allowed_signers"),
            "SAMDRIFT_IDENTITY": AUTHOR,
            **more,
        }

    def start(self, *words: str) -> "subprocess.Popen[str]":
        """Start a command of the command line."""
        return subprocess.Popen(
            [str(Path(sys.executable).parent / "samdrift"), *words],
            cwd=self.folder,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run a command of the command line to its end."""
        process = self.start(*words)
        try:
            out, err = process.communicate(timeout=_COMMAND_SECONDS)
        except BaseException:
            process.kill()
            process.communicate()
            raise
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def clean_up(self) -> None:
        shutil.rmtree(run_folder(self.settings()), ignore_errors=True)


def make_keys(folder: Path) -> None:
    folder.mkdir()
    for person in (*PEOPLE, "mallory"):
        subprocess.run(
            ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", person, "-f", str(folder / person)],
            check=True,
        )
    (folder / "allowed_signers").write_text(
        "".join(
            f'{person}@example.dk namespaces="samdrift" {(folder / f"{person}.pub").read_text()}'
            for person in PEOPLE
        ),
    )


MakeRehearsal = Callable[[], Rehearsal]


@pytest.fixture(scope="session")
def make_rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakeRehearsal]:
    """Return a way to make rehearsals that are cleaned up at the end."""
    keys = tmp_path_factory.mktemp("people") / "keys"
    make_keys(keys)
    made: list[Rehearsal] = []

    def make() -> Rehearsal:
        rehearsal = Rehearsal(tmp_path_factory.mktemp("rehearsal"))
        shutil.copytree(EXAMPLE, rehearsal.inventory)
        shutil.copytree(keys, rehearsal.folder / "keys")
        rehearsal.write_endpoints({})
        made.append(rehearsal)
        return rehearsal

    yield make
    for rehearsal in made:
        rehearsal.clean_up()


@pytest.fixture
def rehearsal(make_rehearsal: MakeRehearsal) -> Rehearsal:
    return make_rehearsal()
