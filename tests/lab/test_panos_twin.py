"""The PAN-OS twin as its clients meet it: one configuration over the XML API and over the command line."""

from __future__ import annotations

import secrets
import ssl
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import paramiko
import pytest
from netmiko import ConnectHandler

from lab.clock import ManualClock
from lab.errors import FaultUnknown, LabFileError, LineRefused
from lab.models import Fault, NeighbourSpec, TwinSpec
from lab.panos.twin import PANOSTwin
from lab.platforms import twin_class
from lab.twin import TwinCredential
from tests.lab.twin_bench import USER, is_refused, wait_until

TEXT = (Path(__file__).parents[1] / "devices" / "configurations" / "panos.cfg").read_text(encoding="utf-8")
SPEC = TwinSpec(
    name="fw-town",
    platform="panos",
    model="PA-3410",
    configuration="panos.cfg",
    management_interface="management",
    neighbours=(
        NeighbourSpec(
            local_interface="ethernet1/2",
            device="core1",
            remote_interface="Ethernet9",
            management_address="10.70.10.21",
        ),
    ),
)
CHANGES = (
    "set deviceconfig system hostname fw-99",
    "set rulebase security rules dns from trust to untrust source 10.0.0.0/8 destination any",
    "set rulebase security rules dns application dns service [ application-default ] action allow",
    "move rulebase security rules dns before guest-out",
    "delete deviceconfig system snmp-setting access-setting version v2c",
    "set zone guest network layer2 ethernet1/3",
)


class Client:
    """Plain requests to the API, without any library of the field."""

    def __init__(self, twin: PANOSTwin, credential: TwinCredential) -> None:
        self._twin = twin
        self._context = ssl.create_default_context(cafile=str(twin.ca_file))
        _, root = self.ask(type="keygen", user=credential.username, password=credential.password)
        self.key = root.findtext("result/key") or ""

    def ask(self, **fields: str) -> tuple[int, ET.Element]:
        request = urllib.request.Request(
            f"https://127.0.0.1:{self._twin.port}/api/", urllib.parse.urlencode(fields).encode()
        )
        try:
            with urllib.request.urlopen(request, timeout=10, context=self._context) as answer:  # noqa: S310
                return answer.status, ET.fromstring(answer.read())  # noqa: S314 - of our own twin
        except urllib.error.HTTPError as error:
            with error:
                return error.code, ET.fromstring(error.read())  # noqa: S314 - of our own twin

    def op(self, command: str) -> ET.Element:
        return self.ask(type="op", cmd=command, key=self.key)[1]


class Person:
    """Somebody at the command line; before scripting mode the whole line is drawn anew with every letter."""

    def __init__(self, twin: PANOSTwin, credential: TwinCredential) -> None:
        self.client = paramiko.SSHClient()
        self.client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        self.client.connect(
            "127.0.0.1",
            twin.ssh_port,
            credential.username,
            credential.password,
            allow_agent=False,
            look_for_keys=False,
        )
        self.channel = self.client.invoke_shell()
        self.channel.settimeout(5)
        self.greeting = self.read()
        self.ask("set cli scripting-mode on")

    def read(self, ends: tuple[str, ...] = ("> ", "# ")) -> str:
        text = ""
        while not text.endswith(ends):
            piece = self.channel.recv(4096).decode()
            assert piece, f"the session ended after {text!r}"
            text += piece
        return text

    def ask(self, line: str, ends: tuple[str, ...] = ("> ", "# ")) -> str:
        self.channel.sendall(f"{line}\n".encode())
        answer = self.read(ends).partition("\r\n")[2]
        return answer.rpartition("\r\n")[0].replace("\r\n", "\n").strip("\n")

    def configure(self, *lines: str) -> list[str]:
        answers = [self.ask(line) for line in ("configure", *lines, "exit")]
        return [answer.replace("[edit]", "").strip() for answer in answers[1:-1]]


@pytest.fixture
def credential() -> TwinCredential:
    return TwinCredential(USER, secrets.token_urlsafe(12))


@pytest.fixture
def twin(tmp_path: Path, credential: TwinCredential, manual_clock: ManualClock) -> Iterator[PANOSTwin]:
    started = twin_class("panos")(SPEC, TEXT, credential, tmp_path, manual_clock)
    assert isinstance(started, PANOSTwin)
    started.start()
    yield started
    started.stop()


