"""A login without privileges: raised with the enable secret of its credential, or refused with the reason."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from devices.change_lock import FileChangeLock
from devices.errors import CommandRefused, LoginRefused
from devices.models import Credential, DeviceTarget
from devices.service import collect, preview_change
from inventory.credentials import resolve_credential
from lab.clock import ManualClock
from lab.ios.twin import IOSTwin
from lab.models import TwinSpec
from lab.twin import TwinCredential

CONFIGURATION = Path(__file__).parent / "configurations" / "ios.cfg"


@pytest.fixture
def twin(tmp_path: Path) -> Iterator[tuple[IOSTwin, DeviceTarget]]:
    login = TwinCredential("collector", secrets.token_urlsafe(12), enable_secret=secrets.token_urlsafe(12))
    spec = TwinSpec(
        name="acc-01",
        platform="ios",
        model="C9200L-24T-4X",
        configuration=CONFIGURATION.name,
        management_interface="Vlan10",
    )
    clock = ManualClock(datetime(2026, 3, 1, 22, 0, tzinfo=UTC))
    made = IOSTwin(spec, CONFIGURATION.read_text(encoding="utf-8"), login, tmp_path, clock)
    made.start()
    try:
        yield (
            made,
            DeviceTarget(
                device="acc-01",
                platform="ios",
                address="127.0.0.1",
                port=made.port,
                host_key=made.host_key,
                credential=Credential(
                    username=login.username,
                    password=SecretStr(login.password),
                    enable_secret=SecretStr(login.enable_secret),
                ),
                timeout_seconds=10.0,
            ),
        )
    finally:
        made.stop()


def with_secret(target: DeviceTarget, secret: str | None) -> DeviceTarget:
    told = None if secret is None else SecretStr(secret)
    credential = target.credential.model_copy(update={"enable_secret": told})
    return target.model_copy(update={"credential": credential})


def lines_of(configuration: str) -> list[str]:
    """Return its lines without the separators, of which the terminal shows one more at the end."""
    return [line for line in configuration.splitlines() if line != "!"]


def test_a_login_without_privileges_collects_with_the_enable_secret(
    twin: tuple[IOSTwin, DeviceTarget],
) -> None:
    device, target = twin
    assert target.credential.enable_secret is not None
    assert lines_of(collect(target).running) == lines_of(device.state().running)
    assert "enable" in device.transcript()
    told = "\n".join(device.transcript())
    assert target.credential.enable_secret.get_secret_value() not in told


def test_without_the_secret_it_is_told_what_is_missing(twin: tuple[IOSTwin, DeviceTarget]) -> None:
    device, target = twin
    with pytest.raises(LoginRefused, match="its login has no privileges and its credential no enable_secret"):
        collect(with_secret(target, None))
    assert "enable" not in device.transcript()


def test_a_wrong_secret_is_told_and_never_repeated(twin: tuple[IOSTwin, DeviceTarget]) -> None:
    wrong = secrets.token_urlsafe(12)
    with pytest.raises(LoginRefused, match="it refused the enable secret") as told:
        collect(with_secret(twin[1], wrong))
    assert wrong not in str(told.value)
    assert wrong not in "\n".join(twin[0].transcript())


def test_a_change_is_refused_where_the_device_takes_no_file(
    twin: tuple[IOSTwin, DeviceTarget], tmp_path: Path
) -> None:
    device, target = twin
    before = device.state()
    with pytest.raises(CommandRefused, match="Privilege denied"):
        preview_change(target, "snmp-server location Grenaa\n", lock=FileChangeLock(tmp_path / "locks"))
    assert device.state().running == before.running


def test_the_secret_is_found_where_the_credential_is(tmp_path: Path) -> None:
    environment = {"IOS_USERNAME": "u", "IOS_PASSWORD": "p", "IOS_ENABLE_SECRET": "e"}
    found = resolve_credential("env:IOS", environment=environment)
    assert found.enable_secret == SecretStr("e")
    file = tmp_path / "login.json"
    file.touch(mode=0o600)
    file.write_text('{"username": "u", "password": "p", "enable_secret": "e"}')
    assert resolve_credential(f"file:{file}", environment={}).enable_secret == SecretStr("e")
    del environment["IOS_ENABLE_SECRET"]
    assert resolve_credential("env:IOS", environment=environment).enable_secret is None
