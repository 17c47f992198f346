"""The Junos twin over NETCONF, driven by the real NAPALM driver and by a bare client."""

import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import paramiko
import pytest
from jnpr.junos.exception import ConnectAuthError, ConnectClosedError, RpcTimeoutError
from napalm import get_network_driver
from napalm.base.exceptions import LockError, MergeConfigException, ReplaceConfigException
from ncclient.transport.errors import SessionCloseError

from lab.clock import ManualClock, SystemClock
from lab.errors import LabFileError, LabRunError
from lab.junos.framing import FrameReader, frame
from lab.junos.netconf_server import mask_secrets
from lab.junos.twin import JunosTwin
from lab.models import Fault, NeighbourSpec, TwinSpec
from lab.twin import Clock, TwinCredential

CONFIGURATION = """\
version 22.4R3-S2.11;
system {
    host-name fw1;
    domain-name example.dk;
    root-authentication {
        encrypted-password "$6$salt$hash"; ## SECRET-DATA
    }
    services {
        ssh;
        telnet;
        netconf {
            ssh;
        }
    }
}
interfaces {
    ge-0/0/0 {
        unit 0 {
            family inet {
                address 192.0.2.1/24;
            }
        }
    }
    fxp0 {
        unit 0 {
            family inet {
                address 198.51.100.10/24;
            }
        }
    }
}
protocols {
    lldp {
        interface all;
    }
}
"""
HARDENED = CONFIGURATION.replace("        telnet;\n", "")
HARDEN = "delete system services telnet"
HARDEN_DIFF = "[edit system services]\n-   telnet;"
START = datetime(2026, 3, 1, 22, 0, tzinfo=UTC)
USER = "netops"

Connect = Callable[..., Any]
# What each twin of this module was made to accept.
PASSWORDS: dict[JunosTwin, str] = {}


@contextmanager
def running_twin(folder: Path, clock: Clock, *, chunked: bool = False, **changes: Any) -> Iterator[JunosTwin]:
    spec = TwinSpec(
        name="fw1",
        platform="junos",
        model="SRX300",
        configuration="fw1.conf",
        management_interface="fxp0",
        neighbours=(NeighbourSpec(local_interface="ge-0/0/0", device="edge1", remote_interface="Gi1/0/1"),),
        **changes,
    )
    credential = TwinCredential(USER, secrets.token_urlsafe(12))
    made = JunosTwin(spec, CONFIGURATION, credential, folder, clock, chunked=chunked)
    made.start()
    PASSWORDS[made] = credential.password
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def twin(tmp_path: Path, clock: ManualClock) -> Iterator[JunosTwin]:
    with running_twin(tmp_path, clock) as made:
        yield made


@pytest.fixture
def connect(twin: JunosTwin) -> Iterator[Connect]:
    opened: list[Any] = []

    def connect_driver(**options: Any) -> Any:
        driver = new_driver(twin, **options)
        driver.open()
        opened.append(driver)
        return driver

    yield connect_driver
    for driver in opened:
        driver.close()


def new_driver(twin: JunosTwin, *, password: str | None = None, timeout: int = 10) -> Any:
    secret = PASSWORDS[twin] if password is None else password
    options = {"port": twin.port}
    return get_network_driver("junos")("127.0.0.1", USER, secret, timeout=timeout, optional_args=options)


def stage(driver: Any, lines: str = HARDEN) -> None:
    driver.load_merge_candidate(config=lines)


