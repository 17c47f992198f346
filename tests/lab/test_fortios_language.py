"""The command line of the FortiOS twin: what it takes, what it refuses and how it shows what it holds."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.clock import ManualClock
from lab.device_clock import DeviceClock
from lab.errors import LineRefused
from lab.faults import FaultSwitch
from lab.fortios.device import FortiOSDevice
from lab.fortios.management import heard_neighbours
from lab.fortios.schema import load_schema, merged_order
from lab.fortios.statements import Token, read_statements
from lab.models import NeighbourSpec
from tests.lab.twin_bench import FORTIOS, START, starting_text

CORPORA = Path(__file__).resolve().parents[3] / "shared" / "corpora"
RECORDED = CORPORA / "lab-validation" / "fortios" / "fortios_fw_policy_basic" / "fw" / "running-config.txt"
SESSIONS = CORPORA / "oxidized"

needs_corpora = pytest.mark.skipif(
    not RECORDED.is_file(), reason="the recorded device data is not beside the checkout"
)


def device_of(text: str) -> FortiOSDevice:
    clock = DeviceClock(ManualClock(START), 1.0)
    return FortiOSDevice(FORTIOS, text, clock, FaultSwitch())


@pytest.fixture
def device() -> Iterator[FortiOSDevice]:
    made = device_of(starting_text(FORTIOS))
    yield made
    made.stop()


@pytest.fixture
def show(device: FortiOSDevice) -> Callable[[str], str]:
    """Return a function that shows one top section."""

    def shown(header: str, *, full: bool = False) -> str:
        text = device.text(device.running, full=full)
        _, found, rest = text.partition(f"config {header}\n")
        return (found + rest[: rest.index("\nend\n")] + "\nend\n") if found else ""

    return shown


def test_what_stands_in_another_order_is_shown_in_the_device_s(
    device: FortiOSDevice, show: Callable[[str], str]
) -> None:
    one = 'config firewall address\nedit "x"\nset subnet 10.1.0.0/16\nset comment "a b"\nnext\nend\n'
    other = 'config firewall address\nedit x\nset comment "a b"\nset subnet 10.1.0.0 255.255.0.0\nnext\nend\n'
    assert device.run_script(one, "x") == ""
    first = show("firewall address")
    assert device.run_script(f"config firewall address\ndelete x\nend\n{other}", "x") == ""
    assert show("firewall address") == first
    assert '        set comment "a b"\n        set subnet 10.1.0.0 255.255.0.0\n    next\nend\n' in first


def test_a_value_that_is_the_default_is_hidden_but_in_the_full_form(
    device: FortiOSDevice, show: Callable[[str], str]
) -> None:
    assert (
        device.run_script("config system global\nset admintimeout 5\nset admin-telnet enable\nend", "x") == ""
    )
    assert show("system global") == (
        'config system global\n    set alias "FortiGate-61F"\n    set hostname "fg-edge1"\n'
        '    set lldp-reception enable\n    set timezone "Europe/Copenhagen"\nend\n'
    )
    full = show("system global", full=True)
    assert "    set admintimeout 5\n" in full
    assert "    set cfg-save automatic\n" in full


def test_words_may_be_cut_short_while_they_name_one_thing(
    device: FortiOSDevice, show: Callable[[str], str]
) -> None:
    said = device.run_script("conf system interface\nedit port2\nset a ping\nne\nen\n", "x")
    assert said.endswith("command parse error before 'a'\nCommand fail. Return code -61\n")
    assert device.run_script("conf system interface\nedit port2\nset stat do\nne\nen\n", "x") == ""
    assert "        set status down\n" in show("system interface")


def test_options_are_added_and_taken_out_one_by_one(
    device: FortiOSDevice, show: Callable[[str], str]
) -> None:
    lines = (
        "config system interface\nedit mgmt\nappend allowaccess snmp\nunselect allowaccess ping\nnext\nend\n"
    )
    assert device.run_script(lines, "x") == ""
    assert "        set allowaccess https ssh snmp\n" in show("system interface")


def test_an_entry_is_live_at_next_and_what_is_aborted_never_was(device: FortiOSDevice) -> None:
    before = device.text(device.running)
    said = device.run_script(
        "config firewall address\nedit a\nset subnet 10.0.0.0/8\nnext\nedit b\nset bogus 1\nnext\nend\n", "x"
    )
    assert said.endswith("command parse error before 'bogus'\nCommand fail. Return code -61\n")
    running = device.text(device.running)
    assert ('edit "a"' in running, 'edit "b"' in running) == (True, False)
    assert device.run_script("config firewall address\ndelete a\nedit c\nset comment x\nabort\n", "x") == ""
    assert device.text(device.running) == before


def test_the_device_chooses_numbers_and_identifiers(device: FortiOSDevice) -> None:
    lines = "config router static\nedit 0\nset gateway 192.0.2.1\nset device port2\nnext\nend\n"
    assert device.run_script(lines, "x") == ""
    assert "    edit 2\n        set gateway 192.0.2.1\n" in device.text(device.running)
    device.run_script("config system interface\nedit port3\nset vdom root\nset type physical\nnext\nend", "x")
    assert (
        '    edit "port3"\n        set vdom "root"\n        set type physical\n        set snmp-index 4\n'
        in (device.text(device.running))
    )


def test_policies_are_moved_and_renamed_entries_keep_their_place(device: FortiOSDevice) -> None:
    assert device.run_script("config firewall policy\nmove 2 before 1\nend\n", "x") == ""
    text = device.text(device.running)
    assert text.index("    edit 2\n") < text.index('set name "clients to the internet"')
    assert device.run_script("config user tacacs+\nrename regional to central\nend\n", "x") == ""
    assert 'edit "central"\n        set server "192.0.2.49"' in device.text(device.running)


def test_a_secret_is_kept_encrypted_and_shown_anew_for_every_reading(device: FortiOSDevice) -> None:
    lines = (
        "config user tacacs+\nedit regional\nset key hunter2\nnext\nend\n"
        "config system admin\nedit admin\nset password hunter2\nnext\nend\n"
    )
    assert device.run_script(lines, "x") == ""
    one, two = device.backup("x", b"1"), device.backup("x", b"2")
    different = {line for line in one.splitlines() if line not in two.splitlines()}
    assert len(different) == 1
    assert different.pop().startswith("        set key ENC ")
    assert "hunter2" not in one
    assert "set password ENC SH2" in one


FAIL = "Command fail. Return code"
REFUSALS = (
    ("frobnicate", "Unknown action 0"),
    ("set hostname x", "Unknown action 0"),
    ("end", "Unknown action 0"),
    ("config system globall", "command parse error before 'globall'\nCommand fail. Return code -61"),
    ("config vpn", "command parse error before 'vpn'\nCommand fail. Return code -61"),
    ("config system", "incomplete command in the end\nCommand fail. Return code -160"),
    ("config system global\nset hostname", "incomplete command in the end\nCommand fail. Return code -160"),
    (
        "config system global\nset bogus 1",
        "command parse error before 'bogus'\nCommand fail. Return code -61",
    ),
    ("config system global\nedit 1", "Unknown action 0"),
    (
        "config system global\nset admintimeout 0",
        "value parse error before '0'\nCommand fail. Return code -3",
    ),
    (
        "config system global\nset timezone 26",
        "value parse error before '26'\nCommand fail. Return code -3",
    ),
    (
        "config system interface\nedit mgmt\nset ip 10.0.0.300 255.0.0.0",
        "invalid ip address\n\nvalue parse error before '10.0.0.300'\nCommand fail. Return code -8",
    ),
    (
        "config system interface\nedit mgmt\nset ip 10.0.0.3 255.0.0.1",
        "invalid netmask.\n\nvalue parse error before '255.0.0.1'\nCommand fail. Return code -9",
    ),
    (
        "config router static\nedit 1\nset device port9",
        "entry not found in datasource\n\nvalue parse error before 'port9'\nCommand fail. Return code -3",
    ),
    (
        'config firewall address\nedit "a<b"',
        f"node_check_object fail! for name a<b\n\nvalue parse error before 'a<b'\n{FAIL} -651",
    ),
    (
        "config firewall policy\nedit 9\nset action accept\nnext",
        f"node_check_object fail! for srcintf \n\nAttribute 'srcintf' MUST be set.\n{FAIL} 1",
    ),
    (
        "config firewall address\ndelete clients",
        "The entry is used by other 2 entries\nCommand fail. Return code -23",
    ),
    (
        "config firewall address\ndelete nobody",
        f"entry not found in datasource\n\ndelete table entry nobody unset oper error ret=-3\n{FAIL} -3",
    ),
    ("config firewall policy\nnext", "Unknown action 0"),
    (
        "config firewall policy\nmove 1 before 7",
        "entry not found in datasource\nCommand fail. Return code -3",
    ),
)


@pytest.mark.parametrize(("lines", "said"), REFUSALS)
def test_what_is_refused_is_refused_in_the_platform_s_words(
    device: FortiOSDevice, lines: str, said: str
) -> None:
    before = device.text(device.running)
    assert device.run_script(lines, "x").endswith(f"{lines.splitlines()[-1]}\n{said}\n")
    assert device.text(device.running) == before
    with pytest.raises(LineRefused) as caught:
        device.configure(lines.splitlines())
    assert caught.value.text == said


def test_a_place_that_was_refused_is_not_entered_so_the_next_lines_hit_its_parent(
    device: FortiOSDevice,
) -> None:
    said = device.run_script("config system interface\nedit mgmt\nconfig ipv7\n", "x")
    assert said.endswith(
        "fg-edge1 (mgmt)  config ipv7\ncommand parse error before 'ipv7'\nCommand fail. Return code -61\n"
    )


def test_neighbours_are_heard_only_where_lldp_listens() -> None:
    neighbour = NeighbourSpec(local_interface="port1", device="core1", remote_interface="Ethernet9")
    device = device_of(starting_text(FORTIOS))
    assert heard_neighbours(device.running, (neighbour,)) == (neighbour,)
    device.configure(["config system global", "set lldp-reception disable", "end"])
    assert heard_neighbours(device.running, (neighbour,)) == ()
    device.configure(["config system interface", "edit port1", "set lldp-reception enable", "end"])
    assert heard_neighbours(device.running, (neighbour,)) == (neighbour,)


def test_a_string_goes_over_several_lines_and_keeps_its_quotes() -> None:
    (statement,) = read_statements('set buffer "one \\"two\\"\n# three\\\\" \'\'\n')
    assert statement.tokens == (
        Token("set"),
        Token("buffer"),
        Token('one "two"\n# three\\', quoted=True),
        Token("", quoted=True),
    )
    assert " ".join(map(str, statement.tokens)) == 'set buffer "one \\"two\\"\n# three\\\\" \'\''


@settings(max_examples=200, deadline=None)
@given(text=st.text(max_size=60))
def test_any_text_is_shown_as_it_was_given(text: str) -> None:
    statements = list(read_statements(f"set comment {Token(text, quoted=True)}\n"))
    assert [one.tokens[2].text for one in statements] == [text]


def test_orders_that_are_taught_are_brought_into_one() -> None:
    assert merged_order([["a", "c"], ["b", "c"], ["a", "b"]]) == ["a", "b", "c"]
    assert merged_order([["a", "b"], ["b", "a"]]) == ["a", "b"]


def test_every_default_of_the_schema_is_a_value_that_its_attribute_takes() -> None:
    unlimited = 0
    for section in load_schema().children.values():
        for attribute in section.attributes.values():
            if attribute.kind in {"one", "many"}:
                assert set(attribute.default.split()) <= set(attribute.limits), attribute.name
            else:
                unlimited += 1
    assert unlimited > 50


@needs_corpora
@pytest.mark.corpora
def test_a_recorded_configuration_comes_back_line_by_line_without_any_difference() -> None:
    text = RECORDED.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    device = device_of(text)
    assert device.text(device.running).splitlines() == lines
    assert len(lines) == 10_216
    assert device.firmware.release == "6.4.4"


@needs_corpora
@pytest.mark.corpora
def test_a_recorded_configuration_takes_its_own_lines_again() -> None:
    device = device_of(RECORDED.read_text(encoding="utf-8"))
    before = device.text(device.running)
    sections = re.findall(r"^config .*?^end\n", before, re.MULTILINE | re.DOTALL)
    assert len(sections) == 219
    # It is of release 6.4, whose time zones are numbers; the twin refuses them as 7.4 does.
    first, *others = sections
    assert "set timezone 04\nvalue parse error before '04'" in device.run_script(first, "x")
    assert device.run_script("".join(others), "x") == ""
    assert device.text(device.running) == before


@needs_corpora
@pytest.mark.corpora
def test_a_recorded_session_s_configuration_comes_back() -> None:
    name = "fortigate#FortiGate-91G_7.4.7_autoupdate#custom_output.txt"
    text = (SESSIONS / name).read_text(encoding="utf-8")
    device = device_of(text)
    configuration = text[text.index("config system global") :].rstrip("\n") + "\n"
    assert device.text(device.running) == configuration
    assert device.firmware.release == "7.4.7"
