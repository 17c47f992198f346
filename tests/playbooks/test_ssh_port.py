"""A firewall with two doors is reached over both ports, from the lab's endpoints to Ansible's variables."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from inventory.endpoints import DeviceEndpoint, EndpointOverlay
from lab.process import LabProcess
from playbooks.inventory_file import run_variables
from playbooks.service import host_of

LAB = """\
twins:
  - name: fw-town
    platform: panos
    model: PA-3410
    configuration: panos.cfg
    management_interface: management
    management_address: 10.70.10.51
  - name: sw-01
    platform: ios
    model: C9200L-24T-4X
    configuration: ios.cfg
    management_interface: Vlan10
"""
CONFIGURATIONS = Path(__file__).parents[1] / "devices" / "configurations"


def test_the_lab_publishes_the_port_of_the_command_line_beside_the_api(tmp_path: Path) -> None:
    for name in ("panos.cfg", "ios.cfg"):
        (tmp_path / name).write_text((CONFIGURATIONS / name).read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "lab.yaml").write_text(LAB, encoding="utf-8")
    lab = LabProcess(tmp_path / "lab.yaml", tmp_path / "lab")
    lab.start()
    try:
        text = (tmp_path / "lab" / "endpoints.json").read_text(encoding="utf-8")
        overlay = EndpointOverlay.model_validate_json(text)
        twin = lab.twins["fw-town"]
        found = overlay.devices["fw-town"]
        assert (found.port, found.ssh_port) == (twin.port, getattr(twin, "ssh_port", None))
        assert found.port != found.ssh_port
        assert overlay.addresses is not None
        assert overlay.addresses["10.70.10.51:443"].ssh_port == found.ssh_port
        assert "ssh_port" not in json.loads(text)["devices"]["sw-01"]
    finally:
        lab.stop()


@pytest.mark.parametrize("port", [None, 2222])
def test_the_port_of_the_command_line_reaches_the_driver_and_only_where_one_is_given(
    port: int | None,
) -> None:
    endpoint = DeviceEndpoint(
        device="fw-town",
        platform="panos",
        address="10.70.10.51",
        port=443,
        ssh_port=port,
        credential="env:FW",
    )
    host = host_of(endpoint)
    assert (host.port, host.ssh_port) == (443, port)
    variables = run_variables(host, Path("run"))
    assert variables.get("samdrift_ssh_port") == port
    assert ("samdrift_ssh_port" in variables) == (port is not None)
