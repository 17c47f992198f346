"""Recorded NX-OS configurations go into the twin and come back as they were; so do its tables."""

import re
from pathlib import Path

import pytest
from napalm.nxos_ssh.nxos_ssh import NXOSSSHDriver
from ntc_templates.parse import parse_output

from lab.cli_tree import ConfigTree
from lab.clock import ManualClock
from lab.faults import FaultSwitch
from lab.nxos.device import NXOSDevice
from lab.nxos.dialect import BOOT_DIALECT
from lab.nxos.show_commands import SHOW_COMMANDS
from tests.lab.nxos_room import SPEC, TEXT
from tests.lab.twin_bench import START

CORPORA = Path(__file__).resolve().parents[3] / "shared" / "corpora"
LABS = sorted((CORPORA / "lab-validation" / "nxos").glob("*/*/running-config.txt"))
OXIDIZED = sorted((CORPORA / "oxidized").glob("nxos#*output.txt"))
COMMAND = "!Command: show running-config\n"

pytestmark = [
    pytest.mark.corpora,
    pytest.mark.skipif(not LABS, reason="the recorded device data is not there"),
]


def lines_of(text: str) -> list[str]:
    """Return the lines that say something; blank lines and comments stand between them only."""
    return [line.rstrip() for line in text.splitlines() if line.strip() and not line.startswith("!")]


def text_of(path: Path) -> str:
    """Return a recorded configuration; the recorder of ``oxidized`` left parts out and says so."""
    text = path.read_text(encoding="utf-8")
    return text[text.rindex(COMMAND) :].replace("(...)\n", "") if COMMAND in text else text


MOVED = {
    # The collector asked for the SNMP users by a command of its own and put its answer at the end.
    "nxos#C93180YC-FX3J_10.4.5#output.txt": "snmp-server user ",
}
"""Beginnings of recorded lines that come back in another place, with the reason."""


def test_the_recordings_are_there() -> None:
    assert (len(LABS), len(OXIDIZED)) == (16, 2)


@pytest.mark.parametrize("path", [*LABS, *OXIDIZED], ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_recorded_configuration_comes_back_as_it_was(path: Path) -> None:
    text = text_of(path)
    tree, refused = ConfigTree.parse(BOOT_DIALECT, text)
    assert [one.refusal.line for one in refused] == []
    recorded, rendered = lines_of(text), lines_of(tree.render())
    assert sorted(rendered) == sorted(recorded)
    moved = MOVED.get(path.name, "-")
    assert [one for one in rendered if not one.startswith(moved)] == [
        one for one in recorded if not one.startswith(moved)
    ]


@pytest.mark.parametrize("path", LABS, ids=lambda path: path.parent.name)
def test_lines_in_another_order_give_the_same_configuration(path: Path) -> None:
    text = text_of(path)
    blocks = re.split(r"\n(?=interface )", text)
    tree, _ = ConfigTree.parse(BOOT_DIALECT, text)
    turned, refused = ConfigTree.parse(BOOT_DIALECT, "\n".join([blocks[0], *reversed(blocks[1:])]))
    assert (turned.render(), refused) == (tree.render(), ())


@pytest.mark.parametrize("path", LABS, ids=lambda path: path.parent.name)
def test_the_version_reads_like_the_recorded_one(path: Path) -> None:
    recorded = (path.parent / "show_version.txt").read_text(encoding="utf-8")
    model = re.search(r"cisco (.*) Chassis", recorded)
    assert model is not None
    spec = SPEC.model_copy(update={"model": model[1].strip()})
    text = text_of(path)
    device = NXOSDevice(spec, text, ManualClock(START), FaultSwitch())
    shown = SHOW_COMMANDS["show-version"](device, ("show", "version"))
    rows = [
        parse_output(platform="cisco_nxos", command="show version", data=one)[0] for one in (recorded, shown)
    ]
    for field in ("hostname", "os", "platform"):
        assert rows[0][field] == rows[1][field]


def test_neighbours_read_with_the_template_that_reads_recordings() -> None:
    device = NXOSDevice(SPEC, TEXT, ManualClock(START), FaultSwitch())
    shown = SHOW_COMMANDS["show-lldp-detail"](device, ())
    (row,) = parse_output(platform="cisco_nxos", command="show lldp neighbors detail", data=shown)
    assert (row["local_interface"], row["neighbor_name"], row["neighbor_interface"], row["mgmt_address"]) == (
        "Eth1/1",
        "core1",
        "Ethernet3",
        "198.51.100.1",
    )
    vlans = parse_output(
        platform="cisco_nxos", command="show vlan", data=SHOW_COMMANDS["show-vlan"](device, ())
    )
    assert [(one["vlan_id"], one["vlan_name"]) for one in vlans] == [
        ("1", "default"),
        ("20", "Users"),
        ("30", "VLAN0030"),
    ]
    assert NXOSSSHDriver.parse_uptime("0 day(s), 1 hour(s), 2 minute(s), 3 second(s)") == 3723