def wait_until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def is_refused(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
    except ConnectionRefusedError:
        return True
    return False


def test_the_driver_reads_configuration_facts_and_neighbours(twin: JunosTwin, connect: Connect) -> None:
    driver = connect()
    assert (
        driver.get_config()["running"].strip()
        == (f"## Last commit: 2026-03-01 22:00:00 UTC by root\n{CONFIGURATION}").strip()
    )
    assert driver.get_facts() == {
        "vendor": "Juniper",
        "model": "SRX300",
        "serial_number": driver.device.facts["serialnumber"],
        "os_version": "22.4R3-S2.11",
        "hostname": "fw1",
        "fqdn": "fw1.example.dk",
        "uptime": -1.0,
        "interface_list": ["ge-0/0/0", "fxp0"],
    }
    assert driver.get_lldp_neighbors() == {"ge-0/0/0": [{"hostname": "edge1", "port": "Gi1/0/1"}]}
    assert twin.state().running == CONFIGURATION


def test_a_disabled_port_tells_no_neighbours(twin: JunosTwin, connect: Connect) -> None:
    twin.console(("set interfaces ge-0/0/0 disable",))
    assert connect().get_lldp_neighbors() == {}


def test_a_confirmed_change_stays(twin: JunosTwin, connect: Connect, clock: ManualClock) -> None:
    driver = connect()
    stage(driver)
    assert driver.compare_config() == HARDEN_DIFF
    driver.commit_config(revert_in=120, message="remove telnet")
    pending = twin.state().pending
    assert pending is not None
    assert (pending.user, pending.seconds_left) == (USER, 120.0)
    assert driver.has_pending_commit()
    driver.confirm_commit()
    assert not driver.has_pending_commit()
    clock.advance(600)
    state = twin.state()
    assert (state.running, state.startup, state.pending) == (HARDENED, HARDENED, None)
    assert (state.commits, state.reverts) == (1, 0)


def test_an_unconfirmed_change_goes_back_with_nobody_connected(twin: JunosTwin, clock: ManualClock) -> None:
    driver = new_driver(twin)
    driver.open()
    stage(driver)
    driver.commit_config(revert_in=60)
    driver.close()
    wait_until(lambda: twin.state().sessions == 0)
    clock.advance(59)
    assert twin.state().running == HARDENED
    clock.advance(2)
    state = twin.state()
    assert (state.running, state.pending, state.commits, state.reverts) == (CONFIGURATION, None, 1, 1)


def test_the_commit_history_tells_who_and_why(connect: Connect, clock: ManualClock) -> None:
    driver = connect()
    stage(driver)
    driver.commit_config(revert_in=60, message="remove telnet")
    clock.advance(61)
    assert driver.cli(["show system commit"])["show system commit"].splitlines()[1:] == [
        "0   2026-03-01 22:01:00 UTC by root via other",
        f"1   2026-03-01 22:00:00 UTC by {USER} via netconf commit confirmed, rollback in 1mins",
        "    remove telnet",
        "2   2026-03-01 22:00:00 UTC by root via other",
    ]


def test_a_second_confirmed_commit_confirms_the_first(
    twin: JunosTwin, connect: Connect, clock: ManualClock
) -> None:
    driver = connect()
    stage(driver)
    driver.commit_config(revert_in=60)
    stage(driver, "set system domain-name other.example")
    driver.commit_config(revert_in=60)
    clock.advance(61)
    assert twin.state().running == HARDENED


def test_rollback_goes_back_at_once(twin: JunosTwin, connect: Connect) -> None:
    driver = connect()
    stage(driver)
    driver.commit_config(revert_in=60)
    driver.rollback()
    state = twin.state()
    assert (state.running, state.pending) == (CONFIGURATION, None)


def test_discard_leaves_nothing_behind(twin: JunosTwin, connect: Connect) -> None:
    driver = connect()
    stage(driver)
    driver.discard_config()
    assert driver.compare_config() == ""
    stage(connect(), "set system domain-name other.example")
    assert twin.state().commits == 0


def test_a_refused_line_is_an_error_and_commits_nothing(twin: JunosTwin, connect: Connect) -> None:
    driver = connect()
    with pytest.raises(MergeConfigException, match="syntax error"):
        stage(driver, f"{HARDEN}\nset protcols lldp interface all")
    assert driver.compare_config() == ""
    assert twin.state().running == CONFIGURATION


def test_a_warning_is_told(connect: Connect) -> None:
    with pytest.raises(MergeConfigException, match="statement not found"):
        stage(connect(), "delete system services ftp")


def test_curly_text_is_merged_and_replaces_where_it_is_tagged(connect: Connect) -> None:
    driver = connect()
    stage(
        driver,
        "system {\n    replace: services {\n        netconf {\n            ssh;\n        }\n    }\n}\n",
    )
    assert driver.compare_config() == "[edit system services]\n-   ssh;\n-   telnet;"


def test_xml_is_merged(connect: Connect) -> None:
    driver = connect()
    stage(
        driver,
        "<configuration><system><services><telnet delete='delete'/></services></system></configuration>",
    )
    assert driver.compare_config() == HARDEN_DIFF


def test_a_whole_configuration_overrides(twin: JunosTwin, connect: Connect) -> None:
    driver = connect()
    driver.load_replace_candidate(config=HARDENED)
    assert driver.compare_config() == HARDEN_DIFF
    driver.commit_config()
    assert twin.state().running == HARDENED


def test_a_whole_configuration_with_an_error_is_refused(connect: Connect) -> None:
    driver = connect()
    with pytest.raises(ReplaceConfigException, match="syntax error"):
        driver.load_replace_candidate(config=HARDENED.replace("lldp", "lldpp"))
    assert driver.compare_config() == ""


def test_the_running_text_overrides_without_a_difference(connect: Connect) -> None:
    driver = connect()
    driver.load_replace_candidate(config=driver.get_config()["running"])
    assert driver.compare_config() == ""


def test_the_lock_is_held_against_others_until_the_commit(twin: JunosTwin, connect: Connect) -> None:
    first, second = connect(), connect()
    stage(first)
    with pytest.raises(LockError, match="configuration database locked by"):
        stage(second, "set system host-name other")
    first.commit_config()
    stage(second, "set system domain-name other.example")
    second.discard_config()
    assert twin.state().running == HARDENED


def test_a_session_that_ends_gives_its_lock_back(twin: JunosTwin, connect: Connect) -> None:
    gone = new_driver(twin)
    gone.open()
    stage(gone)
    gone.device._conn._session.transport.sock.shutdown(socket.SHUT_RDWR)
    wait_until(lambda: twin.state().sessions == 0)
    second = connect()
    stage(second, "set system domain-name other.example")
    assert (
        second.compare_config()
        == "[edit system]\n-   domain-name example.dk;\n+   domain-name other.example;"
    )


def test_a_commit_without_root_authentication_fails_its_check(twin: JunosTwin, connect: Connect) -> None:
    driver = connect()
    stage(driver, "delete system root-authentication")
    with pytest.raises(Exception, match="Missing mandatory statement: 'root-authentication'"):
        driver.commit_config()
    driver.discard_config()
    assert twin.state().running == CONFIGURATION


def test_cutting_the_management_path_reverts_by_itself(twin: JunosTwin, clock: ManualClock) -> None:
    driver = new_driver(twin, timeout=1)
    driver.open()
    stage(driver, "set interfaces fxp0 disable")
    with pytest.raises(RpcTimeoutError):
        driver.commit_config(revert_in=60)
    state = twin.state()
    assert (state.management_reachable, state.sessions, state.pending is None) == (False, 1, False)
    assert is_refused(twin.port)
    clock.advance(61)
    fresh = new_driver(twin)
    fresh.open()
    assert fresh.get_config()["running"].strip().partition("\n")[2] == CONFIGURATION.strip()
    fresh.close()
    driver.close()
    state = twin.state()
    assert (state.running, state.reverts, state.management_reachable) == (CONFIGURATION, 1, True)


def test_a_session_frozen_by_the_cut_goes_on_after_the_revert(twin: JunosTwin, clock: ManualClock) -> None:
    driver = new_driver(twin)
    driver.open()
    stage(driver, "delete interfaces fxp0 unit 0 family inet address 198.51.100.10/24")
    committing = threading.Thread(target=lambda: driver.commit_config(revert_in=60))
    committing.start()
    wait_until(lambda: not twin.state().management_reachable)
    clock.advance(61)
    committing.join(timeout=10)
    assert not committing.is_alive()
    assert driver.compare_config() == ""
    driver.close()


def test_timers_run_faster_by_the_clock_factor(tmp_path: Path) -> None:
    with running_twin(tmp_path, SystemClock(), clock_factor=120.0) as twin:
        driver = new_driver(twin)
        driver.open()
        stage(driver)
        driver.commit_config(revert_in=60)
        wait_until(lambda: twin.state().reverts == 1, seconds=5)
        assert driver.get_config()["running"].strip().partition("\n")[2] == CONFIGURATION.strip()
        driver.close()


def test_chunked_framing_works_where_it_is_offered(tmp_path: Path, clock: ManualClock) -> None:
    with running_twin(tmp_path, clock, chunked=True) as twin:
        driver = new_driver(twin)
        driver.open()
        stage(driver)
        assert driver.compare_config() == HARDEN_DIFF
        driver.close()


def test_a_wrong_password_is_refused(twin: JunosTwin) -> None:
    with pytest.raises(ConnectAuthError):
        new_driver(twin, password=secrets.token_urlsafe(12)).open()


def test_refused_logins_end_when_the_fault_has_counted_down(twin: JunosTwin) -> None:
    twin.switch_fault(Fault(name="refuse-login", times=None))
    with pytest.raises(ConnectAuthError):
        new_driver(twin).open()
    twin.clear_faults()
    driver = new_driver(twin)
    driver.open()
    driver.close()


def test_a_connection_dropped_after_the_commit_leaves_the_commit_pending(
    twin: JunosTwin, clock: ManualClock
) -> None:
    twin.switch_fault(Fault(name="drop-after-commit"))
    driver = new_driver(twin)
    driver.open()
    stage(driver)
    with pytest.raises((ConnectClosedError, SessionCloseError)):
        driver.commit_config(revert_in=60)
    assert (twin.state().running, twin.state().faults) == (HARDENED, ())
    clock.advance(61)
    assert twin.state().running == CONFIGURATION


def test_a_line_can_be_made_to_fail(twin: JunosTwin, connect: Connect) -> None:
    twin.switch_fault(Fault(name="error-line", argument="telnet"))
    driver = connect()
    with pytest.raises(MergeConfigException, match="syntax error"):
        stage(driver)
    stage(driver)
    assert driver.compare_config() == HARDEN_DIFF


def test_answers_can_be_delayed(twin: JunosTwin, connect: Connect) -> None:
    driver = connect()
    twin.switch_fault(Fault(name="delay", seconds=0.4))
    before = time.monotonic()
    assert driver.compare_config() == ""
    assert time.monotonic() - before >= 0.4


def test_the_console_changes_the_device_past_a_lock(twin: JunosTwin, connect: Connect) -> None:
    driver = connect()
    stage(driver)
    twin.console(("set system services ftp",))
    state = twin.state()
    assert state.running == CONFIGURATION.replace(
        "        ssh;\n        telnet;\n", "        ftp;\n        ssh;\n        telnet;\n"
    )
    assert state.commits == 1
    driver.discard_config()


def test_an_unknown_operation_is_answered_with_a_syntax_error(connect: Connect) -> None:
    with pytest.raises(Exception, match="syntax error"):
        connect().device.rpc.request_system_reboot()


def test_the_transcript_masks_secrets(twin: JunosTwin, connect: Connect) -> None:
    driver = connect()
    stage(driver, 'set system login user x authentication encrypted-password "$6$deep$secret"')
    driver.discard_config()
    text = "\n".join(twin.transcript())
    assert "set system login user x authentication encrypted-password ***" in text
    assert "$6$" not in text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (
            'set system radius-server 192.0.2.1 secret "a b" port 1812',
            "set system radius-server 192.0.2.1 secret *** port 1812",
        ),
        ("<secret>abc</secret>", "<secret>***</secret>"),
        ("set snmp community public", "set snmp community ***"),
        ("set system services ssh", "set system services ssh"),
    ],
)
def test_secrets_are_masked_in_every_form(text: str, masked: str) -> None:
    assert mask_secrets(text) == masked


