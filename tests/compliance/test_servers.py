"""Servers: the examples of their controls, what each section is for, documents that are cut or altered."""

import doctest
import shutil
import subprocess
from collections.abc import Callable
from ipaddress import IPv4Network
from pathlib import Path
from types import ModuleType

import pytest

from compliance.context import DeviceContext
from compliance.controls.registry import JUDGED, all_controls, server_controls
from compliance.controls.servers.judges import MODULES, ON_SERVERS
from compliance.evaluation import evaluate
from compliance.models import ControlVerdict, Verdict
from compliance.service import assemble, evaluate_file, read_facts
from devices.parsers import parse
from devices.parsers.errors import EmptyText, MalformedText, TruncatedText, WrongPlatform
from tests.compliance.conftest import TODAY
from tests.compliance.server_frame import SECTIONS, closed, framed_server

SITE = DeviceContext(
    role="jump-host",
    management_prefixes=(IPv4Network("10.9.0.0/23"),),
    ntp_servers=("10.0.0.11", "10.0.0.12"),
    log_servers=("10.0.0.21", "10.0.0.22"),
    break_glass_user="breakglass",
    internet_facing=True,
)
NEEDED_BY = {
    "sshd -T": {"MGT-02", "MGT-03", "MGT-04", "MGT-06", "SRV-02", "AAA-06"},
    "sshd files": {"MGT-04", "MGT-06", "SRV-02", "AAA-06"},
    "login banner": {"MGT-06"},
    "packages": {"MGT-01", "NTP-01", "SRV-03"},
    "units": {"AAA-01", "AAA-05", "NTP-01", "LOG-01", "LOG-03", "SRV-01", "SRV-03"},
    "accounts": {"AAA-02", "AAA-03"},
    "login.defs": {"AAA-03"},
    "pam": {"MGT-05", "AAA-01", "AAA-03", "AAA-04", "AAA-06"},
    "faillock.conf": {"MGT-05"},
    "pwquality": {"AAA-04"},
    "chrony": {"NTP-01"},
    "rsyslog": {"LOG-01", "LOG-03"},
    "journald": {"LOG-02"},
    "journal store": {"LOG-02"},
    "time zone": {"LOG-02"},
    "sysctl": {"CP-01"},
    "kernel modules": {"MGT-08"},
    "nft list ruleset": {"MGT-03", "SRV-01"},
    "ufw status verbose": {"SRV-01"},
    "apparmor": {"SRV-03"},
    "auditctl -s": {"AAA-05", "SRV-03"},
    "auditctl -l": {"AAA-05"},
    "aide schedule": {"SRV-03"},
    "updates": {"SRV-04"},
    "snmpd": {"SNMP-01"},
    "sssd": {"AAA-01"},
    "nsswitch": {"AAA-01"},
}
UFW_RULESET = Path(__file__).parent / "configurations" / "ufw_ruleset.txt"
COLLECTOR = (
    Path(__file__).parents[2]
    / "playbooks"
    / "servers"
    / "roles"
    / "server_collect"
    / "files"
    / "collect_server.sh"
)


def judged(text: str, context: DeviceContext = SITE) -> tuple[ControlVerdict, ...]:
    """Return the verdicts of a collection."""
    return evaluate("town", read_facts("town", "linux", text), context, (), TODAY, platform="linux")


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_examples_of_the_controls_on_servers_are_true(module: ModuleType) -> None:
    examined = 0
    for name, function in vars(module).items():
        controls = [control for control, judge in ON_SERVERS.items() if judge is function]
        if not controls:
            continue

        def say(*lines: str, role: str = "server", control: str = controls[0]) -> str:
            context = SITE.model_copy(update={"role": role})
            verdicts = {
                one.control: one.verdict.value for one in judged(framed_server("\n".join(lines)), context)
            }
            return verdicts[control]

        for example in doctest.DocTestFinder(recurse=False).find(function, name, globs={"linux": say}):
            result = doctest.DocTestRunner().run(example)
            assert (result.failed, result.attempted >= 2) == (0, True), name
            examined += 1
    assert examined == len(module.ON_SERVERS)


def test_a_good_server_passes_every_control_that_servers_are_asked() -> None:
    verdicts = judged(framed_server(""))
    assert {one.control: one.verdict.value for one in verdicts} == dict.fromkeys(ON_SERVERS, "PASS")
    report = assemble(("town",), verdicts, platform="linux")
    assert (report.controls, report.exit_code) == (tuple(one.id for one in server_controls()), 0)


@pytest.mark.parametrize("how", ["missing", "failed"])
@pytest.mark.parametrize("section", SECTIONS)
def test_missing_section_makes_exactly_the_controls_that_need_it_an_error(section: str, how: str) -> None:
    found = judged(framed_server(f"[{section}] {how}"))
    errors = {one.control: one.message for one in found if one.verdict is Verdict.ERROR}
    assert set(errors) == NEEDED_BY[section]
    assert {f"'{section}'" in message for message in errors.values()} == {True}
    others = {one.verdict.value for one in found if one.control not in errors}
    assert others == {"PASS"}


def test_every_section_that_is_collected_is_read_and_every_one_that_is_read_is_collected() -> None:
    script = COLLECTOR.read_text(encoding="utf-8")
    written = {
        line.split("'")[1]
        for line in script.splitlines()
        if line.strip().startswith(("section '", "files '"))
    }
    assert written == set(SECTIONS) == set(NEEDED_BY)


