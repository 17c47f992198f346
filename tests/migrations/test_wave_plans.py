"""Every planned wave passes the independent check, and every alteration that breaks a rule is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from inventory.models import Application, MunicipalityInventory, Server
from inventory.service import load_checked
from migrations.errors import PlanInvalid
from migrations.planning.plan_check import check_wave
from migrations.planning.wave_plan import WavePlan, WaveServer, plan_wave

EXAMPLE = Path(__file__).parents[2] / "examples" / "norddjurs"
TOWN = load_checked(EXAMPLE).municipalities[0]
SNAPSHOT = "5" * 64
LIMITS = {"sync_rounds": 2, "freeze_seconds": 60, "service_check_seconds": 60, "return_seconds": 180}
CRITICALITIES = ("low", "medium", "high", "vital")


@st.composite
def towns(draw: st.DrawFn) -> MunicipalityInventory:
    """Draw a municipality whose servers depend on each other without a circle."""
    count = draw(st.integers(1, 8))
    order = draw(st.permutations([f"srv-{number}" for number in range(count)]))
    template = TOWN.servers[0]
    servers = [
        template.model_copy(
            update={
                "name": name,
                "application": f"app-{draw(st.sampled_from(CRITICALITIES))}",
                "depends_on": tuple(one for one in order[:position] if draw(st.booleans())),
                "disks": (template.disks[0].model_copy(update={"size_mib": draw(st.integers(1, 9999))}),),
            },
        )
        for position, name in enumerate(order)
    ]
    applications = tuple(
        Application(name=f"app-{level}", title=level, owner="IT", criticality=level)
        for level in CRITICALITIES
    )
    shuffled = draw(st.permutations(servers))
    return TOWN.model_copy(update={"servers": tuple(shuffled), "applications": applications})


def planned(town: MunicipalityInventory, selected: tuple[Server, ...] | None = None) -> WavePlan:
    return plan_wave(town, town.servers if selected is None else selected, snapshot=SNAPSHOT, **LIMITS)


@given(town=towns(), data=st.data())
def test_every_plan_passes_the_independent_check(town: MunicipalityInventory, data: st.DataObject) -> None:
    chosen = data.draw(st.lists(st.sampled_from(town.servers), min_size=1, unique_by=lambda one: one.name))
    plan = planned(town, tuple(chosen))
    assert check_wave(plan, town, snapshot=SNAPSHOT) == ()
    assert sorted(row.server for row in plan.servers) == sorted(one.name for one in chosen)


@given(town=towns())
def test_a_server_before_its_dependency_is_refused(town: MunicipalityInventory) -> None:
    plan = planned(town)
    turned = plan.model_copy(update={"servers": tuple(reversed(plan.servers))})
    broken = check_wave(turned, town, snapshot=SNAPSHOT)
    wanted = {(row.server, needed) for row in plan.servers for needed in row.depends_on}
    assert broken == tuple(
        f"{row.server} goes before {needed}, on which it depends"
        for row in turned.servers
        for needed in next(one for one in town.servers if one.name == row.server).depends_on
        if (row.server, needed) in wanted
    )


def _row(plan: WavePlan, **changes: object) -> WavePlan:
    first: WaveServer = plan.servers[0].model_copy(update=changes)
    return plan.model_copy(update={"servers": (first, *plan.servers[1:])})


ALTERATIONS: dict[str, tuple[Callable[[WavePlan], WavePlan], str]] = {
    "snapshot": (lambda plan: plan.model_copy(update={"snapshot": "6" * 64}), "made from inventory 666"),
    "centre": (
        lambda plan: plan.model_copy(update={"centre": "syd"}),
        "to syd, the inventory says otherwise",
    ),
    "municipality": (lambda plan: plan.model_copy(update={"municipality": "syddjurs"}), "says otherwise"),
    "stranger": (lambda plan: _row(plan, server="srv-x"), "srv-x is not a server of norddjurs"),
    "twice": (
        lambda plan: plan.model_copy(update={"servers": (*plan.servers, plan.servers[0])}),
        "stands 2 times in the wave",
    ),
    "one target": (lambda plan: _row(plan, target=plan.servers[1].target), "is the target of 2 servers"),
    "other target": (lambda plan: _row(plan, target="elsewhere"), "which is not its machine"),
    "disks": (lambda plan: _row(plan, disk_mib=plan.servers[0].disk_mib + 1), "MiB of disks"),
    "invented dependency": (lambda plan: _row(plan, depends_on=("srv-x",)), "other dependencies"),
    "order": (
        lambda plan: plan.model_copy(update={"servers": tuple(reversed(plan.servers))}),
        "on which it depends",
    ),
}


@pytest.mark.parametrize("name", ALTERATIONS)
def test_an_alteration_that_breaks_a_rule_is_refused(name: str) -> None:
    alter, told = ALTERATIONS[name]
    plan = planned(TOWN)
    assert check_wave(plan, TOWN, snapshot=SNAPSHOT) == ()
    assert told in "; ".join(check_wave(alter(plan), TOWN, snapshot=SNAPSHOT))


def test_a_dependency_that_the_plan_forgets_is_refused() -> None:
    plan = planned(TOWN)
    rows = tuple(row.model_copy(update={"depends_on": ()}) for row in plan.servers)
    broken = check_wave(plan.model_copy(update={"servers": rows}), TOWN, snapshot=SNAPSHOT)
    assert broken == ("ndj-web1: the plan names other dependencies than the inventory",)


def test_dependencies_go_first_and_then_the_least_critical() -> None:
    assert [row.server for row in planned(TOWN).servers] == [
        "ndj-file1",
        "ndj-esdh1",
        "ndj-web1",
        "ndj-care1",
    ]


def test_a_circle_and_a_dependency_that_nobody_knows_are_no_plan() -> None:
    def depending(**needs: tuple[str, ...]) -> MunicipalityInventory:
        servers = tuple(
            one.model_copy(update={"depends_on": needs.get(one.name.replace("-", "_"), one.depends_on)})
            for one in TOWN.servers
        )
        return TOWN.model_copy(update={"servers": servers})

    with pytest.raises(PlanInvalid, match="ndj-esdh1, ndj-web1 depend on each other in a circle"):
        planned(depending(ndj_esdh1=("ndj-web1",)))
    with pytest.raises(PlanInvalid, match="ndj-esdh1 depends on srv-x, which nobody knows"):
        planned(depending(ndj_esdh1=("srv-x",)))


def test_a_wave_of_nothing_is_no_plan() -> None:
    with pytest.raises(ValidationError):
        planned(TOWN, ())
