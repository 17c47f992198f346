"""FortiOS computes no difference: ours is a forecast, and the device is held against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from devices.drivers.opening import driver_for
from devices.errors import (
    ConfigurationRefused,
)
from devices.fortios_difference import MARK
from devices.models import DeviceTarget
from devices.profiles import PROFILES, comparable_configuration
from devices.service import collect, preview_change
from tests.devices.fortios_bench import (
    CONSOLE,
    DIFF,
    LINES,
    change,
    written,
)

if TYPE_CHECKING:
    from devices.driver import DeviceDriver
    from tests.devices.conftest import Benches


def test_the_difference_is_a_forecast_and_its_first_line_says_so(benches: Benches) -> None:
    bench = benches.start("fortios")
    assert "device-diff" not in PROFILES["fortios"].capabilities
    assert preview_change(bench.target, LINES, lock=bench.lock) == DIFF
    assert written(bench) == []


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("config system snmp sysinfo\nset locaton x\nend\n", "no such attribute"),
        ("config system snmpp\nend\n", "the device has no 'config system snmpp'"),
        ("config system interface\nedit port1\nset status upp\nnext\nend\n", "'upp' is none of up, down"),
        ("execute factoryreset\n", "cannot be foreseen"),
        ("config system global\nset hostname\nend\n", "it has no value"),
        ("config system global\nset hostname x\n", "end inside a section"),
        ("conf system global\nset hostname x\nend\n", "cannot be foreseen"),
        ("set hostname x\n", "no meaning at this place"),
        ("config firewall policy\nedit 0\nnext\nend\n", "name the entry"),
        ("config firewall policy\nedit 1\nset uuid 1\nnext\nend\n", "the device chooses it itself"),
        ("config firewall policy\nmove 1 before 9\nend\n", "one of them is not there"),
        ("config firewall policy\ndelete 2 9\nend\n", "it is not there"),
        ("config user tacacs+\nedit regional\nset key hunter2\nnext\nend\n", "it is set already"),
        ("config system ha\nset mode a-p\nend\n", "may end the way back"),
        ("config system automation-stitch\nend\n", "the way back is an automation stitch"),
        ("config system global\nset cfg-save manual\nend\n", "may end the way back"),
        ("config system global\nset timezone Europe/London\nend\n", "may end the way back"),
    ],
)
def test_a_line_that_would_end_half_way_is_refused_before_anything_is_sent(
    benches: Benches, lines: str, said: str
) -> None:
    bench = benches.start("fortios")
    with pytest.raises(ConfigurationRefused) as caught:
        preview_change(bench.target, lines, lock=bench.lock)
    assert said in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert written(bench) == []


def test_a_hidden_default_is_no_difference_and_unsetting_one_is_none_either(benches: Benches) -> None:
    bench = benches.start("fortios")
    lines = (
        "config system interface\nedit port2\nset status up\nset allowaccess https ping\nunset role\n"
        "set ip 10.9.0.1/24\nappend allowaccess ssh\nnext\nend\n"
    )
    diff = preview_change(bench.target, lines, lock=bench.lock)
    assert diff == (
        f"{MARK}\nconfig system interface\n    edit port2\n"
        "+        set allowaccess ping https ssh\n+        set ip 10.9.0.1 255.255.255.0"
    )
    assert change(bench, lines, diff).outcome == "confirmed"
    assert change(bench, lines, diff).outcome == "unchanged"


def test_an_order_of_policies_is_foreseen_as_the_device_makes_it(benches: Benches) -> None:
    bench = benches.start("fortios")
    lines = "config firewall policy\nmove 2 before 1\nend\n"
    diff = preview_change(bench.target, lines, lock=bench.lock)
    assert diff == f"{MARK}\nconfig firewall policy\n+    # entries in the order 2 1"
    assert change(bench, lines, diff).outcome == "confirmed"
    assert change(bench, lines, diff).outcome == "unchanged"


def test_what_the_device_chooses_for_a_new_entry_is_no_surprise(benches: Benches) -> None:
    bench = benches.start("fortios")
    lines = (
        "config firewall address\nedit printers\nset subnet 10.20.9.0 255.255.255.0\nnext\nend\n"
        "config user tacacs+\nedit second\nset server 192.0.2.50\nset key hunter2\nnext\nend\n"
    )
    diff = preview_change(bench.target, lines, lock=bench.lock)
    assert diff == (
        f"{MARK}\nconfig firewall address\n+    edit printers\n"
        "+        set subnet 10.20.9.0 255.255.255.0\nconfig user tacacs+\n+    edit second\n"
        "+        set key <secret>\n+        set server 192.0.2.50"
    )
    result = change(bench, lines, diff)
    assert result.outcome == "confirmed"
    assert "hunter2" not in result.model_dump_json()
    assert "set uuid" in bench.twin.state().running.partition('edit "printers"')[2][:80]


def test_a_secret_reads_differently_every_time_and_is_no_change(benches: Benches) -> None:
    bench = benches.start("fortios")
    one, two = collect(bench.target).running, collect(bench.target).running
    assert one != two
    assert comparable_configuration("fortios", one) == comparable_configuration("fortios", two)
    changed = one.replace("ENC SH2Fh", "ENC SH2xx")
    assert comparable_configuration("fortios", one) != comparable_configuration("fortios", changed)


def test_a_change_of_somebody_else_in_the_window_is_seen_and_not_confirmed(benches: Benches) -> None:
    bench = benches.start("fortios")
    before = bench.twin.state()
    opens: list[DeviceTarget] = []

    def meddled(target: DeviceTarget) -> DeviceDriver:
        opens.append(target)
        if len(opens) == 2:
            bench.twin.console(CONSOLE)
        return driver_for(target)

    result = change(bench, opener=meddled)
    assert [failure.check for failure in result.failures] == ["forecast"]
    assert "there but not approved: '+    set contact-info somebody'" in result.message
    # The restore is that of a whole revision: what somebody else did meanwhile is gone too.
    assert result.outcome == "reverted"
    assert bench.twin.state().running == before.running