@pytest.fixture
def client(twin: PANOSTwin, credential: TwinCredential) -> Client:
    return Client(twin, credential)


@pytest.fixture
def person(twin: PANOSTwin, credential: TwinCredential) -> Iterator[Person]:
    at_it = Person(twin, credential)
    yield at_it
    at_it.client.close()


def test_a_started_twin_holds_its_configuration_on_both_ports(twin: PANOSTwin) -> None:
    state = twin.state()
    assert (state.name, state.platform, state.running) == ("fw-town", "panos", state.startup)
    assert (state.pending, state.commits, state.reverts, state.sessions) == (None, 0, 0, 0)
    assert (state.management_reachable, state.faults, twin.transcript()) == (True, (), ())
    assert not is_refused(twin.port)
    assert not is_refused(twin.ssh_port)


def test_what_it_writes_as_xml_it_reads_back_as_the_same(
    twin: PANOSTwin, tmp_path: Path, credential: TwinCredential, manual_clock: ManualClock
) -> None:
    written = twin.state().running
    other = PANOSTwin(SPEC, written, credential, tmp_path, manual_clock)
    assert other.state_of_configuration() == written
    shuffled = "\n".join(reversed([line for line in TEXT.splitlines() if "rulebase" not in line]))
    rules = "\n".join(line for line in TEXT.splitlines() if "rulebase" in line)
    third = PANOSTwin(SPEC, f"{shuffled}\n{rules}\n", credential, tmp_path, manual_clock)
    system = "./devices/entry/deviceconfig"
    assert ET.tostring(ET.fromstring(third.state_of_configuration()).find(system) or ET.Element("x")) == (  # noqa: S314
        ET.tostring(ET.fromstring(written).find(system) or ET.Element("y"))  # noqa: S314 - of our own twin
    )


def test_what_the_command_line_shows_as_set_lines_makes_the_same_configuration(
    twin: PANOSTwin, person: Person, tmp_path: Path, credential: TwinCredential, manual_clock: ManualClock
) -> None:
    person.ask("set cli config-output-format set")
    (shown,) = person.configure("show")
    other = PANOSTwin(SPEC, shown, credential, tmp_path, manual_clock)
    assert other.state_of_configuration() == twin.state().running
    person.ask("set cli config-output-format default")
    assert person.configure("show deviceconfig setting") == ["management {\n  idle-timeout 60;\n}"]


def test_lines_change_the_candidate_and_a_commit_what_runs(
    twin: PANOSTwin, client: Client, person: Person
) -> None:
    before = twin.state().running
    assert person.configure(*CHANGES) == [""] * len(CHANGES)
    assert (twin.state().running, twin.candidate() == before) == (before, False)
    assert client.op("<check><pending-changes/></check>").findtext("result") == "yes"
    diff = person.ask("show config diff")
    assert "-        hostname fw-town-01;\n+        hostname fw-99;" in diff
    assert "-             layer3 ethernet1/2.20;" not in diff
    assert "+              dns {" in diff
    (said,) = person.configure("commit")
    assert "in progress" in said
    assert said.endswith("100%\nConfiguration committed successfully")
    assert person.ask("") == ""
    state = twin.state()
    assert (state.running == twin.candidate(), state.commits) == (True, 1)
    rules = ET.fromstring(state.running).iterfind(".//security/rules/entry")  # noqa: S314 - of our own twin
    assert [one.get("name") for one in rules] == ["web-out", "dns", "guest-out"]
    assert "v2c" not in state.running
    assert "<layer2>" in state.running
    assert person.configure("commit") == ["There are no changes to commit."]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("set devicconfig system hostname x", "Invalid syntax."),
        ("set deviceconfig system hostname", "Invalid syntax."),
        ("set deviceconfig system ip-address 300.1.1.1", "ip-address '300.1.1.1' is invalid"),
        ("set zone trust network layer3 [ ethernet1/1", "Invalid syntax."),
        ("set mgt-config users x permissions role-based superuser maybe", "'maybe' is invalid"),
        ("delete zone nowhere", "Object doesn't exist"),
        ("move rulebase security rules nothing top", "Object doesn't exist"),
        ("frobnicate", "Invalid syntax."),
    ],
)
def test_a_line_that_is_not_taken_says_so_and_changes_nothing(
    twin: PANOSTwin, person: Person, line: str, told: str
) -> None:
    (said,) = person.configure(line)
    assert said.endswith(told)
    assert twin.candidate() == twin.state().running