def test_a_configuration_that_the_twin_does_not_know_is_refused_with_the_word(tmp_path: Path) -> None:
    spec = TwinSpec(
        name="fw9", platform="junos", model="SRX300", configuration="fw9.conf", management_interface="fxp0"
    )
    with pytest.raises(LabFileError, match=r"fw9: .*fw9.conf.*'servces'"):
        JunosTwin(spec, "set system servces", TwinCredential(USER, "x"), tmp_path, ManualClock(START))


def test_a_taken_port_is_one_clear_error(twin: JunosTwin, tmp_path: Path, clock: ManualClock) -> None:
    with (
        pytest.raises(LabRunError, match=f"fw1: cannot listen on loopback port {twin.port}"),
        running_twin(tmp_path, clock, port=twin.port),
    ):
        pass


def test_stop_leaves_no_thread_and_no_port(tmp_path: Path, clock: ManualClock) -> None:
    before = threading.active_count()
    with running_twin(tmp_path, clock) as twin:
        driver = new_driver(twin)
        driver.open()
        stage(driver)
    assert is_refused(twin.port)
    with pytest.raises((ConnectClosedError, SessionCloseError)):
        driver.get_config()
    driver.device._conn = None
    wait_until(lambda: threading.active_count() <= before)


def test_a_channel_that_is_not_netconf_is_refused(twin: JunosTwin) -> None:
    transport = paramiko.Transport(("127.0.0.1", twin.port))
    try:
        transport.connect(username=USER, password=PASSWORDS[twin])
        channel = transport.open_session()
        with pytest.raises(paramiko.SSHException):
            channel.invoke_shell()
    finally:
        transport.close()


def test_malformed_xml_is_answered_and_the_session_goes_on(twin: JunosTwin) -> None:
    transport = paramiko.Transport(("127.0.0.1", twin.port))
    try:
        transport.connect(username=USER, password=PASSWORDS[twin])
        channel = transport.open_session()
        channel.settimeout(10)
        channel.invoke_subsystem("netconf")
        reader = FrameReader()
        assert "<session-id>" in receive(channel, reader)
        channel.sendall(frame(b"<rpc", chunked=False))
        assert "malformed-message" in receive(channel, reader)
        channel.sendall(frame(b'<rpc message-id="7"><unlock-configuration/></rpc>', chunked=False))
        answer = receive(channel, reader)
        assert 'message-id="7"' in answer
        assert "Configuration database is not open" in answer
    finally:
        transport.close()


def receive(channel: paramiko.Channel, reader: FrameReader) -> str:
    while (message := reader.next()) is None:
        data = channel.recv(65536)
        assert data
        reader.feed(data)
    return message.decode()
