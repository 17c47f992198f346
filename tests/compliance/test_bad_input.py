"""Texts that are damaged in every way: never a crash, no verdict on what was refused, no PASS on nothing."""

import time
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compliance.context import DeviceContext
from compliance.controls.registry import judged_controls
from compliance.models import Verdict
from compliance.offline.device_files import DeviceFiles
from compliance.offline.judge_files import judge_files
from compliance.report_writers.writer import DeviceReport
from devices.models import Platform
from devices.parsers import decode_text, parse
from devices.parsers.errors import ConfigurationTextError
from tests.compliance.conftest import site
from tests.compliance.frames import framed

TODAY = date(2026, 11, 22)
CORPORA = Path(__file__).resolve().parents[3] / "shared" / "corpora" / "lab-validation"
OWN = Path(__file__).resolve().parents[1] / "devices" / "configurations"
PLATFORMS: tuple[Platform, ...] = ("ios", "eos", "junos", "nxos", "fortios", "aoscx", "panos")
RECORDED = 6
LONGEST = 60_000
GARBAGE = (
    b"\x00", b"\x1b[0m", b"\xff\xfe", b" --More-- ", b"\r", b"\x0c", b"\n", b'"', b"'", b"\\", b"{", b"}",
    b"[", b"]", b";", b"/*", b"#", b"!", b"^C", b"<", b"</config>", b"&x;", b"end\n", b"next\n", b"no ",
    b"config x\n", b"default ", b"\ntown#show run\n", b"\nadmin@town> show system\n", b"\nexit\n", b"\xe6",
    b"\ninterface \n", b"\nno\n", b"\nset \n", b"\nedit \n", b"9" * 40, b"\xe2\x80\xa8", b"\t", b"\xc3\xa6",
)  # fmt: skip

PROMPTS: dict[Platform, bytes] = {
    "junos": b"admin@town> show configuration\n",
    "aoscx": b"town# show running-config\n",
}

pytestmark = pytest.mark.filterwarnings("error")


@cache
def texts_of(platform: Platform) -> tuple[bytes, ...]:
    """Return recorded configurations of a platform that are read, ours where none was recorded."""
    found = [(OWN / f"{platform}.cfg").read_bytes()]
    for path in sorted((CORPORA / platform).glob("*/*/running-config.txt")):
        data = path.read_bytes()
        if len(found) > RECORDED or len(data) > LONGEST:
            continue
        try:
            parse(platform, decode_text(data, device="recorded"))
        except ConfigurationTextError:
            continue
        found.append(data)
    return tuple(found)


def judged(platform: Platform, data: bytes) -> DeviceReport:
    files = DeviceFiles(
        device="town",
        config=Path("town.cfg"),
        context=site(platform).model_dump_json(exclude_unset=True).encode(),
        context_name="the site",
        platform=platform,
    )
    return judge_files(files, data, {}, today=TODAY)


def refusal(platform: Platform, data: bytes) -> str | None:
    """Return why a text is refused, None where it is read; whatever else is raised is a fault of ours."""
    try:
        parse(platform, decode_text(data, device="town"), device="town")
    except ConfigurationTextError as error:
        return str(error)
    return None


def check(platform: Platform, data: bytes) -> None:
    reason, report = refusal(platform, data), judged(platform, data)

    assert [one.control for one in report.judgements] == list(judged_controls())
    if reason is not None:
        assert {one.verdict for one in report.judgements} == {Verdict.ERROR}
        assert all(reason in one.message for one in report.judgements)
    assert not [one.message for one in report.judgements if "report it" in one.message]
    assert all(one.lines for one in report.judgements if one.verdict is Verdict.PASS)


def damaged(data: bytes, draw: Callable[[st.SearchStrategy[int]], int]) -> bytes:
    """Return a text after some accidents: cut, lines swapped, doubled, lost, bytes flipped, garbage."""
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(0, len(data) - 1)))
        kind = draw(st.integers(0, 6))
        if kind == 0:
            data = data[:at]
        elif kind == 1:
            data = data[at:]
        elif kind == 2 and data:
            data = data[:at] + bytes([data[at] ^ (1 << draw(st.integers(0, 7)))]) + data[at + 1 :]
        elif kind == 3:
            data = data[:at] + GARBAGE[draw(st.integers(0, len(GARBAGE) - 1))] + data[at:]
        else:
            lines = data.split(b"\n")
            first, second = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
            if kind == 4:
                lines[first], lines[second] = lines[second], lines[first]
            elif kind == 5:
                lines.insert(first, lines[second])
            else:
                del lines[min(first, second) : max(first, second)]
            data = b"\n".join(lines)
    return data


