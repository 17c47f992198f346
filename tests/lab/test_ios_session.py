"""The IOS twin's terminal, letter by letter, over a plain SSH channel."""

import hashlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import paramiko
import pytest

from lab.clock import ManualCall, ManualClock
from lab.errors import LabFileError, LineRefused
from lab.faults import FaultSwitch
from lab.ios.device import IOSDevice
from lab.ios.file_system import FileSystem
from lab.ios.scp_sink import receive_file
from lab.ios.twin import IOSTwin
from lab.models import Fault, PendingCommit
from tests.lab.twin_bench import IOS, START, TwinBench, starting_text

MakeBench = Callable[..., TwinBench]


class Session:
    """A person at a terminal: types a line and reads up to the next prompt."""

    def __init__(self, bench: TwinBench) -> None:
        self.client = paramiko.SSHClient()
        self.client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        self.client.connect(
            "127.0.0.1",
            bench.twin.port,
            bench.credential.username,
            bench.credential.password,
            allow_agent=False,
            look_for_keys=False,
        )
        self.channel: paramiko.Channel | None = None

    def open_shell(self) -> "Session":
        self.channel = self.client.invoke_shell()
        self.channel.settimeout(5)
        self.read("#")
        return self

    @property
    def shell(self) -> paramiko.Channel:
        assert self.channel is not None
        return self.channel

    def read(self, *ends: str) -> str:
        text = ""
        while not text.endswith(ends):
            piece = self.shell.recv(4096).decode()
            assert piece, f"the session ended after {text!r}"
            text += piece
        return text

    def ask(self, line: str, *ends: str) -> str:
        self.shell.sendall(f"{line}\n".encode())
        return self.read(*(ends or ("#", ">")))

    def execute(self, command: str) -> str:
        _, output, _ = self.client.exec_command(command, timeout=5)
        return output.read().decode()


@pytest.fixture
def session(ios_bench: TwinBench) -> Iterator[Session]:
    opened = Session(ios_bench)
    try:
        yield opened.open_shell()
    finally:
        opened.client.close()


def test_every_line_is_echoed_and_an_empty_one_brings_the_prompt(session: Session) -> None:
    assert session.ask("") == "\r\nsw-acc1#"
    assert session.ask("terminal length 0") == "terminal length 0\r\nsw-acc1#"


def test_prompts_tell_mode_and_name(session: Session) -> None:
    assert session.ask("disable").endswith("\r\nsw-acc1>")
    assert session.ask("enable").endswith("\r\nsw-acc1#")
    assert session.ask("conf t") == (
        "conf t\r\nEnter configuration commands, one per line.  End with CNTL/Z.\r\nsw-acc1(config)#"
    )
    assert session.ask("interface vlan99").endswith("\r\nsw-acc1(config-if)#")
    assert session.ask("hostname a-name-of-more-than-twenty-letters").endswith(
        "\r\na-name-of-more-than-(config)#"
    )
    assert session.ask("end").endswith("\r\na-name-of-more-than-twenty-letters#")


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        (
            "show foooooooo",
            f"{' ' * len('sw-acc1#show ')}^\r\n% Invalid input detected at '^' marker.\r\n\r\n",
        ),
        ("show v", '% Ambiguous command:  "show v"\r\n'),
        ("copy flash:a", "% Incomplete command.\r\n\r\n"),
        ("show", '% Type "show ?" for a list of subcommands\r\n'),
        ("configure confirm", "%No Rollback Confirmed Change pending\r\n"),
        ("configure revert now", "%No Rollback Confirmed Change pending\r\n"),
        ("configure revert timer 5", "%No Rollback Confirmed Change pending\r\n"),
        ("configure replace flash:none force", "%Error opening flash:none (No such file or directory)\r\n"),
        ("show archive config rollback timer", "%No Rollback Confirmed Change pending\r\n"),
        ("show clock", "12:00:00.000 UTC Sat Nov 21 2026\r\n"),
        ("show monitor session all", "No SPAN configuration is present in the system.\r\n"),
        ("show running-config | include hostname", "hostname sw-acc1\r\n"),
        ("show running-config | section vlan 99", "vlan 99\r\n name mgmt\r\n switchport access vlan 99\r\n"),
        ("show running-config | count ^interface", "Number of lines which match regexp = 4\r\n"),
        ("dir flash:/none", "%Error opening flash:/none (No such file or directory)\r\n"),
        ("write memory", "Building configuration...\r\n[OK]\r\n"),
    ],
)
def test_exec_commands_answer_as_recorded(session: Session, line: str, answer: str) -> None:
    assert session.ask(line) == f"{line}\r\n{answer}sw-acc1#"


