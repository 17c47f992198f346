"""A device of a platform that nobody drives is never skipped and never clean: ERROR on every control."""

from typing import Any

from compliance.service import judged_controls
from migrations.collection import collect_and_judge
from migrations.status import build_status

Rehearsal = Any
UNDRIVEN = "ndj-acc2"


def test_a_device_without_a_driver_is_an_error_on_every_control(rehearsal: Rehearsal) -> None:
    file = rehearsal.town / "devices.yaml"
    before, name, after = file.read_text(encoding="utf-8").partition(f"- name: {UNDRIVEN}\n")
    undriven = after.replace("platform: ios", "platform: fortiswitch", 1)
    file.write_text(before + name + undriven, encoding="utf-8")

    with rehearsal.programme() as programme:
        run = collect_and_judge(programme, selection=f"name={UNDRIVEN}")
        with programme.records.reading() as transaction:
            rows = transaction.verdicts.of_run(run.run)
        status = build_status(programme.snapshot, programme.records, now=programme.clock())

    assert sorted((row.device, row.control, row.verdict, row.evidence) for row in rows) == sorted(
        (UNDRIVEN, control.id, "ERROR", None) for control in judged_controls()
    )
    assert [one.device.name for one in run.unreached] == [UNDRIVEN]
    assert "there is no driver for the platform fortiswitch" in run.devices[0].message
    assert {one.name: one.state for one in status.municipalities[0].devices}[UNDRIVEN] == "NEW"
