"""A secret that is known here is looked for everywhere it must not be; and no check loads Ansible."""

import ast
import json
import logging
import os
import secrets
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from inventory.credentials import resolve_credential
from inventory.errors import CredentialError
from inventory.service import load_checked, take_snapshot
from playbooks.service import PlaybookHost, RunPlace, collect_devices

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "norddjurs"
PROGRAMS = Path(sys.executable).parent


class Scene(NamedTuple):
    """An inventory whose credentials are of each kind, and the secrets behind them."""

    folder: Path
    inventory: Path
    secrets: tuple[str, ...]
    environment: dict[str, str]
    references: tuple[str, ...]


def write_private(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    return path


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Make an inventory of seven devices: a third of each kind of reference."""
    folder = tmp_path_factory.mktemp("scene")
    by_environment, by_file, by_vault, vault_password = (secrets.token_urlsafe(15) for _ in range(4))
    hidden = folder / "hidden"
    hidden.mkdir()
    file = write_private(hidden / "login.json", json.dumps({"username": "samdrift", "password": by_file}))
    password = write_private(hidden / "vault-password", vault_password)
    vault = write_private(hidden / "vault.yml", f"devices: {{username: samdrift, password: '{by_vault}'}}\n")
    environment = {
        "PATH": f"{PROGRAMS}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LC_ALL": "C.UTF-8",
        "ANSIBLE_HOME": str(folder / "ansible-home"),
    }
    subprocess.run(
        [PROGRAMS / "ansible-vault", "encrypt", "--vault-password-file", password, vault],
        env=environment,
        check=True,
        capture_output=True,
        timeout=60,
    )
    inventory = folder / "norddjurs"
    shutil.copytree(EXAMPLE, inventory)
    references = ("env:CANARY", f"file:{file}", f"vault:{vault}#devices")
    devices = inventory / "municipalities" / "norddjurs" / "devices.yaml"
    text = devices.read_text(encoding="utf-8")
    for number in range(text.count("env:NDJ_DEVICES")):
        text = text.replace("env:NDJ_DEVICES", references[number % 3], 1)
    devices.write_text(text, encoding="utf-8")
    environment |= {
        "SAMDRIFT_INVENTORY": str(inventory),
        "SAMDRIFT_VAULT_PASSWORD_FROM": f"file:{password}",
        "CANARY_USERNAME": "samdrift",
        "CANARY_PASSWORD": by_environment,
    }
    known = (by_environment, by_file, by_vault, vault_password)
    return Scene(folder, inventory, known, environment, references)


def leaks(scene: Scene, folder: Path) -> list[Path]:
    """Return the files that hold a secret in some form."""
    wanted = [form for secret in scene.secrets for form in (secret.encode(), secret.encode().hex().encode())]
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and any(form in path.read_bytes() for form in wanted)
    ]


def run(scene: Scene, *words: str | Path, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PROGRAMS / str(words[0]), *words[1:]],
        env=scene.environment | more,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_the_search_finds_what_is_there(scene: Scene) -> None:
    assert {path.name for path in leaks(scene, scene.folder / "hidden")} == {"login.json", "vault-password"}


def test_neither_snapshot_nor_digest_depends_on_a_secret(scene: Scene) -> None:
    snapshot = take_snapshot(load_checked(scene.inventory))
    text = snapshot.model_dump_json()

    assert all(reference in text for reference in scene.references)
    assert not any(secret in text for secret in scene.secrets)
    # The digest is of the references, not of what is behind them.
    login = scene.folder / "hidden" / "login.json"
    before = login.read_bytes()
    login.write_text("{}", encoding="utf-8")
    try:
        assert take_snapshot(load_checked(scene.inventory)).digest == snapshot.digest
    finally:
        login.write_bytes(before)


@pytest.mark.parametrize(
    "words",
    [
        ("samdrift", "inventory", "show", "--format", "json"),
        ("samdrift", "inventory", "connection", "--format", "json"),
        ("samdrift", "inventory", "connection"),
        ("samdrift", "inventory", "check", "--format", "json"),
        ("ansible-inventory", "-vvvvv", "--list", "-i", "source.samdrift.yml"),
    ],
)
def test_no_answer_holds_a_secret(scene: Scene, tmp_path: Path, words: tuple[str, ...]) -> None:
    source = tmp_path / "source.samdrift.yml"
    source.write_text(f"plugin: samdrift\ninventory: {scene.inventory}\n", encoding="utf-8")

    plugins = str(ROOT / "playbooks" / "inventory_plugins")
    told = run(scene, *words, folder=tmp_path, ANSIBLE_INVENTORY_PLUGINS=plugins)

    assert told.returncode == 0, told.stderr
    assert not any(secret in told.stdout + told.stderr for secret in scene.secrets)
    assert ("check" in words) or all(reference in told.stdout for reference in scene.references)


@pytest.fixture
def nothing_listens() -> Iterator[int]:
    """Hold a port that nothing listens on, so that nobody else takes it meanwhile."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def test_a_collection_from_nothing_leaves_no_secret_behind(
    scene: Scene, tmp_path: Path, nothing_listens: int
) -> None:
    names = [one.name for one in load_checked(scene.inventory).municipalities[0].devices]
    overlay = tmp_path / "endpoints.json"
    where = {"address": "127.0.0.1", "port": nothing_listens}
    overlay.write_text(json.dumps({"devices": dict.fromkeys(names, where)}), encoding="utf-8")

    told = run(
        scene,
        "samdrift",
        "devices",
        "collect",
        folder=tmp_path,
        SAMDRIFT_ENDPOINTS=str(overlay),
        SAMDRIFT_STATE_FOLDER=str(tmp_path / "state"),
        TMPDIR=str(tmp_path),
    )

    # Each device was tried with its login: what failed is the connection, not the credential.
    assert told.returncode == 1, told.stdout + told.stderr
    assert told.stdout.count("session with") == len(names) == 7
    assert "credential" not in told.stdout.lower()
    assert (tmp_path / "state" / "programme.db").is_file()
    assert leaks(scene, tmp_path) == []
    assert not any(secret in told.stdout + told.stderr for secret in scene.secrets)


