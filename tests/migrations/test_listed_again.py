"""IOS lists a removal of what is absent as a change for ever: when that counts as taken."""

from datetime import UTC, datetime
from typing import Any

import pytest

from devices.models import ChangeResult, Collection
from migrations.device_changes import DeviceChanges
from migrations.planning.device_change_plan import DeviceChangePlan, PlannedChange
from playbooks.service import HostResult

RUNNING = (
    "version 17.9\nhostname acc\nno ip http server\nno ip http secure-server\n"
    "line con 0\nline vty 0 15\n transport input ssh\nend\n"
)
APPROVED = "-no ip http server\n-no snmp-server community <secret>"


def plan(*controls: str) -> DeviceChangePlan:
    change = PlannedChange(device="ndj-acc1", platform="ios", lines="x", diff=APPROVED, controls=controls)
    return DeviceChangePlan(
        snapshot="0" * 64,
        municipality="norddjurs",
        reason="hardening",
        revert_after_seconds=60,
        changes=(change,),
        batches=(("ndj-acc1",),),
        manual=(),
    )


def refused(diff: str) -> HostResult:
    found = Collection(
        device="ndj-acc1",
        platform="ios",
        collected_at=datetime(2026, 11, 22, tzinfo=UTC),
        running=RUNNING,
        startup=RUNNING,
    )
    change = ChangeResult(
        device="ndj-acc1", outcome="refused", diff=diff, message="another diff", collection=found, seconds=1.0
    )
    return HostResult(device="ndj-acc1", state="failed", message="refused", change=change)


@pytest.mark.parametrize(
    ("controls", "diff", "held"),
    [
        # What is left is a removal that does nothing, and what the change is for holds.
        (("MGT-01",), "-no snmp-server community <secret>", True),
        # Nothing shows that lines of a person were ever taken.
        ((), "-no snmp-server community <secret>", False),
        # The control does not pass: it is no matter of listing.
        (("LOG-01",), "-no snmp-server community <secret>", False),
        # Another difference than a part of the approved one.
        (("MGT-01",), "+snmp-server location Odder", False),
        (("MGT-01",), APPROVED, False),
    ],
)
def test_what_a_device_goes_on_listing_counts_as_taken_only_where_controls_show_it(
    rehearsal: Any, controls: tuple[str, ...], diff: str, *, held: bool
) -> None:
    with rehearsal.programme() as programme:
        changes = DeviceChanges(programme)
        assert changes._holds_already(plan(*controls), refused(diff)) is held