def test_an_unknown_command_is_refused_in_both_ways(client: Client, person: Person) -> None:
    assert person.ask("frobnicate") == "Unknown command: frobnicate"
    assert person.ask("show nothing") == "Invalid syntax."
    refused = client.op("<show><nothing/></show>")
    assert (refused.get("status"), refused.get("code")) == ("error", "17")
    assert client.op("<show><nothing>").get("code") == "18"
    assert client.ask(type="config", action="show", xpath="/config/[", key=client.key)[1].get("code") == "6"
    assert (
        client.ask(type="config", action="show", xpath="/config/none", key=client.key)[1].get("code") == "7"
    )


def test_a_wrong_login_gets_nothing_over_either_door(twin: PANOSTwin, client: Client) -> None:
    assert client.ask(type="keygen", user=USER, password="wrong")[0] == 403
    assert client.ask(type="op", cmd="<show><clock/></show>", key="wrong")[0] == 403
    with pytest.raises(paramiko.AuthenticationException):
        Person(twin, TwinCredential(USER, "wrong"))
    twin.switch_fault(Fault(name="refuse-login"))
    with pytest.raises(paramiko.AuthenticationException):
        Person(twin, TwinCredential(USER, "wrong"))


def test_a_candidate_tells_who_touched_what(twin: PANOSTwin, client: Client) -> None:
    twin.enter_as("helpdesk", ("set deviceconfig system domain town.example",))
    _, answer = client.ask(type="config", action="get", xpath="/config", key=client.key)
    marked = {one.tag for one in answer.iter() if one.get("admin") == "helpdesk"}
    assert {"domain", "system", "deviceconfig"} == marked
    assert "dirtyId" not in twin.state().running


def test_named_configurations_are_kept_loaded_and_deleted(twin: PANOSTwin, client: Client) -> None:
    assert client.op("<save><config><to>a.xml</to></config></save>").get("status") == "success"
    twin.enter_as("helpdesk", ("set deviceconfig system domain town.example",))
    assert client.op("<load><config><from>a.xml</from></config></load>").get("status") == "success"
    assert twin.candidate() == twin.state().running
    assert client.op("<load><config><from>b.xml</from></config></load>").get("status") == "error"
    assert client.op("<save><config><to>../b</to></config></save>").get("status") == "error"
    assert client.op("<delete><config><saved>a.xml</saved></config></delete>").get("status") == "success"
    assert twin.saved_configurations() == ()


def test_locks_keep_others_out_and_a_commit_ends_the_commit_lock(twin: PANOSTwin, client: Client) -> None:
    for kind in ("config", "commit"):
        take = f"<request><{kind}-lock><add><comment>work</comment></add></{kind}-lock></request>"
        assert client.op(take).get("status") == "success"
        assert "You already own" in (client.op(take).findtext("msg/line") or "")
    with pytest.raises(LineRefused, match="locked by"):
        twin.enter_as("helpdesk", ("set deviceconfig system domain town.example",))
    twin.enter_as(USER, ("set deviceconfig system domain town.example", "commit"))
    assert twin.locks() == (f"config {USER}",)
    gone = client.op("<request><commit-lock><remove/></commit-lock></request>")
    assert gone.findtext("msg/line") == f"Commit lock is not currently held by {USER}"
    assert client.op("<request><config-lock><remove/></config-lock></request>").get("status") == "success"


