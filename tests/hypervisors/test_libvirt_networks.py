"""Networks of a real libvirt daemon."""

import pytest
from lxml import etree

from hypervisors.changed_blocks import WarmSource
from hypervisors.errors import ObjectDiffersError, ObjectInUseError, ObjectMissingError, ObjectTakenError
from hypervisors.models import DiskSpec, MachineSpec, NetworkSpec
from lab.libvirt_host import LibvirtHost

pytestmark = pytest.mark.libvirt

SPEC = NetworkSpec(name="nor-servers", vlan_id=120, routing_domain="norddjurs", owner="stack-a")


def test_created_network_carries_vlan_routing_domain_and_owner(
    hypervisor: WarmSource, host: LibvirtHost
) -> None:
    made = hypervisor.create_network(SPEC)

    assert made.spec == SPEC
    assert hypervisor.networks() == (made,)
    with host.connection() as connection:
        network = connection.networkLookupByName("nor-servers")
        xml = etree.fromstring(network.XMLDesc())
        assert (network.isActive(), network.autostart()) == (1, 1)
    assert [tag.get("id") for tag in xml.findall("vlan/tag")] == ["120"]
    assert xml.findtext("uuid") == made.object_id


def test_repeated_create_adopts_the_same_network(hypervisor: WarmSource) -> None:
    assert hypervisor.create_network(SPEC) == hypervisor.create_network(SPEC)
    assert len(hypervisor.networks()) == 1


def test_create_starts_a_network_whose_making_was_cut_off(hypervisor: WarmSource, host: LibvirtHost) -> None:
    hypervisor.create_network(SPEC)
    with host.connection() as connection:
        connection.networkLookupByName("nor-servers").destroy()

    hypervisor.create_network(SPEC)

    with host.connection() as connection:
        assert connection.networkLookupByName("nor-servers").isActive() == 1


def test_network_of_another_owner_is_refused(hypervisor: WarmSource) -> None:
    hypervisor.create_network(SPEC)
    with pytest.raises(ObjectTakenError, match="belongs to 'stack-a', not to 'stack-b'"):
        hypervisor.create_network(SPEC.model_copy(update={"owner": "stack-b"}))


def test_network_that_the_project_did_not_make_is_neither_adopted_nor_deleted(
    hypervisor: WarmSource, host: LibvirtHost
) -> None:
    with host.connection() as connection:
        connection.networkDefineXML("<network><name>nor-servers</name><forward mode='bridge'/></network>")

    assert (hypervisor.network("nor-servers"), hypervisor.networks()) == (None, ())
    with pytest.raises(ObjectTakenError, match="belongs to '\\(foreign\\)'"):
        hypervisor.create_network(SPEC)
    with pytest.raises(ObjectTakenError):
        hypervisor.delete_network("nor-servers")
    with host.connection() as connection:
        assert connection.networkLookupByName("nor-servers").isActive() == 0


def test_network_with_another_vlan_is_told_and_not_changed(hypervisor: WarmSource) -> None:
    made = hypervisor.create_network(SPEC)
    with pytest.raises(ObjectDiffersError, match="differs in vlan_id"):
        hypervisor.create_network(SPEC.model_copy(update={"vlan_id": 121}))
    assert hypervisor.network("nor-servers") == made


def test_vlan_changed_behind_our_back_is_seen(hypervisor: WarmSource, host: LibvirtHost) -> None:
    hypervisor.create_network(SPEC)
    with host.connection() as connection:
        xml = connection.networkLookupByName("nor-servers").XMLDesc().replace("id='120'", "id='666'")
        connection.networkDefineXML(xml)
        connection.networkLookupByName("nor-servers").destroy()

    found = hypervisor.network("nor-servers")

    assert found is not None
    assert found.spec == SPEC.model_copy(update={"vlan_id": 666})


def test_deleted_network_is_gone_and_may_be_deleted_again(hypervisor: WarmSource, host: LibvirtHost) -> None:
    hypervisor.create_network(SPEC)
    hypervisor.delete_network("nor-servers")
    hypervisor.delete_network("nor-servers")
    with host.connection() as connection:
        assert connection.listAllNetworks() == []


def test_network_that_a_machine_uses_is_not_deleted(hypervisor: WarmSource) -> None:
    made = hypervisor.create_network(SPEC)
    hypervisor.create_machine(
        MachineSpec(
            name="user-of-it",
            cpus=1,
            ram_mib=64,
            disks=(DiskSpec(name="vda", size_mib=1),),
            network="nor-servers",
            owner="stack-a",
        )
    )
    with pytest.raises(ObjectInUseError, match="is used by user-of-it"):
        hypervisor.delete_network("nor-servers")
    assert hypervisor.networks() == (made,)


def test_machine_on_an_unknown_network_is_refused(hypervisor: WarmSource, host: LibvirtHost) -> None:
    spec = MachineSpec(
        name="lost",
        cpus=1,
        ram_mib=64,
        disks=(DiskSpec(name="vda", size_mib=1),),
        network="nowhere",
        owner="stack-a",
    )
    with pytest.raises(ObjectMissingError, match="no network 'nowhere'"):
        hypervisor.create_machine(spec)
    assert (hypervisor.machines(), list(host.storage_folder.iterdir())) == ((), [])
