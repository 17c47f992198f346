"""The provider as the engine sees it: a process that prints its port and answers over gRPC."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2
from pulumi.runtime.rpc import UNKNOWN

from stacks.provider.properties import properties_of, read_struct, write_struct

if TYPE_CHECKING:
    from hypervisors.hypervisor import Hypervisor
    from lab.libvirt_host import LibvirtHost
    from stacks.models import LandingZoneArgs

PROGRAM = Path(sys.prefix) / "bin" / "pulumi-resource-samdrift"
NETWORK = "urn:pulumi:n::samdrift::samdrift:centre:LandingZone$samdrift:centre:Network::n"
MACHINE = "urn:pulumi:n::samdrift::samdrift:centre:LandingZone$samdrift:centre:Machine::m"


@contextmanager
def _provider() -> Iterator[tuple["subprocess.Popen[str]", Any]]:
    command = [str(PROGRAM), "127.0.0.1:1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            with grpc.insecure_channel(f"127.0.0.1:{process.stdout.readline().strip()}") as channel:
                yield process, provider_pb2_grpc.ResourceProviderStub(channel)
        finally:
            process.kill()


@pytest.fixture
def provider() -> Iterator[Any]:
    with _provider() as (_, stub):
        yield stub


@pytest.fixture
def connected(provider: Any, centre_host: "LibvirtHost") -> Any:
    settings = {"uri": centre_host.uri, "storageFolder": str(centre_host.storage_folder)}
    provider.Configure(provider_pb2.ConfigureRequest(args=write_struct(settings)))
    return provider


def _check(provider: Any, urn: str, inputs: dict[str, Any]) -> list[tuple[str, str]]:
    answer = provider.Check(provider_pb2.CheckRequest(urn=urn, news=write_struct(inputs)))
    return [(failure.property, failure.reason) for failure in answer.failures]


def test_it_tells_its_version_and_ends_when_the_engine_cancels() -> None:
    with _provider() as (process, stub):
        assert stub.GetPluginInfo(Empty()).version == "0.1.0"
        stub.Cancel(Empty())
        assert process.wait(timeout=10) == 0


def test_an_interrupt_at_the_terminal_does_not_end_it_but_termination_does() -> None:
    with _provider() as (process, stub):
        process.send_signal(signal.SIGINT)
        time.sleep(0.3)
        assert stub.GetPluginInfo(Empty()).version == "0.1.0"
        process.terminate()
        assert process.wait(timeout=10) == 0


def test_it_ends_when_the_engine_was_killed() -> None:
    code = f"""
        import subprocess, sys, time
        child = subprocess.Popen(["{PROGRAM}", "127.0.0.1:1"], stdout=subprocess.PIPE)
        child.stdout.readline()
        print(child.pid, flush=True)
        time.sleep(60)
    """
    command = [sys.executable, "-c", textwrap.dedent(code)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as engine:
        assert engine.stdout is not None
        pid = int(engine.stdout.readline())
        engine.kill()
    deadline = time.monotonic() + 10
    while Path(f"/proc/{pid}/stat").exists() and time.monotonic() < deadline:
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            break
        time.sleep(0.1)
    else:
        if Path(f"/proc/{pid}/stat").exists():
            os.kill(pid, signal.SIGKILL)
            pytest.fail("the provider outlived its engine")


def test_settings_that_are_missing_are_named(provider: Any) -> None:
    request = provider_pb2.CheckRequest(urn="urn:pulumi:n::p::pulumi:providers:samdrift::x")
    failures = provider.CheckConfig(request).failures
    assert [failure.property for failure in failures] == ["uri", "storageFolder"]


def test_a_type_that_it_does_not_have_is_refused(provider: Any) -> None:
    with pytest.raises(grpc.RpcError) as refused:
        _check(provider, "urn:pulumi:n::p::samdrift:centre:Router::r", {})
    assert "no resource samdrift:centre:Router" in refused.value.details()


def test_a_resource_without_a_connection_is_one_clear_error(provider: Any) -> None:
    wanted = {"name": "n", "vlanId": 3, "routingDomain": "r", "owner": "o"}
    with pytest.raises(grpc.RpcError) as refused:
        _check(provider, NETWORK, wanted)
    assert "its settings are missing" in refused.value.details()


def test_bad_inputs_are_named_by_their_property(provider: Any) -> None:
    assert _check(provider, NETWORK, {"name": "N", "vlanId": 0, "routingDomain": "r", "owner": "o"}) == [
        ("name", "String should match pattern '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'"),
        ("vlanId", "Input should be greater than or equal to 1"),
    ]


@pytest.mark.parametrize(
    ("urn", "old", "new", "expected"),
    [
        (NETWORK, {"vlanId": 3}, {"vlanId": 3}, ([], [])),
        (NETWORK, {"vlanId": 3}, {"vlanId": 4}, (["vlanId"], ["vlanId"])),
        (MACHINE, {"cpus": 1, "ramMib": 64}, {"cpus": 2, "ramMib": 64}, (["cpus"], [])),
        (MACHINE, {"cpus": 1, "name": "a"}, {"cpus": 2, "name": "b"}, (["cpus", "name"], ["name"])),
        (MACHINE, {}, {"boot": {"kernel": "k"}}, (["boot"], ["boot"])),
        (MACHINE, {"boot": {"kernel": "k"}}, {}, (["boot"], ["boot"])),
    ],
)
def test_what_differs_is_changed_in_place_or_replaced(
    provider: Any, urn: str, old: dict[str, Any], new: dict[str, Any], expected: tuple[list[str], list[str]]
) -> None:
    changed, replaces = expected
    answer = provider.Diff(
        provider_pb2.DiffRequest(urn=urn, old_inputs=write_struct(old), news=write_struct(new))
    )
    some = provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE
    assert (answer.changes, list(answer.diffs), list(answer.replaces)) == (some, changed, replaces)
    assert answer.deleteBeforeReplace is bool(replaces)
    assert sorted(answer.detailedDiff) == changed


@pytest.mark.libvirt
def test_a_preview_makes_nothing_and_says_what_is_not_known_yet(
    connected: Any, wanted: "LandingZoneArgs", centre: "Hypervisor"
) -> None:
    inputs = properties_of(wanted.machines[0])
    answer = connected.Create(
        provider_pb2.CreateRequest(urn=MACHINE, properties=write_struct(inputs), preview=True)
    )
    assert read_struct(answer.properties) == {**inputs, "objectId": UNKNOWN, "diskPaths": UNKNOWN}
    assert centre.machines() == ()


@pytest.mark.libvirt
def test_create_adopts_read_finds_and_delete_forgives(
    connected: Any, wanted: "LandingZoneArgs", centre: "Hypervisor"
) -> None:
    spec = wanted.networks[0]
    made = centre.create_network(spec)
    inputs = write_struct(properties_of(spec))
    created = connected.Create(provider_pb2.CreateRequest(urn=NETWORK, properties=inputs))
    assert created.id == spec.name
    assert read_struct(created.properties) == {**properties_of(spec), "objectId": made.object_id}
    read = provider_pb2.ReadRequest(urn=NETWORK, id=spec.name, inputs=inputs)
    found = connected.Read(read)
    assert (found.id, found.inputs, found.properties) == (spec.name, inputs, created.properties)
    delete = provider_pb2.DeleteRequest(urn=NETWORK, id=spec.name, properties=created.properties)
    connected.Delete(delete)
    connected.Delete(delete)
    assert centre.networks() == ()
    assert connected.Read(read) == provider_pb2.ReadResponse()


@pytest.mark.libvirt
def test_what_somebody_else_has_by_now_is_missing_for_us_and_is_not_deleted(
    connected: Any, wanted: "LandingZoneArgs", centre: "Hypervisor"
) -> None:
    spec = wanted.networks[0]
    centre.create_network(spec.model_copy(update={"owner": "somebody"}))
    own = write_struct(properties_of(spec))
    assert connected.Read(provider_pb2.ReadRequest(urn=NETWORK, id=spec.name, inputs=own)) == (
        provider_pb2.ReadResponse()
    )
    with pytest.raises(grpc.RpcError) as refused:
        connected.Delete(provider_pb2.DeleteRequest(urn=NETWORK, id=spec.name, properties=own))
    assert "belongs to 'somebody'" in refused.value.details()
    assert [network.spec.owner for network in centre.networks()] == ["somebody"]


@pytest.mark.libvirt
def test_an_own_object_that_differs_is_reported_with_its_id_and_its_real_inputs(
    connected: Any, wanted: "LandingZoneArgs", centre: "Hypervisor"
) -> None:
    spec = wanted.networks[0]
    real = spec.model_copy(update={"vlan_id": 99})
    centre.create_network(real)
    with pytest.raises(grpc.RpcError) as refused:
        connected.Create(
            provider_pb2.CreateRequest(urn=NETWORK, properties=write_struct(properties_of(spec)))
        )
    status = status_pb2.Status.FromString(dict(refused.value.trailing_metadata())["grpc-status-details-bin"])
    detail = provider_pb2.ErrorResourceInitFailed()
    assert status.details[0].Unpack(detail)
    assert detail.id == spec.name
    assert read_struct(detail.inputs) == properties_of(real)
    assert list(detail.reasons) == [status.message]
    assert "differs in vlan_id" in status.message


@pytest.mark.libvirt
def test_a_platform_that_does_not_answer_is_named_when_it_is_connected(provider: Any) -> None:
    settings = {"uri": "qemu+unix:///session?socket=/nowhere", "storageFolder": "/nowhere"}
    with pytest.raises(grpc.RpcError) as refused:
        provider.Configure(provider_pb2.ConfigureRequest(args=write_struct(settings)))
    assert refused.value.details().startswith(
        "libvirt at qemu+unix:///session?socket=/nowhere is not reachable"
    )
