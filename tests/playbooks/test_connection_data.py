"""NAPALM connection data: what NAPALM itself opens a device with, and a credential that stays a reference."""

import json
import os
import secrets
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from napalm import get_network_driver
from typer.testing import CliRunner

from api.cli.inventory import app
from devices.service import PROFILES
from inventory.connection import DeviceConnection, NAPALMArguments, device_connection, device_connections
from inventory.credentials import resolve_credential
from inventory.endpoints import DEFAULT_PORTS, DeviceEndpoint, Endpoints
from inventory.service import load_checked, take_snapshot
from playbooks.service import PlaybookHost, RunPlace, collect_devices

EXAMPLE = Path(__file__).parents[2] / "examples" / "norddjurs"
RUN = CliRunner()


def connection_of(platform: Any) -> DeviceConnection:
    endpoint = DeviceEndpoint(
        device="ndj-one", platform=platform, address="192.0.2.1", port=22, credential="env:NDJ"
    )
    return device_connection(endpoint)


def test_every_platform_has_a_driver_of_napalm_or_says_that_there_is_none() -> None:
    drivers = {
        platform: None if (napalm := connection_of(platform).napalm) is None else napalm.driver
        for platform in DEFAULT_PORTS
    }

    assert drivers == {
        "ios": "ios",
        "nxos": "nxos_ssh",
        "eos": "eos",
        "junos": "junos",
        "fortios": None,
        "aoscx": None,
        "panos": None,
        "fortiswitch": None,
        "other": None,
    }
    for driver in filter(None, drivers.values()):
        assert get_network_driver(driver) is not None
    for platform, profile in PROFILES.items():
        assert drivers[platform] in {None, profile.napalm_driver}


def vault_with(folder: Path, login: dict[str, str]) -> str:
    """Encrypt a login with ansible-vault and return the reference to it."""
    path, password = folder / "vault.yml", folder / "password"
    path.write_text(json.dumps({"twins": login}), encoding="utf-8")
    password.write_text(secrets.token_urlsafe(12), encoding="utf-8")
    password.chmod(0o600)
    subprocess.run(
        [Path(sys.executable).parent / "ansible-vault", "encrypt", "--vault-password-file", password, path],
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "ANSIBLE_HOME": str(folder / "home")},
        check=True,
        capture_output=True,
        timeout=60,
    )
    return f"vault:{path}#twins"


@pytest.mark.parametrize("platform", ["ios", "eos", "junos"])
def test_napalm_opens_a_device_with_it_and_a_login_from_a_vault(
    benches: Any, tmp_path: Path, platform: str
) -> None:
    bench = benches.start(platform, factor=1.0)
    target = bench.target
    login = {
        "username": target.credential.username,
        "password": target.credential.password.get_secret_value(),
    }
    connection = device_connection(
        DeviceEndpoint(
            device=target.device,
            platform=target.platform,
            address=target.address,
            port=target.port,
            credential=vault_with(tmp_path, login),
            ca_file=target.ca_file,
            vault_password_from=f"file:{tmp_path / 'password'}",
        ),
        timeout_seconds=20.0,
    )
    assert connection.napalm is not None

    found = resolve_credential(
        connection.credential, environment={}, vault_password_from=connection.vault_password_from
    )
    arguments = dict(connection.napalm.optional_args)
    if connection.ca_file is not None:
        arguments["context"] = ssl.create_default_context(cafile=connection.ca_file)
    driver = get_network_driver(connection.napalm.driver)
    with driver(
        connection.napalm.hostname,
        found.username,
        found.password.get_secret_value(),
        timeout=connection.napalm.timeout,
        optional_args=arguments,
    ) as device:
        collected = device.get_config(retrieve="running")["running"].splitlines()
    true_lines = [line for line in bench.twin.state().running.splitlines() if line.strip(" !")]
    assert [line for line in true_lines if line not in collected] == []
    assert len(true_lines) > 10