def test_a_refused_configuration_line_points_at_the_first_wrong_letter(session: Session) -> None:
    session.ask("configure terminal")
    margin = len("sw-acc1(config)#")
    assert session.ask("hostnamex y") == (
        f"hostnamex y\r\n{' ' * (margin + 8)}^\r\n% Invalid input detected at '^' marker.\r\n\r\n"
        "sw-acc1(config)#"
    )
    assert session.ask("no interface Gi1/0/1") == (
        "no interface Gi1/0/1\r\n% Removal of physical interfaces is not permitted\r\nsw-acc1(config)#"
    )
    assert session.ask("do show clock").startswith("do show clock\r\n12:00:00")


def test_a_banner_is_read_without_a_prompt_and_kept(session: Session, ios_twin: IOSTwin) -> None:
    session.ask("configure terminal")
    session.ask("banner login #", "\n")
    session.ask("keep out", "\n")
    session.ask("#", "sw-acc1(config)#")
    assert "banner login ^C\nkeep out\n^C\n" in ios_twin.state().running


def test_a_timer_armed_by_hand_shows_its_user_and_goes_back(
    session: Session, ios_twin: IOSTwin, manual_clock: ManualClock
) -> None:
    assert session.ask("configure terminal revert timer 2") == (
        "configure terminal revert timer 2\r\n"
        "Rollback Confirmed Change: Backing up current running config to "
        "flash:archive-Nov-21-12-00-00.000-0\r\n\r\n"
        "Enter configuration commands, one per line.  End with CNTL/Z.\r\nsw-acc1(config)#"
    )
    session.ask("hostname other")
    session.ask("end")
    assert session.ask("show archive config rollback timer") == (
        "show archive config rollback timer\r\n"
        "Time configured(or reconfigured): 12:00:00 UTC Sat Nov 21 2026\r\n"
        "Timer type: absolute timer\r\nTimer value: 2 min\r\nUser: samdrift\r\nother#"
    )
    assert "pending" in session.ask("configure terminal revert timer 3")
    session.ask("configure revert timer 5")
    manual_clock.advance(299)
    assert session.ask("") == (
        "\r\nRollback Confirmed Change: Rollback will begin in one minute.\r\n"
        'Enter "configure confirm" if you wish to keep what you\'ve configured\r\n\r\n\r\nother#'
    )
    manual_clock.advance(1)
    assert session.ask("") == "\r\nsw-acc1#"
    assert "flash:archive-Nov-21-12-00-00.000-0 <- Most Recent" in session.ask("show archive")


class HeldBackClock(ManualClock):
    """A clock whose calls can be made although they were cancelled: those had begun already."""

    def __init__(self) -> None:
        super().__init__(START)
        self.actions: list[Callable[[], None]] = []

    def call_after(self, seconds: float, action: Callable[[], None]) -> ManualCall:
        self.actions.append(action)
        return super().call_after(seconds, action)


def test_a_timer_that_was_set_anew_does_not_fire_at_its_old_time() -> None:
    clock = HeldBackClock()
    device = IOSDevice(IOS, starting_text(IOS), clock, FaultSwitch())
    device.arm("samdrift", 2)
    device.rearm(5)
    clock.actions[0]()
    assert (device.pending(), device.reverts) == (PendingCommit(user="samdrift", seconds_left=300.0), 0)
    clock.advance(300)
    assert (device.pending(), device.reverts) == (None, 1)


def test_an_archive_that_is_off_says_so(session: Session) -> None:
    session.ask("configure terminal")
    session.ask("no archive")
    session.ask("end")
    assert session.ask("show archive") == "show archive\r\n Archive feature not enabled\r\nsw-acc1#"
    assert "%Please turn config archive on" in session.ask("configure terminal revert timer 1")


