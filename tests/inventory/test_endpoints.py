"""Addresses: the inventory's own, and what an overlay changes about them."""

import json
from pathlib import Path

import pytest

from inventory.endpoints import (
    BootFiles,
    DeviceEndpoint,
    EndpointOverlay,
    Endpoints,
    HypervisorEndpoint,
    ServerEndpoint,
    ServerEndpoints,
    load_endpoints,
)
from inventory.errors import EndpointError
from inventory.models import Inventory


def test_without_an_overlay_the_inventory_and_the_platform_decide(inventory: Inventory) -> None:
    endpoints = load_endpoints(inventory, None)

    assert [endpoints.device(name) for name in ("ndj-acc1", "ndj-core1", "ndj-fw1")] == [
        DeviceEndpoint(
            device="ndj-acc1", platform="ios", address="10.70.10.31", port=22, credential="env:NDJ_DEVICES"
        ),
        DeviceEndpoint(
            device="ndj-core1", platform="eos", address="10.70.10.21", port=443, credential="env:NDJ_DEVICES"
        ),
        DeviceEndpoint(
            device="ndj-fw1", platform="junos", address="10.70.10.11", port=830, credential="env:NDJ_DEVICES"
        ),
    ]
    side = ServerEndpoint(address="10.70.71.11", port=80, guest_port=80)
    assert endpoints.server("ndj-web1") == ServerEndpoints(server="ndj-web1", municipal=side, centre=side)
    assert endpoints.published("ndj-web1") is None
    assert endpoints.hypervisor("norddjurs") == HypervisorEndpoint(
        uri="qemu+ssh://samdrift@hv1.norddjurs.example/system",
        storage_folder="/var/lib/libvirt/images",
        boot=None,
    )


@pytest.mark.parametrize("suffix", ["json", "yaml"])
def test_an_overlay_changes_what_it_names_and_nothing_else(
    inventory: Inventory, tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"endpoints.{suffix}"
    overlay = {
        "devices": {
            "ndj-core1": {
                "address": "127.0.0.1",
                "port": 40443,
                "credential": "file:lab.json",
                "ca_file": "core1.pem",
            },
            "ndj-acc1": {"port": 40022},
        },
        "hypervisors": {
            "norddjurs": {
                "uri": "qemu+unix:///session?socket=/run/sd/norddjurs",
                "storage_folder": "/run/sd/disks",
                "boot": {"kernel": "vmlinuz", "initrd": "initrd.img", "arguments": "quiet"},
            }
        },
        "servers": {"ndj-web1": {"centre": {"address": "127.0.0.1", "port": 40081, "guest_port": 8080}}},
    }
    path.write_text(json.dumps(overlay, indent=2), encoding="utf-8")

    endpoints = load_endpoints(inventory, path)

    assert endpoints.device("ndj-core1") == DeviceEndpoint(
        device="ndj-core1",
        platform="eos",
        address="127.0.0.1",
        port=40443,
        credential="file:lab.json",
        ca_file="core1.pem",
    )
    assert endpoints.device("ndj-acc1") == DeviceEndpoint(
        device="ndj-acc1", platform="ios", address="10.70.10.31", port=40022, credential="env:NDJ_DEVICES"
    )
    assert endpoints.device("ndj-acc2").port == 22
    assert endpoints.hypervisor("norddjurs") == HypervisorEndpoint(
        uri="qemu+unix:///session?socket=/run/sd/norddjurs",
        storage_folder="/run/sd/disks",
        boot=BootFiles(kernel="vmlinuz", initrd="initrd.img", arguments="quiet"),
    )
    assert endpoints.hypervisor("midt").uri == "qemu+ssh://samdrift@hv1.midt.example/system"
    assert endpoints.published("ndj-web1") == endpoints.server("ndj-web1").centre
    assert endpoints.published("ndj-esdh1") is None
    assert endpoints.server("ndj-web1") == ServerEndpoints(
        server="ndj-web1",
        municipal=ServerEndpoint(address="10.70.71.11", port=80, guest_port=80),
        centre=ServerEndpoint(address="127.0.0.1", port=40081, guest_port=8080),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"devices": {"ndj-acc9": {}}}', "the inventory has no 'ndj-acc9'; did you mean 'ndj-acc"),
        ('{"servers": {"ndj-webb1": {}}}', "the inventory has no 'ndj-webb1'; did you mean 'ndj-web1'"),
        (
            '{"hypervisors": {"midtt": {"uri": "qemu:///system"}}}',
            "the inventory has no 'midtt'; did you mean 'midt'",
        ),
        ('{"devices":\n {"ndj-acc1": {"prot": 22}}}', ":2:16: unknown key 'prot'; did you mean 'port'?"),
        ('{"devices": {"ndj-acc1": {"port": 70000}}}', ":1:35: 'port': '70000' does not fit"),
        (
            '{"devices": {"ndj-acc1": {"port": "22"}}}',
            "'port': '22' has the wrong type; write a whole number",
        ),
        ('{"devices": {', "not valid YAML"),
    ],
)
def test_a_wrong_overlay_is_an_error_with_its_place(
    inventory: Inventory, tmp_path: Path, text: str, message: str
) -> None:
    path = tmp_path / "endpoints.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(EndpointError) as caught:
        load_endpoints(inventory, path)

    assert message in str(caught.value)


def test_an_overlay_that_is_not_there_is_an_error(inventory: Inventory, tmp_path: Path) -> None:
    with pytest.raises(EndpointError, match="cannot be read; name a readable JSON or YAML file"):
        load_endpoints(inventory, tmp_path / "missing.json")


def test_a_password_written_into_the_overlay_is_not_repeated(inventory: Inventory, tmp_path: Path) -> None:
    path = tmp_path / "endpoints.json"
    path.write_text('{"devices": {"ndj-acc1": {"credential": "Hemmelig-1234"}}}', encoding="utf-8")

    with pytest.raises(EndpointError) as caught:
        load_endpoints(inventory, path)

    assert "Hemmelig" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_asking_for_what_the_inventory_does_not_have_is_an_error(inventory: Inventory) -> None:
    endpoints = Endpoints(inventory, EndpointOverlay())

    with pytest.raises(EndpointError, match="device ndj-acc4: the inventory does not have it; did you mean"):
        endpoints.device("ndj-acc4")
    with pytest.raises(EndpointError, match="server ndj-mail1: the inventory does not have it"):
        endpoints.server("ndj-mail1")
    with pytest.raises(EndpointError, match="municipality or centre syddjurs"):
        endpoints.hypervisor("syddjurs")
