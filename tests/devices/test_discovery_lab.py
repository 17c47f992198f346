"""Discovery of the example's lab: seven real twins over their real protocols, from two addresses."""

import json
import shutil
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from inventory.models import Device, MunicipalityInventory
from inventory.service import load_inventory
from lab.models import Fault
from tests.devices.discovered_lab import EXAMPLE, DiscoveredLab

SEEDS = ("--seed", "10.70.10.5", "--seed", "10.70.10.21", "--within", "10.70.10.0/24")


WITHHELD = "not tried, since refused too often elsewhere: env:NDJ_DEVICES"


def parts(device: Device) -> dict[str, Any]:
    """Return what discovery is to find of a device: all but its ports, and what no configuration tells."""
    left_out = {"interfaces", "serial_number", "software_version"}
    return {key: value for key, value in device.model_dump(mode="json").items() if key not in left_out}


def cables(town: MunicipalityInventory) -> set[frozenset[str]]:
    return {frozenset(link.ends) for link in town.links if link.ends is not None}


def town_of(folder: Path) -> MunicipalityInventory:
    loaded = load_inventory(folder)
    assert loaded.inventory is not None, [one.render() for one in loaded.violations]
    return loaded.inventory.municipalities[0]


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DiscoveredLab]:
    made = DiscoveredLab(tmp_path_factory.mktemp("discovery"))
    made.lab.start()
    try:
        yield made
    finally:
        made.lab.stop()


def test_discovery_rebuilds_the_topology_of_the_lab_from_two_addresses(
    lab: DiscoveredLab, tmp_path: Path
) -> None:
    """Devices, platforms, models, sites, roles and links equal those that people wrote; whole values."""
    folder = without_devices(tmp_path)
    ran = lab.discover(*SEEDS, "--inventory", str(folder), "--write")
    assert (ran.returncode, "written: devices.yaml, links.yaml, provenance.jsonl" in ran.stdout) == (
        0,
        True,
    ), ran.stdout + ran.stderr
    found, wanted = town_of(folder), town_of(EXAMPLE)
    assert {one.name: parts(one) for one in found.devices} == {one.name: parts(one) for one in wanted.devices}
    assert cables(found) == cables(wanted)
    assert len(found.devices) == 7
    assert len(cables(found)) == 7
    again = lab.discover(*SEEDS, "--inventory", str(folder), "--format", "json")
    told = json.loads(again.stdout)
    assert (again.returncode, told["files"], told["conflicts"], told["vanished"]) == (0, [], [], [])
    assert told["discovery"]["not_reached"] == []


def test_what_people_wrote_stays_and_only_what_was_unknown_is_added(lab: DiscoveredLab) -> None:
    """Into the example as it is: no conflict, no change of a value; serial numbers and versions are new."""
    ran = lab.discover(*SEEDS, "--inventory", str(EXAMPLE), "--format", "json")
    told = json.loads(ran.stdout)
    assert (ran.returncode, told["conflicts"], told["changed"]) == (0, [], [])
    assert {(one["key"], *one["path"]) for one in told["added"]} == {
        (f"ndj-{name}", field)
        for name in ("acc1", "acc2", "acc3", "core1", "edge1", "fw1", "fw2")
        for field in ("serial_number", "software_version")
    }


def test_a_login_is_tried_once_and_a_refused_credential_not_for_ever(lab: DiscoveredLab) -> None:
    """Each twin would let the second attempt in; nobody makes one."""
    for name in ("ndj-acc1", "ndj-acc2"):
        lab.lab.twins[name].switch_fault(Fault(name="refuse-login", times=1))
    asked = ("--seed", "10.70.10.31", "--seed", "10.70.10.32", "--within", "10.70.10.0/24", "--workers", "1")
    ran = lab.discover(*asked, "--refused-logins", "1", "--format", "json")
    lab.lab.twins["ndj-acc2"].clear_faults()
    found = json.loads(ran.stdout)["discovery"]
    assert ran.returncode == 1
    assert found["devices"] == []
    assert [(one["addresses"], one["kind"], one["reason"]) for one in found["not_reached"]] == [
        (
            ["10.70.10.31"],
            "login-refused",
            "it looks like ios; logins refused: env:NDJ_DEVICES; give its credential",
        ),
        (
            ["10.70.10.32"],
            "login-withheld",
            f"it looks like ios; logins {WITHHELD}; give its credential",
        ),
    ]
    assert lab.lab.twins["ndj-acc1"].state().faults == ()


def test_what_stands_in_the_way_is_told_and_the_rest_is_found(tmp_path: Path) -> None:
    """A phone, a neighbour elsewhere, one that answers nobody, one of no known kind, and hostile names."""
    strange = [
        {"device": "SEP001122", "capabilities": "B,T", "management_address": "10.70.10.201"},
        {"device": "isp-pe1", "management_address": "192.0.2.77"},
        {"device": "ndj-acc9", "management_address": "10.70.10.39"},
        {"device": "ndj-linux1", "management_address": "10.70.10.40", "system_description": "Debian"},
        {"device": "bad\x1b[2Jname" + "x" * 400, "capabilities": "S", "system_description": "% Invalid"},
    ]
    wired = [
        {"local_interface": "TenGigabitEthernet1/1/1", "device": "ndj-core1", "remote_interface": "Ethernet3"}
    ]
    ports = [
        {"local_interface": f"GigabitEthernet1/0/{number}", "remote_interface": "eth0", **one}
        for number, one in enumerate(strange, 1)
    ]
    with (
        started(DiscoveredLab(tmp_path, {"ndj-acc1": {"neighbours": wired + ports}})) as lab,
        a_linux() as port,
    ):
        lab.at("10.70.10.40:22", port)
        ran = lab.discover("--seed", "10.70.10.31", "--within", "10.70.10.0/24", "--format", "json")
        found = json.loads(ran.stdout)["discovery"]
    assert ran.returncode == 1
    assert len(found["devices"]) == 7
    assert [(one["name"], one["kind"]) for one in found["not_reached"]] == [
        ("ndj-acc9", "silent"),
        ("ndj-linux1", "unknown-platform"),
    ]
    assert [one["name"] for one in found["only_seen"]] == [
        "SEP001122",
        "bad\N{REPLACEMENT CHARACTER}[2Jname" + "x" * 243 + "…",
        "isp-pe1",
    ]
    assert "\x1b" not in ran.stdout


