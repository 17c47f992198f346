"""The twins of the device tests, and how a playbook reaches them."""

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from playbooks.service import PlaybookHost, RunPlace

_SPEC = importlib.util.spec_from_file_location(
    "samdrift_device_benches", Path(__file__).parents[1] / "devices" / "conftest.py"
)
assert _SPEC is not None
assert _SPEC.loader is not None
_MODULE = importlib.util.module_from_spec(_SPEC)
sys.modules[_SPEC.name] = _MODULE
_SPEC.loader.exec_module(_MODULE)

benches = _MODULE.benches

HostOf = Callable[[Any], PlaybookHost]


@pytest.fixture
def host_of_bench(monkeypatch: pytest.MonkeyPatch) -> HostOf:
    """Return how a twin is named to a playbook; its login is set in the environment, under its own name."""

    def host(bench: Any) -> PlaybookHost:
        target = bench.target
        prefix = "SAMDRIFT_" + target.device.replace("-", "_").upper()
        monkeypatch.setenv(f"{prefix}_USERNAME", target.credential.username)
        monkeypatch.setenv(f"{prefix}_PASSWORD", target.credential.password.get_secret_value())
        return PlaybookHost(
            name=target.device,
            platform=target.platform,
            address=target.address,
            port=target.port,
            credential=f"env:{prefix}",
            ssh_port=target.ssh_port,
            ca_file=target.ca_file,
            host_key=target.host_key,
            timeout_seconds=20.0,
        )

    return host


@pytest.fixture
def place(tmp_path: Path) -> RunPlace:
    return RunPlace(tmp_path / "run", tmp_path / "locks", forks=4)