def test_a_run_collects_with_a_login_from_a_vault(benches: Any, place: RunPlace, tmp_path: Path) -> None:
    target = benches.start("ios", factor=1.0).target
    password = target.credential.password.get_secret_value()
    host = PlaybookHost(
        name=target.device,
        platform=target.platform,
        address=target.address,
        port=target.port,
        credential=vault_with(tmp_path, {"username": target.credential.username, "password": password}),
        host_key=target.host_key,
        vault_password_from=f"file:{tmp_path / 'password'}",
    )

    good = collect_devices((host,), place)
    bad = collect_devices((host.model_copy(update={"vault_password_from": None}),), place)

    assert (good.status, good.hosts[0].collection is not None) == ("successful", True)
    assert (bad.status, bad.hosts[0].state) == ("failed", "failed")
    assert "nothing says where the vault's password is; set vault_password_from" in bad.hosts[0].message
    kept = [path for path in (tmp_path / "run").rglob("*") if path.is_file()]
    assert len(kept) > 5
    assert [path for path in kept if password.encode() in path.read_bytes()] == []


def test_the_command_tells_it_as_json_and_to_people(tmp_path: Path) -> None:
    overlay = tmp_path / "endpoints.yaml"
    overlay.write_text("devices: {ndj-fw1: {address: 127.0.0.1, port: 8300, credential: 'vault:v.yml#fw'}}\n")
    words = ["connection", str(EXAMPLE), "--select", "name=ndj-fw1", "--endpoints", str(overlay)]

    machine = RUN.invoke(app, [*words, "--format", "json", "--timeout-seconds", "45"])
    people = RUN.invoke(app, words)

    expected = DeviceConnection(
        device="ndj-fw1",
        platform="junos",
        address="127.0.0.1",
        port=8300,
        timeout_seconds=45.0,
        credential="vault:v.yml#fw",
        napalm=NAPALMArguments(
            driver="junos",
            hostname="127.0.0.1",
            timeout=45.0,
            optional_args={"port": 8300, "ssh_config_file": "/dev/null"},
        ),
    )
    assert (machine.exit_code, json.loads(machine.output)) == (0, [expected.model_dump(mode="json")])
    assert people.exit_code == 0
    assert [word.strip() for word in people.output.splitlines()[3].split("│")[1:-1]] == [
        "ndj-fw1", "junos", "junos", "127.0.0.1", "8300", "vault:v.yml#fw",
    ]  # fmt: skip
    assert people.output.endswith("devices: 1\n")


def test_a_snapshot_gives_the_same_as_its_folder(tmp_path: Path) -> None:
    inventory = load_checked(EXAMPLE)
    kept = tmp_path / "snapshot.json"
    kept.write_text(take_snapshot(inventory).model_dump_json(), encoding="utf-8")

    of_folder = RUN.invoke(app, ["connection", str(EXAMPLE), "--format", "json"])
    of_snapshot = RUN.invoke(app, ["connection", str(kept), "--format", "json"])

    assert (of_folder.exit_code, of_snapshot.exit_code) == (0, 0)
    assert json.loads(of_snapshot.output) == json.loads(of_folder.output)
    assert json.loads(of_folder.output) == [
        one.model_dump(mode="json") for one in device_connections(inventory, Endpoints(inventory))
    ]
    assert len(json.loads(of_folder.output)) == 7


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--select", "role=acces"], "no role is 'acces'; did you mean 'access'?"),
        (["--endpoints", "missing.yaml"], "endpoints missing.yaml: it cannot be read"),
    ],
)
def test_what_is_not_possible_exits_2(words: list[str], message: str) -> None:
    for extra in ([], ["--format", "json"]):
        told = RUN.invoke(app, ["connection", str(EXAMPLE), *words, *extra])
        assert told.exit_code == 2
        assert message in told.stderr
    assert message in json.loads(told.stdout)["error"]