def test_a_device_with_two_addresses_is_found_once(lab: DiscoveredLab) -> None:
    lab.at("10.70.10.131:22", lab.lab.twins["ndj-acc1"].port)
    ran = lab.discover("--seed", "10.70.10.131", "--seed", "10.70.10.31", *SEEDS[4:], "--format", "json")
    found = json.loads(ran.stdout)["discovery"]
    seen = {one["said"]["host_name"]: (one["management_address"], one["seen_at"]) for one in found["devices"]}
    assert seen["ndj-acc1"] == ("10.70.10.31", ["10.70.10.31", "10.70.10.131"])
    assert len(seen) == 7
    assert found["conflicts"] == []


def test_two_devices_of_one_name_are_told_and_neither_is_written(lab: DiscoveredLab, tmp_path: Path) -> None:
    lab.lab.twins["ndj-acc3"].console(("hostname ndj-acc2",))
    try:
        ran = lab.discover(*SEEDS, "--inventory", str(without_devices(tmp_path)), "--format", "json")
    finally:
        lab.lab.twins["ndj-acc3"].console(("hostname ndj-acc3",))
    told = json.loads(ran.stdout)
    assert ran.returncode == 1
    assert [(one["kind"], one["subject"]) for one in told["discovery"]["conflicts"]] == [("name", "ndj-acc2")]
    assert {one["key"] for one in told["added"] if one["kind"] == "devices"} == {
        "ndj-acc1",
        "ndj-core1",
        "ndj-edge1",
        "ndj-fw1",
        "ndj-fw2",
    }
    assert sorted(one["name"] for one in told["skipped"]) == ["ndj-acc2", "ndj-acc2"]


def without_devices(folder: Path) -> Path:
    """Return a copy of the example that knows no device and no link yet."""
    copied = folder / "inventory"
    shutil.copytree(EXAMPLE, copied)
    for name in ("devices", "links"):
        path = copied / "municipalities" / "norddjurs" / f"{name}.yaml"
        path.write_text(f"{name}: []\n", encoding="utf-8")
    return copied


def test_ctrl_c_keeps_what_was_found_and_writes_nothing(lab: DiscoveredLab, tmp_path: Path) -> None:
    folder = without_devices(tmp_path)
    lab.lab.twins["ndj-core1"].switch_fault(Fault(name="delay", seconds=3, times=1))
    process = lab.start(*SEEDS, "--inventory", str(folder), "--write", "--format", "json")
    try:
        assert process.stderr is not None
        assert "10.70.10.5 " in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
        lab.lab.twins["ndj-core1"].clear_faults()
    told = json.loads(out)
    assert (process.returncode, told["written"]) == (1, [])
    assert "the run was stopped, so nothing is written" in err
    assert [one["said"]["host_name"] for one in told["discovery"]["devices"]] == ["ndj-edge1"]
    assert {one["kind"] for one in told["discovery"]["not_reached"]} == {"interrupted"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--seed", "10.71.0.1", "--within", "10.70.10.0/24"), "is not within 10.70.10.0/24"),
        (("--seed", "10.70.10.1", "--within", "10.70.10.0/24", "-m", "skive"), "there is no folder"),
        (("--seed", "core1", "--within", "10.70.10.0/24"), "'core1' is no IPv4 address"),
        (("--seed", "10.70.10.1=other", "--within", "10.70.10.0/24"), "no driver for the platform other"),
        (("--seed", "10.70.10.1", "--within", "10.70.10.1/24"), "'10.70.10.1/24' is no prefix"),
    ],
)
def test_a_wrong_question_is_not_possible(lab: DiscoveredLab, words: tuple[str, ...], told: str) -> None:
    ran = lab.discover(*words)
    assert (ran.returncode, told in ran.stderr) == (2, True), ran.stderr


@contextmanager
def started(lab: DiscoveredLab) -> Iterator[DiscoveredLab]:
    lab.lab.start()
    try:
        yield lab
    finally:
        lab.lab.stop()


@contextmanager
def a_linux() -> Iterator[int]:
    """An SSH server that is no network device; whoever says more than its greeting breaks the test."""
    heard: list[bytes] = []
    with ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))

        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.sendall(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")
                    while chunk := connection.recv(4096):
                        heard.append(chunk)

        server = threading.Thread(target=serve)
        server.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        server.join()
    assert b"".join(heard) == b"SSH-2.0-samdrift\r\n"


def test_the_page_shows_what_the_command_says(lab: DiscoveredLab) -> None:
    page = (EXAMPLE.parents[1] / "docs" / "how-to" / "discovery.md").read_text(encoding="utf-8")
    shown = page.split("```text\n")[1].split("```")[0]
    assert lab.discover(*SEEDS).stdout.startswith(shown)