@pytest.mark.parametrize("platform", PLATFORMS)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(data=st.data())
def test_damaged_configuration_is_an_error_or_read_and_never_a_crash(
    platform: Platform, data: st.DataObject
) -> None:
    text = data.draw(st.sampled_from(texts_of(platform)))
    check(platform, damaged(text, data.draw))


@pytest.mark.parametrize("platform", PLATFORMS)
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(noise=st.binary(max_size=400))
def test_noise_is_no_configuration(platform: Platform, noise: bytes) -> None:
    check(platform, noise)
    assert Verdict.PASS not in {one.verdict for one in judged(platform, noise).judgements}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_configuration_cut_at_the_end_of_any_line_gives_nothing_that_the_whole_one_does_not_bear(
    platform: Platform,
) -> None:
    text = texts_of(platform)[0]
    ends = [at for at, letter in enumerate(text) if letter == ord("\n")]

    assert len(ends) > 20
    for at in ends[:-1:3]:
        check(platform, text[: at + 1])


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"PROMPT", b""),
        (b"", b"\n --More-- \n"),
        (b"", b"\n\x1b[7m--More--\x1b[0m\n"),
        (b"\x00\x01\x02", b""),
        (b"", b"\x7f"),
    ],
)
def test_terminal_capture_and_binary_data_are_refused(
    platform: Platform, before: bytes, after: bytes
) -> None:
    text = texts_of(platform)[0]
    before = before.replace(b"PROMPT", PROMPTS.get(platform, b"town#show running-config\n"))

    assert refusal(platform, text) is None
    assert refusal(platform, before + text + after) is not None
    check(platform, before + text + after)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_other_encodings_give_the_same_verdicts(platform: Platform) -> None:
    text = texts_of(platform)[0].decode().replace("\n", "\r\n")
    wanted = [(one.control.id, one.verdict) for one in judged(platform, text.encode()).judgements]

    for encoding in ("utf-8-sig", "cp1252", "utf-16"):
        found = judged(platform, text.encode(encoding)).judgements
        assert [(one.control.id, one.verdict) for one in found] == wanted


LONG: dict[Platform, tuple[str, str]] = {
    "ios": ("access-list 10 permit 10.0.{0}.{1}\n", ""),
    "eos": ("ip route 10.{0}.{1}.0/24 Null0\n", ""),
    "nxos": ("ip route 10.{0}.{1}.0/24 Null0\n", ""),
    "aoscx": ("ip route 10.{0}.{1}.0/24 blackhole\n", ""),
    "junos": ("set routing-options static route 10.{0}.{1}.0/24 discard\n", ""),
    "panos": ("set address a-{0}-{1} ip-netmask 10.0.{0}.{1}\n", ""),
    "fortios": ("    edit a-{0}-{1}\n        set comment x\n    next\n", "config firewall address\n"),
}


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("lines", [100_000, 200_100])
def test_very_long_configuration_is_judged_or_refused_in_good_time(platform: Platform, lines: int) -> None:
    line, head = LONG[platform]
    each = line.count("\n")
    body = "".join(line.format(number // 256, number % 256) for number in range(lines // each))
    data = framed(platform, f"{head}{body}{'end' if head else ''}").encode()
    begun = time.process_time()
    check(platform, data)

    assert (refusal(platform, data) is None) == (lines == 100_000)
    # Far above what it takes, far below what anything but a linear reader would.
    assert time.process_time() - begun < 60


def test_sections_in_one_another_without_end_are_no_stack_overflow(
    site: Callable[..., DeviceContext],
) -> None:
    assert site("fortios").role == "edge"
    deep = {
        "fortios": "config a\n" * 5000 + "end\n" * 5000,
        "junos": "system {\n" * 5000 + "}\n" * 5000,
        "panos": "<config version='1'>" + "<a>" * 5000 + "</a>" * 5000 + "</config>",
        "ios": "".join(" " * depth + f"vlan {depth}\n" for depth in range(2000)),
    }
    platforms: tuple[Platform, ...] = ("fortios", "junos", "panos", "ios")
    for platform in platforms:
        check(platform, framed(platform, deep[platform]).encode())
