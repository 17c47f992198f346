"""Which risks a change carries, and whether they may be taken: rules over the inventory and a plan."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from devices.models import Collection
from devices.service import Risk
from inventory.models import Inventory, RiskOverride
from inventory.service import load_checked
from migrations.planning.change_risks import (
    granted_risks,
    is_closed,
    missing_grants,
    permission_for,
    risks_of,
)
from migrations.planning.device_change_plan import GrantedRisk, PlannedChange

EXAMPLE = Path(__file__).parents[2] / "examples" / "norddjurs"
NAME = "ndj-fw1"
# A Saturday of the example's weekly time, 22:00 to 05:00 in Denmark.
NOW = datetime(2027, 3, 6, 22, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    return load_checked(EXAMPLE)


def override(
    risk: Risk = "revert-reboots", *, expires_on: date = date(2027, 4, 1), name: str = "fw"
) -> RiskOverride:
    return RiskOverride(
        name=name, risk=risk, devices=(NAME,), owner="Netværk", reason="Aftalt", expires_on=expires_on
    )


def granted(risk: Risk = "revert-reboots", *, expires_on: date = date(2027, 4, 1)) -> GrantedRisk:
    return GrantedRisk(name="fw", risk=risk, owner="Netværk", reason="Aftalt", expires_on=expires_on)


def change(platform: str = "fortios", *grants: GrantedRisk, risks: tuple[Risk, ...] = ()) -> PlannedChange:
    return PlannedChange(
        device=NAME, platform=platform, lines="x", diff="+x", controls=(), risks=risks, granted=grants
    )


def with_overrides(inventory: Inventory, *overrides: RiskOverride) -> Inventory:
    town = inventory.municipalities[0].model_copy(update={"risk_overrides": overrides})
    return inventory.model_copy(update={"municipalities": (town,)})


def refusal(inventory: Inventory, planned: PlannedChange, now: datetime = NOW) -> str:
    town = inventory.municipalities[0]
    return permission_for(planned, inventory, town, now=now, revert_after_seconds=300).refusal


@pytest.mark.parametrize(
    ("platform", "running", "risks"),
    [
        ("ios", "hostname sw\nend\n", ()),
        ("fortios", "#config-version=X\nconfig system global\nend\n", ("revert-reboots",)),
        (
            "fortios",
            "#config-version=X\nconfig system ha\n    set mode standalone\nend\n",
            ("revert-reboots",),
        ),
        (
            "fortios",
            "#config-version=X\nconfig system ha\n    set mode a-p\nend\n",
            ("cluster-member", "revert-reboots"),
        ),
    ],
)
def test_a_device_carries_the_risks_of_its_platform_and_what_it_adds_itself(
    platform: str, running: str, risks: tuple[str, ...]
) -> None:
    collection = Collection.model_validate(
        {"device": NAME, "platform": platform, "collected_at": NOW, "running": running, "startup": ""}
    )
    assert risks_of(NAME, platform, collection) == risks


def test_a_grant_ends_at_midnight_in_denmark(inventory: Inventory) -> None:
    town = with_overrides(inventory, override(expires_on=date(2027, 3, 10))).municipalities[0]
    midnight = datetime(2027, 3, 9, 23, 0, tzinfo=UTC)
    before = midnight - timedelta(seconds=1)
    assert granted_risks(town, NAME, ("revert-reboots",), now=before) == (
        granted(expires_on=date(2027, 3, 10)),
    )
    assert granted_risks(town, NAME, ("revert-reboots",), now=midnight) == ()
    assert missing_grants(town, NAME, "fortios", ("revert-reboots",), now=midnight) == (
        "revert-reboots: the override fw ended on 2027-03-10; have one granted and plan again",
    )


def test_an_override_grants_nothing_to_another_device_and_no_other_risk(inventory: Inventory) -> None:
    town = with_overrides(inventory, override("no-own-revert")).municipalities[0]
    none = "revert-reboots: no risk override in exceptions.yaml names it; have one granted and plan again"
    assert missing_grants(town, NAME, "fortios", ("revert-reboots",), now=NOW) == (none,)
    other = with_overrides(inventory, override()).municipalities[0]
    assert missing_grants(other, "ndj-fw2", "fortios", ("revert-reboots",), now=NOW) == (none,)
    assert missing_grants(other, NAME, "fortios", ("revert-reboots",), now=NOW) == ()


def test_of_several_overrides_the_one_that_holds_longest_is_taken(inventory: Inventory) -> None:
    late = override(expires_on=date(2027, 5, 1), name="late")
    town = with_overrides(inventory, override(), late).municipalities[0]
    [taken] = granted_risks(town, NAME, ("revert-reboots",), now=NOW)
    assert (taken.name, taken.expires_on) == ("late", date(2027, 5, 1))


def test_no_override_opens_a_cluster_of_fortigates(inventory: Inventory) -> None:
    risks: tuple[Risk, ...] = ("cluster-member", "revert-reboots")
    town = with_overrides(inventory, override(), override("cluster-member")).municipalities[0]
    assert is_closed(NAME, "fortios", risks)
    assert not is_closed(NAME, "fortios", ("revert-reboots",))
    assert missing_grants(town, NAME, "fortios", risks, now=NOW) == (
        "cluster-member: no override opens it on fortios; change the device by hand",
    )
    planned = change("fortios", granted(), granted("cluster-member"), risks=risks)
    assert "no override opens" in refusal(inventory, planned)


def test_a_platform_without_risks_needs_no_grant_and_no_window(inventory: Inventory) -> None:
    assert refusal(inventory, change("ios"), NOW + timedelta(days=2)) == ""


def test_a_plan_that_leaves_its_risk_out_is_refused_all_the_same(inventory: Inventory) -> None:
    assert "the plan holds no override of it" in refusal(inventory, change("fortios"))


def test_a_grant_must_hold_until_the_device_would_have_gone_back(inventory: Inventory) -> None:
    planned = change("fortios", granted(expires_on=date(2027, 3, 7)))
    # It ends at 23:00 UTC; the revert timer of 300 s may fire 361 s late.
    last = datetime(2027, 3, 6, 23, 0, tzinfo=UTC) - timedelta(seconds=661)
    assert refusal(inventory, planned, last) == ""
    assert "ends or ended on 2027-03-07" in refusal(inventory, planned, last + timedelta(seconds=1))


def test_a_reboot_is_risked_only_where_the_window_lasts_until_it_is_over(inventory: Inventory) -> None:
    planned = change("fortios", granted())
    last = datetime(2027, 3, 7, 4, 0, tzinfo=UTC) - timedelta(seconds=661)
    assert refusal(inventory, planned, last) == ""
    assert "after the change window ends at Sun 2027-03-07 05:00" in refusal(
        inventory, planned, last + timedelta(seconds=1)
    )
    assert "no change window is open" in refusal(inventory, planned, NOW + timedelta(days=2))


def test_a_permission_ends_with_the_window_or_with_the_grant(inventory: Inventory) -> None:
    town = inventory.municipalities[0]
    window_end = datetime(2027, 3, 7, 4, 0, tzinfo=UTC)
    for expires_on, until in (
        (date(2027, 4, 1), window_end),
        (date(2027, 3, 7), datetime(2027, 3, 6, 23, 0, tzinfo=UTC)),
    ):
        may = permission_for(
            change("fortios", granted(expires_on=expires_on)),
            inventory,
            town,
            now=NOW,
            revert_after_seconds=300,
        )
        assert (may.risks, may.until, may.refusal) == (frozenset({"revert-reboots"}), until, "")