def test_copying_asks_unless_prompts_are_quiet(session: Session, ios_twin: IOSTwin) -> None:
    assert session.ask("copy running-config flash:x", "? ").endswith("Destination filename [x]? ")
    assert "bytes copied in" in session.ask("")
    session.ask("copy running-config flash:x", "? ")
    assert session.ask("", "[confirm]").endswith("Do you want to over write? [confirm]")
    assert "bytes copied in" in session.ask("y")
    ios_twin.console(("file prompt quiet",))
    assert "bytes copied in" in session.ask("copy running-config flash:x")
    assert "hostname sw-acc1" in session.ask("more flash:x")
    assert "x" in session.ask("dir")
    assert session.ask("delete /force flash:x") == "delete /force flash:x\r\nsw-acc1#"
    assert "No such file" in session.ask("copy flash:x running-config")


@pytest.mark.parametrize(
    "case",
    [
        ("", "version 17.9\n", "force", "is not a valid config file", True),
        ("", "end\n", "force", "is not a valid config file", True),
        ("bogus\n", "", "force revert trigger error", "has been successfully restored", True),
        ("bogus\n", "", "force", "Rollback aborted after 5 passes", False),
    ],
)
def test_a_replacement_that_does_not_work_says_how(
    session: Session, ios_twin: IOSTwin, case: tuple[str, str, str, str, bool]
) -> None:
    extra, without, words, told, stays = case
    before = ios_twin.state()
    target = before.running.replace("lldp run\n", extra).replace(without, "")
    ios_twin._device.files.write("new", target.encode())
    assert told in session.ask(f"configure replace flash:new {words}")
    after = ios_twin.state()
    assert (after.running == before.running, after.commits == before.commits) == (stays, stays)


def test_an_unforced_replacement_asks_first(session: Session, ios_twin: IOSTwin) -> None:
    target = ios_twin.state().running.replace("hostname sw-acc1", "hostname other")
    ios_twin._device.files.write("new", target.encode())
    session.ask("configure replace flash:new", "[no]: ")
    assert session.ask("n") == "n\r\nsw-acc1#"
    session.ask("configure replace flash:new", "[no]: ")
    assert session.ask("Y") == "Y\r\nTotal number of passes: 1\r\nRollback Done\r\n\r\nother#"
    assert session.ask("configure replace flash:new force").endswith(
        "passes: 0\r\nRollback Done\r\n\r\nother#"
    )


def test_tables_show_what_the_configuration_says(session: Session, ios_twin: IOSTwin) -> None:
    ios_twin.console(
        (
            "interface GigabitEthernet1/0/3",
            "shutdown",
            "monitor session 1 source interface Gi1/0/1 - 2",
            "monitor session 1 destination interface Gi1/0/3",
        )
    )
    rows = [line.split() for line in session.ask("show interfaces status").splitlines()[3:-1]]
    states = {"connected", "notconnect", "disabled"}
    assert {row[0]: states & set(row) for row in rows} == {
        "Gi1/0/1": {"connected"},
        "Gi1/0/2": {"notconnect"},
        "Gi1/0/3": {"disabled"},
    }
    assert "99   mgmt                             active    Gi1/0/2\r\n" in session.ask("show vlan brief")
    monitor = session.ask("show monitor session all")
    assert "    Both                 : Gi1/0/1-2\r\nDestination Ports        : Gi1/0/3\r\n" in monitor
    assert "Total entries displayed: 1" in session.ask("show lldp neighbors")
    ios_twin.console(("no lldp run",))
    assert "% LLDP is not enabled" in session.ask("show lldp neighbors detail")


def test_a_single_command_is_answered_without_a_terminal(ios_bench: TwinBench) -> None:
    opened = Session(ios_bench)
    try:
        assert opened.execute("show running-config | include hostname") == "hostname sw-acc1\n"
    finally:
        opened.client.close()


def test_a_connection_has_one_session_and_no_more(session: Session) -> None:
    with pytest.raises(paramiko.ChannelException):
        session.execute("show clock")


def test_leaving_ends_the_session(session: Session, ios_twin: IOSTwin) -> None:
    assert ios_twin.state().sessions == 1
    session.shell.sendall(b"exit\n")
    deadline = time.monotonic() + 5
    while ios_twin.state().sessions and time.monotonic() < deadline:
        time.sleep(0.02)
    assert ios_twin.state().sessions == 0


def test_stopping_closes_sockets_and_threads(make_ios_bench: MakeBench) -> None:
    bench = make_ios_bench(name="stops")
    twin = bench.twin
    opened = Session(bench).open_shell()
    port = twin.port
    twin.stop()
    assert [
        thread.name for thread in threading.enumerate() if thread.name in ("stops-ssh", f"port-{port}")
    ] == []
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    opened.client.close()