def test_it_tells_its_interfaces_neighbours_clock_and_who_is_there(
    twin: PANOSTwin, client: Client, person: Person
) -> None:
    all_of_them = client.op("<show><interface>all</interface></show>")
    assert [one.text for one in all_of_them.iterfind("result/ifnet/entry/name")] == [
        "ethernet1/1",
        "ethernet1/2",
        "ethernet1/2.10",
        "ethernet1/2.20",
        "ethernet1/3",
    ]
    states = [one.text for one in all_of_them.iterfind("result/hw/entry/state")]
    assert states == ["up", "up", "down"]
    neighbour = client.op("<show><lldp><neighbors>all</neighbors></lldp></show>").find("result/entry")
    assert neighbour is not None
    assert neighbour.findtext("neighbors/entry/system-name") == "core1"
    twin.console(("set network interface ethernet ethernet1/2 link-state down",))
    assert client.op("<show><lldp><neighbors>all</neighbors></lldp></show>").find("result/entry") is None
    assert person.ask("show clock") == "Sat Nov 21 12:00:00 UTC 2026"
    assert f"admin: {USER}" in person.ask("show admins")
    assert "operational-mode: normal" in person.ask("show system info")


@pytest.mark.parametrize(
    ("line", "api", "ssh"),
    [
        ("set deviceconfig system service disable-https yes", True, False),
        ("set deviceconfig system service disable-ssh yes", False, True),
        ("set deviceconfig system ip-address 10.70.10.99", True, True),
        ("set deviceconfig system permitted-ip 10.99.0.0/16", False, False),
    ],
)
def test_what_cuts_the_path_shuts_the_ports(
    twin: PANOSTwin,
    line: str,
    api: bool,  # noqa: FBT001 - a table of cases
    ssh: bool,  # noqa: FBT001 - as above
) -> None:
    twin.console((line,))
    assert (is_refused(twin.port), is_refused(twin.ssh_port)) == (api, ssh)
    assert twin.state().management_reachable == (not api and not ssh)


def test_permitted_addresses_that_leave_our_network_out_cut_the_path(twin: PANOSTwin) -> None:
    twin.console(
        (
            "set deviceconfig system permitted-ip 10.99.0.0/16",
            "delete deviceconfig system permitted-ip 10.70.10.0/24",
        )
    )
    assert not twin.state().management_reachable


def test_a_commit_that_dies_before_its_answer_was_made(twin: PANOSTwin, person: Person) -> None:
    twin.switch_fault(Fault(name="drop-after-commit"))
    person.ask("configure")
    person.ask("set deviceconfig system domain town.example")
    with pytest.raises((AssertionError, OSError)):
        person.ask("commit")
    wait_until(lambda: twin.state().commits == 1)
    assert "town.example" in twin.state().running


def test_a_reboot_forgets_the_candidate_and_comes_back(twin: PANOSTwin, manual_clock: ManualClock) -> None:
    twin.enter_as("helpdesk", ("set deviceconfig system domain town.example",))
    twin.switch_fault(Fault(name="reboot", seconds=60))
    assert (is_refused(twin.port), is_refused(twin.ssh_port)) == (True, True)
    manual_clock.advance(60)
    assert (is_refused(twin.port), is_refused(twin.ssh_port)) == (False, False)
    assert twin.candidate() == twin.state().running
    with pytest.raises(FaultUnknown):
        twin.switch_fault(Fault(name="flash-full"))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("hostname fw-town-01", "hostnam fw-town-01"), "Invalid syntax"),
        (
            ("zone trust network layer3 ethernet1/2.10", "zone trust network layer3 ethernet1/9"),
            "ethernet1/9",
        ),
        (("superuser yes", "superuser no"), "superuser"),
    ],
)
def test_a_configuration_that_no_firewall_writes_is_refused(
    tmp_path: Path, credential: TwinCredential, manual_clock: ManualClock, change: tuple[str, str], told: str
) -> None:
    assert change[0] in TEXT
    with pytest.raises(LabFileError, match=told):
        PANOSTwin(SPEC, TEXT.replace(*change), credential, tmp_path, manual_clock)


def test_the_library_of_the_field_opens_a_session_and_its_password_is_written_nowhere(
    twin: PANOSTwin, credential: TwinCredential
) -> None:
    connection = ConnectHandler(
        device_type="paloalto_panos",
        host="127.0.0.1",
        port=twin.ssh_port,
        username=credential.username,
        password=credential.password,
    )
    try:
        assert connection.find_prompt() == f"{USER}@fw-town-01>"
        assert "model: PA-3410" in connection.send_command("show system info")
    finally:
        connection.paramiko_cleanup()
    assert not [line for line in twin.transcript() if credential.password in line]
