"""A device is logged in to only when it shows the SSH host key that is recorded for it."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import paramiko
import pytest

from devices.errors import DeviceUnreachable, HostKeyChanged, HostKeyUnknown
from devices.models import Platform
from devices.service import collect, preview_change
from lab.models import Fault

if TYPE_CHECKING:
    from pathlib import Path

    from tests.devices.conftest import Bench, Benches

over_ssh = pytest.mark.parametrize("platform", ["ios", "aoscx", "junos"])
# It stays switched on until somebody tries to log in.
NO_LOGIN_YET = Fault(name="refuse-login", times=1)


def assert_nothing_was_sent(bench: Bench) -> None:
    # What the twin notes of itself begins so.
    assert [line for line in bench.twin.transcript() if not line.startswith("! ")] == []
    assert [fault.name for fault in bench.twin.state().faults] == ["refuse-login"]


@over_ssh
def test_a_device_without_a_recorded_key_is_told_its_key_and_sent_nothing(
    benches: Benches, platform: Platform, tmp_path: Path
) -> None:
    bench = benches.start(platform)
    bench.twin.switch_fault(NO_LOGIN_YET)
    shown = bench.target.host_key
    assert shown is not None
    with pytest.raises(HostKeyUnknown) as told:
        collect(bench.target.model_copy(update={"host_key": None}))
    (tmp_path / "key.pub").write_text(f"{shown}\n")
    listed = subprocess.run(
        ["ssh-keygen", "-l", "-f", str(tmp_path / "key.pub")], check=True, capture_output=True, text=True
    )
    assert f"it shows '{shown}' ({listed.stdout.split()[1]})" in told.value.reason
    assert_nothing_was_sent(bench)


@over_ssh
def test_a_device_with_another_key_than_the_recorded_one_is_sent_nothing(
    benches: Benches, platform: Platform
) -> None:
    bench = benches.start(platform)
    bench.twin.switch_fault(NO_LOGIN_YET)
    for other in (paramiko.ECDSAKey.generate(), paramiko.RSAKey.generate(2048)):
        recorded = f"{other.get_name()} {other.get_base64()}"
        with pytest.raises(HostKeyChanged, match="nothing was sent"):
            collect(bench.target.model_copy(update={"host_key": recorded}))
    assert_nothing_was_sent(bench)


@over_ssh
def test_a_record_that_is_no_key_is_said_before_anything_is_sent(
    benches: Benches, platform: Platform
) -> None:
    bench = benches.start(platform)
    bench.twin.switch_fault(NO_LOGIN_YET)
    with pytest.raises(HostKeyChanged, match="no SSH host key"):
        collect(bench.target.model_copy(update={"host_key": "ssh-ed25519 AAAAC3"}))
    assert_nothing_was_sent(bench)


@over_ssh
def test_an_address_where_nothing_speaks_ssh_is_unreachable_and_not_unknown(
    benches: Benches, platform: Platform
) -> None:
    bench = benches.start(platform)
    bench.twin.stop()
    with pytest.raises(DeviceUnreachable):
        collect(bench.target.model_copy(update={"host_key": None, "timeout_seconds": 1.0}))


def test_the_file_copy_of_an_ios_change_is_checked_like_the_session(
    benches: Benches, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = benches.start("ios")
    asked: list[str] = []
    right = paramiko.SSHClient.connect

    def counting(client: paramiko.SSHClient, *place: object, **options: object) -> None:
        asked.extend(client.get_host_keys())
        assert isinstance(client._policy, paramiko.RejectPolicy)
        right(client, *place, **options)

    monkeypatch.setattr(paramiko.SSHClient, "connect", counting)
    preview_change(bench.target, "snmp-server location Grenaa\n", lock=bench.lock)
    # One for the session and one for the copy.
    assert asked == [f"[127.0.0.1]:{bench.target.port}"] * 2