def test_what_a_run_keeps_while_it_works_holds_references_only(
    scene: Scene, tmp_path: Path, nothing_listens: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CANARY_USERNAME", "CANARY_PASSWORD"):
        monkeypatch.setenv(name, scene.environment[name])
    hosts = tuple(
        PlaybookHost(
            name=f"canary-{number}",
            platform="ios",
            address="127.0.0.1",
            port=nothing_listens,
            credential=reference,
            vault_password_from=scene.environment["SAMDRIFT_VAULT_PASSWORD_FROM"],
            timeout_seconds=5.0,
        )
        for number, reference in enumerate(scene.references)
    )

    result = collect_devices(hosts, RunPlace(tmp_path / "run", tmp_path / "locks"))

    assert ["session with" in host.message for host in result.hosts] == [True] * 3
    kept = (tmp_path / "run" / "hosts.yml").read_text(encoding="utf-8")
    assert all(reference in kept for reference in scene.references)
    assert len(list((tmp_path / "run" / "runner" / "artifacts").rglob("*.json"))) >= 3
    assert leaks(scene, tmp_path) == []


def test_logs_and_errors_hold_no_secret(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    source = scene.environment["SAMDRIFT_VAULT_PASSWORD_FROM"]
    with caplog.at_level(logging.DEBUG):
        logins = [
            resolve_credential(reference, environment=scene.environment, vault_password_from=source)
            for reference in scene.references
        ]
        told = []
        for reference in (f"{scene.references[2]}s", "env:CANARY_USERNAME", f"{scene.references[1]}.old"):
            with pytest.raises(CredentialError) as caught:
                resolve_credential(reference, environment=scene.environment, vault_password_from=source)
            told.append(repr(caught.value))

    assert [one.password.get_secret_value() for one in logins] == list(scene.secrets[:3])
    shown = f"{logins!r} {told} {caplog.text} {[one.model_dump_json() for one in logins]}"
    assert not any(secret in shown for secret in scene.secrets)


def test_a_password_written_where_its_reference_belongs_is_refused_and_not_repeated(
    scene: Scene, tmp_path: Path
) -> None:
    told = run(
        scene,
        "samdrift",
        "inventory",
        "connection",
        folder=tmp_path,
        SAMDRIFT_VAULT_PASSWORD_FROM=scene.secrets[3],
    )

    assert (told.returncode, told.stdout) == (2, "")
    assert "vault_password_from: String should match pattern '^(env|file):" in told.stderr
    assert scene.secrets[3] not in told.stderr


def test_only_one_place_opens_what_a_reference_leads_to() -> None:
    rooms = ("inventory", "devices", "compliance", "playbooks", "hypervisors", "stacks", "migrations", "api")
    opening = {
        path.relative_to(ROOT).as_posix()
        for room in rooms
        for path in (ROOT / room).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"read_credential_file", "read_vault_entry"}
    }

    assert opening == {"inventory/credentials.py"}


def test_a_check_of_an_inventory_loads_no_ansible(scene: Scene, tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from api.cli.app import build_app\n"
        "app = build_app(['inventory', 'check'])\n"
        "try:\n"
        "    app(['inventory', 'check'], prog_name='samdrift')\n"
        "except SystemExit as end:\n"
        "    assert end.code == 0, end.code\n"
        "loaded = {name.partition('.')[0] for name in sys.modules}\n"
        "print(sorted(loaded & {'ansible', 'ansible_runner', 'napalm', 'netmiko', 'inventory'}))\n"
    )
    told = run(scene, "python", "-c", code, folder=tmp_path)

    assert told.returncode == 0, told.stderr
    assert told.stdout.splitlines()[-1] == "['inventory']"
