"""Between the engine's property bags and the models."""

import pytest
from google.protobuf.struct_pb2 import Struct
from hypothesis import given
from hypothesis import strategies as st
from pulumi.runtime.rpc import UNKNOWN
from pydantic import ValidationError

from hypervisors.models import DirectBoot, DiskSpec, MachineSpec, NetworkSpec, PublishedPort
from stacks.provider.properties import (
    Problem,
    problems_of,
    properties_of,
    read_struct,
    spec_of,
    unknown_keys,
    write_struct,
)

NETWORK = NetworkSpec(name="n-10", vlan_id=10, routing_domain="n", owner="o")
WIRE = {"name": "n-10", "vlanId": 10, "routingDomain": "n", "owner": "o"}

MACHINES = st.builds(
    MachineSpec,
    name=st.just("m-1"),
    cpus=st.integers(1, 64),
    ram_mib=st.integers(64, 1 << 20),
    disks=st.lists(
        st.builds(DiskSpec, name=st.sampled_from(["vda", "vdb"]), size_mib=st.integers(1, 1 << 30)),
        min_size=1,
        max_size=4,
    ).map(tuple),
    network=st.just("n-10"),
    owner=st.text(min_size=1, max_size=20),
    boot=st.none() | st.builds(DirectBoot, kernel=st.text(), initrd=st.text(), arguments=st.text()),
    published_ports=st.lists(
        st.builds(PublishedPort, host_port=st.integers(1, 65535), guest_port=st.integers(1, 65535)),
        max_size=3,
    ).map(tuple),
)


def test_a_network_on_the_wire_has_camel_case_keys() -> None:
    assert properties_of(NETWORK) == WIRE
    assert spec_of(NetworkSpec, WIRE) == NETWORK


@given(MACHINES)
def test_a_machine_comes_back_from_the_wire_as_it_went(machine: MachineSpec) -> None:
    bag = Struct.FromString(write_struct(properties_of(machine)).SerializeToString())
    assert spec_of(MachineSpec, read_struct(bag)) == machine


def test_numbers_travel_as_floats_and_become_whole_again_but_a_broken_one_is_refused() -> None:
    assert read_struct(write_struct({"a": 3, "b": [1.5, 2.0], "c": None, "d": {"e": 4}})) == {
        "a": 3,
        "b": [1.5, 2],
        "d": {"e": 4},
    }
    with pytest.raises(ValidationError):
        spec_of(NetworkSpec, {**WIRE, "vlanId": 10.5})


def test_problems_name_the_property_and_never_its_value() -> None:
    bad = {
        **properties_of(
            MachineSpec(
                name="m-1",
                cpus=1,
                ram_mib=64,
                disks=(DiskSpec(name="vda", size_mib=1),),
                network="n-10",
                owner="o",
            )
        ),
        "disks": [{"name": "sda-secret", "sizeMib": 0}],
        "colour": "red-secret",
    }
    problems = problems_of(MachineSpec, bad)
    paths = [problem.path for problem in problems]
    assert paths == ["disks[0].name", "disks[0].sizeMib", "disks", "colour"]
    assert "secret" not in str(problems)
    assert problems_of(NetworkSpec, WIRE) == ()
    assert problems_of(NetworkSpec, {**WIRE, "vlanId": 4095}) == (
        Problem("vlanId", "Input should be less than or equal to 4094"),
    )
    assert [problem.path for problem in problems_of(NetworkSpec, {"name": "n-10"})] == [
        "vlanId",
        "routingDomain",
        "owner",
    ]


def test_what_is_not_known_yet_is_no_problem_but_the_rest_is() -> None:
    given = {**WIRE, "name": UNKNOWN, "vlanId": 0}
    assert unknown_keys(given) == {"name"}
    assert unknown_keys({"a": [{"b": UNKNOWN}], "c": "x"}) == {"a"}
    assert [problem.path for problem in problems_of(NetworkSpec, given)] == ["vlanId"]
