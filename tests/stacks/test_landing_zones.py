"""Landing zones from preview to destruction, on a real libvirt through the real Pulumi CLI."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from hypervisors.models import DiskSpec, MachineSpec
from stacks.errors import (
    HypervisorChangedError,
    LeftoverError,
    PassphraseError,
    PreviewChangedError,
    ProtectedError,
    StackArgsError,
    StackFailedError,
    StackMissingError,
)
from stacks.models import (
    LandingZoneArgs,
    PropertyChange,
    StackMachine,
    StackOutputs,
    StackProgress,
    StackResult,
    StackSettings,
)
from stacks.service import LandingZones

if TYPE_CHECKING:
    from hypervisors.hypervisor import Hypervisor
    from lab.libvirt_host import LibvirtHost

pytestmark = [pytest.mark.libvirt, pytest.mark.pulumi]


def _with_machines(args: LandingZoneArgs, *machines: MachineSpec) -> LandingZoneArgs:
    return args.model_copy(update={"machines": machines})


def _counts(result: StackResult) -> tuple[int, int, int, int, int]:
    return result.created, result.updated, result.replaced, result.deleted, result.unchanged


def _operations(zones: LandingZones, args: LandingZoneArgs) -> list[tuple[str, str]]:
    return [(change.operation, change.name) for change in zones.preview(args).changes]


def test_preview_apply_repeat_and_destroy_do_what_they_say(
    zones: LandingZones, wanted: LandingZoneArgs, centre: "Hypervisor", centre_host: "LibvirtHost"
) -> None:
    progress: list[StackProgress] = []
    preview = zones.preview(wanted)
    assert [(one.operation, one.kind, one.name) for one in preview.changes] == [
        ("create", "machine", "norddjurs-app-1"),
        ("create", "machine", "norddjurs-db-1"),
        ("create", "network", "norddjurs-vlan-10"),
        ("create", "network", "norddjurs-vlan-20"),
    ]
    assert preview.of("create") == preview.changes
    assert (centre.networks(), centre.machines()) == ((), ())
    assert zones.preview(wanted) == preview

    result = zones.apply(wanted, approved_digest=preview.digest, on_progress=progress.append)
    assert (result.created, result.updated, result.replaced, result.deleted, result.unchanged) == (
        4,
        0,
        0,
        0,
        0,
    )
    assert tuple(network.spec for network in centre.networks()) == wanted.networks
    assert tuple(machine.spec for machine in centre.machines()) == wanted.machines
    assert {machine.state for machine in centre.machines()} == {"shut-off"}
    done = [one.name for one in progress if one.event == "done"]
    assert sorted(done) == ["norddjurs-app-1", "norddjurs-db-1", "norddjurs-vlan-10", "norddjurs-vlan-20"]
    assert done.index("norddjurs-vlan-10") < done.index("norddjurs-app-1")
    storage = centre_host.storage_folder
    assert zones.outputs("norddjurs") == StackOutputs(
        snapshot_digest=wanted.snapshot_digest,
        uri=wanted.uri,
        networks={name: name for name in ("norddjurs-vlan-10", "norddjurs-vlan-20")},
        machines={
            machine.spec.name: StackMachine(
                name=machine.spec.name, disk_paths={disk.name: disk.path for disk in machine.disks}
            )
            for machine in centre.machines()
        },
    )
    assert all(Path(disk.path).parent == storage for machine in centre.machines() for disk in machine.disks)

    again = zones.preview(wanted)
    assert (again.changes, again.unchanged) == ((), 4)
    before = (centre.networks(), centre.machines())
    second = zones.apply(wanted, approved_digest=again.digest)
    assert (second.created, second.updated, second.replaced, second.deleted, second.unchanged) == (
        0,
        0,
        0,
        0,
        4,
    )
    assert (centre.networks(), centre.machines()) == before

    with pytest.raises(ProtectedError, match=r"norddjurs-app-1, norddjurs-db-1 would be deleted"):
        zones.destroy("norddjurs", release_protection=False)
    assert (centre.networks(), centre.machines()) == before
    gone = zones.destroy("norddjurs", release_protection=True)
    assert _counts(gone) == (0, 0, 0, 4, 0)
    assert (centre.networks(), centre.machines(), list(storage.iterdir())) == ((), (), [])
    with pytest.raises(StackMissingError, match="no stack 'norddjurs'"):
        zones.destroy("norddjurs", release_protection=True)


def test_only_the_approved_preview_is_applied(
    zones: LandingZones, wanted: LandingZoneArgs, centre: "Hypervisor"
) -> None:
    approved = zones.preview(wanted).digest
    more = _with_machines(wanted, wanted.machines[0].model_copy(update={"cpus": 2}), wanted.machines[1])
    with pytest.raises(PreviewChangedError, match=r"Nothing was changed; look at the new preview"):
        zones.apply(more, approved_digest=approved)
    other_snapshot = wanted.model_copy(update={"snapshot_digest": "1f" * 32})
    with pytest.raises(PreviewChangedError):
        zones.apply(other_snapshot, approved_digest=approved)
    # Somebody makes one of the networks after the approval was given: the platform is not what was seen.
    centre.create_network(wanted.networks[0].model_copy(update={"owner": "somebody"}))
    with pytest.raises(StackFailedError, match="belongs to 'somebody'"):
        zones.apply(wanted, approved_digest=approved)
    assert centre.machines() == ()


def test_an_approval_does_not_outlive_a_change_on_the_platform(
    zones: LandingZones, built: LandingZoneArgs, centre: "Hypervisor"
) -> None:
    approved = zones.preview(built).digest
    centre.delete_machine("norddjurs-app-1")
    with pytest.raises(PreviewChangedError):
        zones.apply(built, approved_digest=approved)
    assert [machine.spec.name for machine in centre.machines()] == ["norddjurs-db-1"]


def test_what_changed_behind_our_back_is_seen_and_put_right(
    zones: LandingZones, built: LandingZoneArgs, centre: "Hypervisor"
) -> None:
    centre.delete_machine("norddjurs-app-1")
    centre.update_machine(built.machines[1].model_copy(update={"ram_mib": 128}))
    preview = zones.preview(built)
    assert [(one.operation, one.name) for one in preview.changes] == [
        ("create", "norddjurs-app-1"),
        ("update", "norddjurs-db-1"),
    ]
    assert preview.changes[1].properties == (PropertyChange(key="ramMib", before="128", after="96"),)
    result = zones.apply(built, approved_digest=preview.digest)
    assert _counts(result) == (1, 1, 0, 0, 2)
    assert tuple(machine.spec for machine in centre.machines()) == built.machines


def test_a_change_in_place_keeps_the_machine_and_its_disks(
    zones: LandingZones, built: LandingZoneArgs, centre: "Hypervisor"
) -> None:
    before = centre.machines()
    bigger = built.machines[0].model_copy(update={"cpus": 2, "ram_mib": 128, "published_ports": ()})
    args = _with_machines(built, bigger, built.machines[1])
    preview = zones.preview(args)
    assert [change.key for change in preview.of("update")[0].properties] == [
        "cpus",
        "publishedPorts",
        "ramMib",
    ]
    zones.apply(args, approved_digest=preview.digest)
    assert centre.machines() == (before[0].model_copy(update={"spec": bigger}), before[1])


def test_a_protected_machine_is_neither_deleted_nor_replaced(
    zones: LandingZones, built: LandingZoneArgs, centre: "Hypervisor"
) -> None:
    before = centre.machines()
    with pytest.raises(ProtectedError) as removed:
        zones.preview(_with_machines(built, built.machines[1]))
    assert removed.value.resources == ("norddjurs-app-1",)
    larger = built.machines[0].model_copy(update={"disks": (DiskSpec(name="vda", size_mib=64),)})
    with pytest.raises(ProtectedError) as replaced:
        zones.preview(_with_machines(built, larger, built.machines[1]))
    assert replaced.value.resources == ("norddjurs-app-1",)
    assert centre.machines() == before


def test_without_protection_a_machine_is_replaced_and_another_removed(
    zones: LandingZones, wanted: LandingZoneArgs, centre: "Hypervisor"
) -> None:
    open_zone = wanted.model_copy(update={"protect_machines": False})
    zones.apply(open_zone, approved_digest=zones.preview(open_zone).digest)
    before = centre.machine("norddjurs-app-1")
    assert before is not None
    larger = wanted.machines[0].model_copy(update={"disks": (DiskSpec(name="vda", size_mib=64),)})
    args = _with_machines(open_zone, larger)
    assert _operations(zones, args) == [("replace", "norddjurs-app-1"), ("delete", "norddjurs-db-1")]
    result = zones.apply(args, approved_digest=zones.preview(args).digest)
    assert _counts(result) == (0, 0, 1, 1, 2)
    after = centre.machines()
    assert [machine.spec for machine in after] == [larger]
    assert after[0].object_id != before.object_id


def test_a_name_of_somebody_else_is_an_error_on_the_name_and_is_left_alone(
    zones: LandingZones, wanted: LandingZoneArgs, centre: "Hypervisor"
) -> None:
    foreign = wanted.networks[0].model_copy(update={"vlan_id": 99, "owner": "landing-zone/other"})
    centre.create_network(foreign)
    with pytest.raises(StackFailedError) as refused:
        zones.preview(wanted)
    assert refused.value.reasons == (
        (
            "samdrift:centre:Network resource 'norddjurs-vlan-10': property name value {norddjurs-vlan-10} "
            "has a problem: 'norddjurs-vlan-10' exists and belongs to 'landing-zone/other', not to "
            "'landing-zone/norddjurs': choose another name or let its owner remove it"
        ),
    )
    assert tuple(network.spec for network in centre.networks()) == (foreign,)


def test_a_network_that_the_project_never_made_is_left_alone(
    zones: LandingZones, wanted: LandingZoneArgs, centre: "Hypervisor", centre_host: "LibvirtHost"
) -> None:
    with centre_host.connection() as connection:
        connection.networkDefineXML(
            "<network><name>norddjurs-vlan-10</name><forward mode='bridge'/><bridge name='br9'/></network>"
        )
        before = connection.networkLookupByName("norddjurs-vlan-10").XMLDesc()
        with pytest.raises(StackFailedError, match="belongs to '\\(foreign\\)'"):
            zones.apply(wanted, approved_digest=zones.preview(wanted).digest)
        assert connection.networkLookupByName("norddjurs-vlan-10").XMLDesc() == before
    assert centre.machines() == ()


def test_an_own_object_that_differs_is_kept_and_put_right_by_the_next_apply(
    zones: LandingZones, wanted: LandingZoneArgs, centre: "Hypervisor"
) -> None:
    centre.create_network(wanted.networks[0].model_copy(update={"vlan_id": 99}))
    with pytest.raises(StackFailedError) as refused:
        zones.apply(wanted, approved_digest=zones.preview(wanted).digest)
    assert refused.value.reasons == (
        (
            "network 'norddjurs-vlan-10' exists but differs in vlan_id. Update it, or delete it first where "
            "that cannot be updated."
        ),
    )
    preview = zones.preview(wanted)
    assert [change.name for change in preview.of("replace")] == ["norddjurs-vlan-10"]
    zones.apply(wanted, approved_digest=preview.digest)
    assert tuple(network.spec for network in centre.networks()) == wanted.networks


def test_an_unreachable_platform_is_one_clear_message_at_every_command(
    zones: LandingZones, wanted: LandingZoneArgs, built: LandingZoneArgs, centre_host: "LibvirtHost"
) -> None:
    assert built == wanted
    centre_host.stop()
    try:
        for command in (
            lambda: zones.preview(wanted),
            lambda: zones.apply(wanted, approved_digest="0" * 64),
            lambda: zones.destroy("norddjurs", release_protection=True),
        ):
            with pytest.raises(StackFailedError) as failed:
                command()
            assert len(failed.value.reasons) == 1
            assert failed.value.reasons[0].startswith(f"libvirt at {wanted.uri} is not reachable:")
    finally:
        centre_host.start()
    zones.destroy("norddjurs", release_protection=True)


def test_another_platform_is_refused_while_objects_are_on_the_first_one(
    zones: LandingZones, built: LandingZoneArgs, centre: "Hypervisor"
) -> None:
    elsewhere = built.model_copy(update={"uri": "qemu+unix:///session?socket=/nowhere"})
    with pytest.raises(HypervisorChangedError, match=r"was built on .* destroy it there first"):
        zones.preview(elsewhere)
    zones.forget("norddjurs")
    assert len(centre.machines()) == 2
    with pytest.raises(StackMissingError):
        zones.outputs("norddjurs")
    # What was forgotten is still ours, and is adopted instead of being made twice.
    before = (centre.networks(), centre.machines())
    zones.apply(built, approved_digest=zones.preview(built).digest)
    assert (centre.networks(), centre.machines()) == before


def test_a_destruction_that_leaves_something_says_what(
    zones: LandingZones, built: LandingZoneArgs, centre: "Hypervisor"
) -> None:
    stray = built.networks[0].model_copy(update={"name": "norddjurs-vlan-30", "vlan_id": 30})
    centre.create_network(stray)
    with pytest.raises(LeftoverError, match="still has network norddjurs-vlan-30"):
        zones.destroy("norddjurs", release_protection=True)
    assert [network.spec for network in centre.networks()] == [stray]


def test_a_port_that_is_taken_is_named_and_nothing_runs(
    zones: LandingZones, wanted: LandingZoneArgs, centre: "Hypervisor"
) -> None:
    doubled = wanted.machines[1].model_copy(update={"published_ports": wanted.machines[0].published_ports})
    with pytest.raises(StackArgsError, match="published_ports: 18471 is there twice"):
        zones.preview(_with_machines(wanted, wanted.machines[0], doubled))
    assert centre.networks() == ()


def test_the_state_is_encrypted_and_a_wrong_passphrase_is_refused(
    zones: LandingZones,
    built: LandingZoneArgs,
    settings: StackSettings,
    state_of: Callable[[], dict[str, dict[str, object]]],
) -> None:
    secret = settings.passphrase_file.read_text()
    assert state_of()["secrets_providers"]["type"] == "passphrase"
    files = [path for path in settings.folder.rglob("*") if path.is_file()]
    holders = [path for path in files if secret.encode() in path.read_bytes()]
    assert holders == [settings.passphrase_file]
    settings.passphrase_file.write_text("another")
    with pytest.raises(PassphraseError, match="is not the one that the state was encrypted with"):
        zones.preview(built)
    settings.passphrase_file.chmod(0o644)
    with pytest.raises(PassphraseError, match="is open to others: chmod 600"):
        zones.preview(built)
    settings.passphrase_file.unlink()
    with pytest.raises(PassphraseError, match="is missing"):
        LandingZones(settings).preview(built)


def test_the_operators_own_pulumi_settings_do_not_reach_a_run(
    zones: LandingZones, wanted: LandingZoneArgs, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", "file:///nowhere")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "of the operator")
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "operator"))
    monkeypatch.setenv("HOME", str(tmp_path / "operator"))
    assert len(zones.preview(wanted).changes) == 4
    assert not (tmp_path / "operator").exists()
