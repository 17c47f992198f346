"""Recorded AOS-CX sessions: configurations go in and come back as they were, and tables look the same."""

import re
from pathlib import Path

import pytest
import yaml
from ntc_templates.parse import parse_output

from lab.aoscx.device import AOSCXDevice
from lab.aoscx.dialect import Hardware
from lab.aoscx.show_commands import SHOW_COMMANDS
from lab.cli_tree import ConfigTree
from lab.clock import ManualClock
from lab.faults import FaultSwitch
from tests.lab.aoscx_room import SPEC, TEXT

CORPORA = Path(__file__).resolve().parents[3] / "shared" / "corpora"
OUTPUTS = sorted((CORPORA / "oxidized").glob("aoscx#*output.txt"))
SIMULATIONS = sorted((CORPORA / "oxidized").glob("aoscx#*simulation.yaml"))
SPACE = "\\x20"
"""How the recorder wrote a blank at the end of a line."""
HEAD = "Current configuration:\n"

pytestmark = [
    pytest.mark.corpora,
    pytest.mark.skipif(not OUTPUTS, reason="the recorded device data is not there"),
]

ACCEPTED = {
    "aoscx#6000-48G_PL.10.13.0005#output.txt": (
        # Two servers became one when the recorder replaced their addresses by the same one.
        "tacacs-server host 192.168.0.1 key ciphertext AAAAAAAAAABBBBBBBBBBCCCCCCCCCC",
        # The recorder took the length of the prefix away; no device takes or shows an address so.
        "    ip address 192.168.0.2",
    )
}
"""Recorded lines that do not come back, with the reason."""


def recorded_configurations() -> dict[str, str]:
    """Return every configuration that was recorded, by the name of its file."""
    found = {path.name: path.read_text(encoding="utf-8") for path in OUTPUTS}
    for path in SIMULATIONS:
        found[path.name] = session_of(path).get("show running-config", "")
    return {name: text[text.index(HEAD) :] for name, text in found.items() if HEAD in text}


def session_of(path: Path) -> dict[str, str]:
    """Return the answers of a recorded session; what was recorded as a list of pairs is one too."""
    commands = yaml.safe_load(path.read_text(encoding="utf-8").replace("\\r", ""))["commands"]
    pairs = commands if isinstance(commands, list) else [commands]
    answers = {command.strip(): str(text) for pair in pairs for command, text in pair.items()}
    return {
        command: "".join(f"{line.replace(SPACE, ' ').rstrip()}\n" for line in text.splitlines()[1:-1])
        for command, text in answers.items()
    }


CONFIGURATIONS = recorded_configurations()


def lines_of(text: str) -> list[str]:
    """Return the lines that say something; what runs of separators stand for is not recorded."""
    kept = (line.rstrip() for line in text.removeprefix(HEAD).splitlines())
    return [line for line in kept if line and not line.startswith("!")]


def tree_of(text: str) -> tuple[ConfigTree, list[str]]:
    release = re.search(r"^!Version \S+ (\S+)", text, re.MULTILINE)
    assert release is not None
    model = "6000" if release[1].startswith("PL.") else "8325"
    tree, refused = ConfigTree.parse(Hardware(model, release[1]).dialect(boots=True), text.removeprefix(HEAD))
    return tree, [one.refusal.line for one in refused]


def test_the_recordings_are_there() -> None:
    assert len(CONFIGURATIONS) == 6
    assert set(ACCEPTED) <= set(CONFIGURATIONS)


@pytest.mark.parametrize("name", sorted(CONFIGURATIONS))
def test_a_recorded_configuration_comes_back_as_it_was(name: str) -> None:
    text = CONFIGURATIONS[name]
    tree, refused = tree_of(text)
    recorded, rendered = lines_of(text), lines_of(tree.render())
    for line in ACCEPTED.get(name, ()):
        recorded.remove(line)
    assert rendered == recorded
    assert refused == [line for line in ACCEPTED.get(name, ()) if line.startswith(" ")]
    again, refused_again = tree_of(HEAD + "!Version AOS-CX " + release_of(text) + "\n" + tree.render())
    assert (again.render(), refused_again) == (tree.render(), [])


def release_of(text: str) -> str:
    found = re.search(r"^!Version \S+ (\S+)", text, re.MULTILINE)
    assert found is not None
    return found[1]


def shown_by_twin(name: str, clock: ManualClock) -> str:
    device = AOSCXDevice(SPEC, TEXT, clock, FaultSwitch())
    return SHOW_COMMANDS[name](device, ("show",))


SYSTEMS = {
    path.name: shown for path in SIMULATIONS if "Hostname" in (shown := session_of(path)["show system"])
}


@pytest.mark.parametrize("name", sorted(SYSTEMS))
def test_the_twin_tells_of_its_system_in_the_rows_of_a_recorded_one(
    name: str, manual_clock: ManualClock
) -> None:
    assert rows_of(shown_by_twin("show-system", manual_clock)) == rows_of(SYSTEMS[name])


def rows_of(text: str) -> list[str]:
    """Return the names of the rows; the system's own name changed with 10.15."""
    return [line.partition(" : ")[0].strip().replace("ArubaOS-CX", "AOS-CX") for line in text.splitlines()]


def test_the_published_templates_read_what_the_twin_shows(manual_clock: ManualClock) -> None:
    [system] = parse_output(
        platform="aruba_aoscx", command="show system", data=shown_by_twin("show-system", manual_clock)
    )
    assert (system["hostname"], system["version"], system["vendor"]) == ("sw-cx1", "FL.10.13.1000", "Aruba")
    vlans = parse_output(
        platform="aruba_aoscx", command="show vlan", data=shown_by_twin("show-vlan", manual_clock)
    )
    assert [(one["vlan_id"], one["interfaces"]) for one in vlans] == [
        ("1", ["1/1/3"]), ("20", ["1/1/1", "1/1/2"]), ("30", ["1/1/1"]), ("99", ["1/1/1"]),
    ]  # fmt: skip
