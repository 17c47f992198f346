"""The lines that feed a sensor: what is placed, what is left alone, and what a person must do."""

import pytest

from compliance.context import DeviceContext
from compliance.remediation.models import ManualItem
from compliance.takeover.mirrors import place_mirrors
from compliance.takeover.models import Undertaking, takeover_lines
from devices.models import Platform
from devices.parsers import parse

IOS = "hostname sw\n!\ninterface GigabitEthernet1/0/1\n!\ninterface GigabitEthernet1/0/48\n!\n"
EOS = "hostname sw\n!\ninterface Ethernet1\n!\ninterface Ethernet48\n!\n"
AOSCX = "!Version ArubaOS-CX FL.10.13.1000\nhostname sw\ninterface 1/1/1\n    no shutdown\n"
INSIDE = {"ios": "GigabitEthernet1/0/1", "eos": "Ethernet1", "aoscx": "1/1/1"}
SENSOR = {"ios": "GigabitEthernet1/0/48", "eos": "Ethernet48", "aoscx": "1/1/9"}
STARTED: dict[Platform, str] = {"ios": IOS, "eos": EOS, "aoscx": AOSCX}
PLACED = {
    "ios": "monitor session 1 source interface GigabitEthernet1/0/1\n"
    "monitor session 1 destination interface GigabitEthernet1/0/48 encapsulation replicate\n",
    "eos": "monitor session sensor-inside source Ethernet1 both\n"
    "monitor session sensor-inside destination Ethernet48\n",
    "aoscx": "mirror session 1\n    source interface 1/1/1 both\n    destination interface 1/1/9\n"
    "    enable\n",
}


def context(platform: Platform, **values: object) -> DeviceContext:
    told: dict[str, object] = {
        "uplinks": (),
        "sensor_port": SENSOR.get(platform),
        "inside_links": (INSIDE[platform],) if platform in INSIDE else (),
        "outside_links": (),
    }
    return DeviceContext.model_validate(told | values)


def placed(platform: Platform, text: str, intended: DeviceContext) -> Undertaking:
    whole = text + ("" if platform in {"aoscx", "junos", "fortios"} else "end\n")
    return place_mirrors("sw", parse(platform, whole), whole, intended)


@pytest.mark.parametrize("platform", list(STARTED))
def test_a_missing_mirror_is_placed_and_nothing_is_left_to_do(platform: Platform) -> None:
    first = placed(platform, STARTED[platform], context(platform))
    assert first == Undertaking(device="sw", lines=PLACED[platform])
    second = placed(platform, STARTED[platform] + first.lines, context(platform))
    assert second == Undertaking(device="sw")


@pytest.mark.parametrize("platform", list(STARTED))
def test_where_the_inventory_intends_no_mirror_there_is_nothing_to_do(platform: Platform) -> None:
    nothing = Undertaking(device="sw")
    assert placed(platform, STARTED[platform], context(platform, sensor_port=None)) == nothing
    assert placed(platform, STARTED[platform], context(platform, inside_links=())) == nothing


def test_both_links_of_a_firewall_go_into_one_session() -> None:
    both = context("ios", outside_links=("GigabitEthernet1/0/2",))
    found = placed("ios", IOS, both)
    assert found.lines.splitlines() == [
        "monitor session 1 source interface GigabitEthernet1/0/1",
        "monitor session 1 source interface GigabitEthernet1/0/2",
        "monitor session 1 destination interface GigabitEthernet1/0/48 encapsulation replicate",
    ]


@pytest.mark.parametrize(
    ("platform", "others"),
    [
        (
            "ios",
            (
                "monitor session 1 source interface GigabitEthernet1/0/7\n"
                "monitor session 1 destination interface GigabitEthernet1/0/8\n"
            ),
        ),
        ("aoscx", "mirror session 1\n    enable\n    source interface 1/1/7 both\n"),
    ],
)
def test_a_session_of_somebody_else_keeps_its_number_and_its_lines(platform: Platform, others: str) -> None:
    found = placed(platform, STARTED[platform] + others, context(platform))
    assert found.lines == PLACED[platform].replace("session 1", "session 2")
    assert not any(line.strip().startswith("no ") for line in found.lines.splitlines())


def test_a_half_mirrored_link_gets_its_other_direction() -> None:
    half = "mirror session 3\n    enable\n    source interface 1/1/1 rx\n    destination interface 1/1/9\n"
    found = placed("aoscx", AOSCX + half, context("aoscx"))
    assert found == Undertaking(device="sw", lines="mirror session 3\n    source interface 1/1/1 both\n")


def test_a_session_that_is_off_feeds_nobody() -> None:
    off = "mirror session 1\n    source interface 1/1/1 both\n    destination interface 1/1/9\n"
    found = placed("aoscx", AOSCX + off, context("aoscx"))
    assert found.lines == PLACED["aoscx"].replace("session 1", "session 2")


@pytest.mark.parametrize(
    ("text", "changed", "reason"),
    [
        (
            IOS.replace("1/0/48\n", "1/0/48\n switchport access vlan 20\n"),
            {},
            (
                "the sensor's port GigabitEthernet1/0/48 holds 'switchport access vlan 20'; "
                "free it (SEN-03) and plan again"
            ),
        ),
        (
            IOS,
            {"uplinks": ("Gi1/0/48",)},
            "GigabitEthernet1/0/48 is a link or the way to manage the device; give the sensor its own port",
        ),
        (
            IOS + "monitor session 5 source interface GigabitEthernet1/0/48\n",
            {},
            "the sensor's port GigabitEthernet1/0/48 is a source of mirror session 5",
        ),
    ],
)
def test_a_port_that_somebody_uses_is_left_to_a_person(
    text: str, changed: dict[str, object], reason: str
) -> None:
    found = placed("ios", text, context("ios", **changed))
    assert found == Undertaking(device="sw", manual=(ManualItem(control="mirror", reason=reason),))


def test_what_the_inventory_does_not_say_is_left_to_a_person() -> None:
    found = placed("ios", IOS, DeviceContext())
    assert (found.lines, [one.control for one in found.manual]) == ("", ["mirror"])
    assert "sensor_port" in found.manual[0].reason


@pytest.mark.parametrize("platform", ["junos", "fortios"])
def test_a_platform_without_sure_lines_says_why(platform: Platform) -> None:
    text = {
        "junos": "system {\n    host-name sw;\n}\n",
        "fortios": "config system global\n    set hostname sw\nend\n",
    }[platform]
    intended = context(platform, sensor_port="port9", inside_links=("port1",))
    found = placed(platform, text, intended)
    reason = takeover_lines()[platform].by_hand["mirror"]
    assert found == Undertaking(device="sw", manual=(ManualItem(control="mirror", reason=reason),))


def test_a_switch_without_a_free_session_says_so() -> None:
    used = "".join(f"mirror session {number}\n    source interface 1/1/7 both\n" for number in range(1, 5))
    found = placed("aoscx", AOSCX + used, context("aoscx"))
    assert (found.lines, found.manual[0].reason) == (
        "",
        "4 mirror sessions exist, and there are no more; end one",
    )