@pytest.mark.parametrize(
    ("configuration", "message"),
    [
        ("version 17.9\nhostnam\n", r"twin sw-acc1: ios.cfg:2: IOS refuses 'hostnam' \(incomplete\)"),
        ("version 17.9\nhostname a\n", "has no interface Vlan99"),
    ],
)
def test_a_starting_configuration_that_cannot_be_is_an_error_with_its_line(
    make_ios_bench: MakeBench, configuration: str, message: str
) -> None:
    with pytest.raises(LabFileError, match=message):
        make_ios_bench(configuration)


def test_the_console_goes_past_everything_but_the_language(ios_twin: IOSTwin) -> None:
    ios_twin.console(("interface Vlan99", "shutdown"))
    assert (ios_twin.state().management_reachable, ios_twin.state().commits) == (False, 1)
    ios_twin.console(("interface Vlan99", "no shutdown"))
    assert (ios_twin.state().management_reachable, ios_twin.state().commits) == (True, 2)
    with pytest.raises(LineRefused):
        ios_twin.console(("bogus",))
    assert ios_twin.state().commits == 2


def test_faults_count_down_and_are_cleared(ios_twin: IOSTwin) -> None:
    ios_twin.switch_fault(Fault(name="error-line", argument="^hostname", times=2))
    for left in (1, None):
        with pytest.raises(LineRefused):
            ios_twin.console(("hostname x",))
        assert [fault.times for fault in ios_twin.state().faults] == ([left] if left else [])
    ios_twin.console(("hostname x",))
    ios_twin.switch_fault(Fault(name="delay", seconds=1, times=None))
    ios_twin.clear_faults()
    assert ios_twin.state().faults == ()


class ScpChannel:
    """The sending end of SCP, all of it sent at once."""

    def __init__(self, sent: bytes) -> None:
        self._sent = sent
        self.answers = b""

    def recv(self, nbytes: int) -> bytes:
        piece, self._sent = self._sent[:nbytes], self._sent[nbytes:]
        return piece

    def sendall(self, s: bytes) -> None:
        self.answers += s


@pytest.mark.parametrize(
    ("sent", "path", "answers", "kept"),
    [
        (b"C0644 5 a\nhello\0", "flash:/f", b"\0\0\0", b"hello"),
        (b"T1 0 1 0\nC0644 5 a\nhello\0", "flash:f", b"\0\0\0\0", b"hello"),
        (b"C0644 5 a\nhel", "flash:/f", b"\0\0", None),
        (b"nonsense\n", "flash:/f", b"\0\x02protocol error\n", None),
        (b"", "flash:/f", b"\0\x02protocol error\n", None),
        (b"C0644 5 a\nhello\0", "nvram:/f", b"\x02nvram:/f: Invalid path\n", None),
        (b"C0644 2000 a\n", "flash:/f", b"\0\x02flash:/f: No space left on device\n", None),
    ],
)
def test_a_file_is_kept_whole_or_not_at_all(
    manual_clock: ManualClock, sent: bytes, path: str, answers: bytes, kept: bytes | None
) -> None:
    files = FileSystem(manual_clock, total_bytes=613_679_104 + 1000)
    channel = ScpChannel(sent)
    assert receive_file(channel, files, path, allowed=True) is (kept is not None)
    assert (channel.answers, files.read("f")) == (answers, kept)
    if kept is not None:
        assert files.md5("f") == hashlib.md5(kept, usedforsecurity=False).hexdigest()
        assert files.free_bytes == 1000 - len(kept)


def test_without_the_scp_server_no_file_is_taken(manual_clock: ManualClock) -> None:
    channel = ScpChannel(b"C0644 5 a\nhello\0")
    files = FileSystem(manual_clock)
    assert receive_file(channel, files, "flash:/f", allowed=False) is False
    assert (channel.answers, files.read("f")) == (b"\x02Administratively disabled.\n", None)


def test_fifty_twins_start_and_stop_in_a_moment(make_ios_bench: MakeBench) -> None:
    began = time.monotonic()
    twins = [make_ios_bench(name=f"sw-{number}").twin for number in range(50)]
    assert timedelta(seconds=time.monotonic() - began) < timedelta(seconds=10)
    assert len({twin.port for twin in twins}) == 50
    for twin in twins:
        with socket.create_connection(("127.0.0.1", twin.port), timeout=5) as connection:
            assert connection.recv(4) == b"SSH-"
        twin.stop()