def _without_line(text: str, start: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(start))


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        (lambda _: "", EmptyText, "empty"),
        (lambda _: "sshd -T\nport 22\n", WrongPlatform, "no collection of a server"),
        (lambda text: text.replace("collection 1", "collection 2"), WrongPlatform, "not version 1"),
        (lambda text: text[: len(text) // 2], TruncatedText, "without its end mark"),
        (lambda text: _without_line(text, "@end"), TruncatedText, "without its end mark"),
        (lambda text: text.replace("permitrootlogin no", "permitrootlogin yes"), MalformedText, "altered"),
        (lambda text: _without_line(text, "|permitrootlogin"), MalformedText, "altered"),
        (lambda text: f"{text}|more\n", TruncatedText, "without its end mark"),
    ],
)
def test_document_that_is_cut_or_altered_is_an_error_on_every_control(
    change: Callable[[str], str], error: type[Exception], says: str
) -> None:
    text = change(framed_server(""))
    with pytest.raises(error, match=says):
        parse("linux", text, device="town")
    verdicts = judged(text)
    assert {one.control: one.verdict.value for one in verdicts} == dict.fromkeys(ON_SERVERS, "ERROR")


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("@samdrift-server-collection 1\n@host town\n", "names no host and no time"),
        (
            "@samdrift-server-collection 1\n@host town\n@collected-at 2026-11-21\n",
            "names no host and no time",
        ),
        ("@samdrift-server-collection 1\n@host town\n@collected-at 2026-11-21T06:00:00Z\n", "no section"),
    ],
)
def test_document_without_head_or_sections_is_refused(body: str, says: str) -> None:
    with pytest.raises(MalformedText, match=says):
        parse("linux", closed(body), device="town")


def test_document_in_which_a_section_stands_twice_is_refused() -> None:
    body = framed_server("").rpartition("@end")[0]
    with pytest.raises(MalformedText, match="begins the section 'accounts' again"):
        parse("linux", closed(f"{body}@section accounts\n@ok\n|root 0 none /bin/sh\n"), device="town")


def test_line_that_is_neither_content_nor_mark_is_refused() -> None:
    body = framed_server("").replace("|port 22\n", "port 22\n").rpartition("@end")[0]
    with pytest.raises(MalformedText, match="neither content nor a mark"):
        parse("linux", closed(body), device="town")


def test_file_with_the_line_ends_of_windows_is_the_same_document() -> None:
    text = framed_server("").replace("\n", "\r\n").encode()
    verdicts = evaluate_file("town", "linux", text, SITE, today=TODAY)
    assert {one.verdict.value for one in verdicts} == {"PASS"}


def test_collection_of_a_server_is_no_configuration_of_network_gear() -> None:
    with pytest.raises(WrongPlatform, match="linux"):
        parse("ios", framed_server(""), device="town")


def test_controls_of_servers_are_those_of_the_table() -> None:
    lines = {control.id for control in all_controls() if "linux" in control.platforms}
    assert lines - set(ON_SERVERS) == {"LOG-04", "OPS-02"}
    assert {"SRV-01", "SRV-03"} <= set(ON_SERVERS) - set(JUDGED)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", {"MGT-03": "PASS", "SRV-01": "PASS"}),
        ("ip saddr 10.9.0.0/24 tcp dport 22", "tcp dport 22", {"MGT-03": "FAIL", "SRV-01": "PASS"}),
        ("10.9.0.0/24", "10.0.0.0/8", {"MGT-03": "FAIL", "SRV-01": "PASS"}),
        ("policy drop", "policy accept", {"MGT-03": "FAIL", "SRV-01": "FAIL"}),
    ],
)
def test_ruleset_that_ufw_made_on_a_server_is_understood(
    old: str, new: str, expected: dict[str, str]
) -> None:
    """It was recorded on Debian 12 after `ufw allow proto tcp from 10.9.0.0/24 to any port 22`."""
    ruleset = UFW_RULESET.read_text(encoding="utf-8")
    assert old in ruleset
    verdicts = judged(framed_server(f"[nft list ruleset]\n{ruleset.replace(old, new)}"))
    found = {one.control: one.verdict.value for one in verdicts if one.control in expected}
    assert found == expected


@pytest.mark.skipif(shutil.which("dpkg-query") is None, reason="needs a Debian or Ubuntu system to collect")
def test_collector_writes_a_document_of_this_system_that_is_read_and_changes_nothing() -> None:
    """It runs where only root may: elsewhere it says so and writes nothing."""
    done = subprocess.run(["sh", str(COLLECTOR)], capture_output=True, text=True, check=False, timeout=120)
    if done.returncode:
        assert (done.stdout, "run it as root" in done.stderr) == ("", True)
        return
    facts = parse("linux", done.stdout, device="here")
    assert facts.server is not None
    assert facts.server.time_zone is not None
    assert facts.server.packages is not None
    assert "dpkg" in facts.server.packages.installed
    assert facts.server.accounts is not None
    assert "root" in {one.name for one in facts.server.accounts.accounts}
    assert "$6$" not in done.stdout
    assert "$y$" not in done.stdout
