"""A small municipality in the rows of NetBox 4.2, put into the stand-in."""

from typing import Any

from lab.netbox.rest_server import RESTServer

STATUS = {"netbox-version": "4.2.3", "django-version": "5.1", "plugins": {}}
LISTS = (
    "dcim/regions",
    "dcim/sites",
    "tenancy/tenants",
    "dcim/devices",
    "dcim/interfaces",
    "ipam/vlans",
    "ipam/prefixes",
    "ipam/ip-addresses",
    "virtualization/virtual-machines",
    "virtualization/interfaces",
    "virtualization/virtual-disks",
    "circuits/circuit-terminations",
    "circuits/circuits",
)
REGION = "Lilleby Kommune"
TENANT = "Lilleby"


def choice(value: str) -> dict[str, str]:
    """Return a choice as NetBox writes it."""
    return {"value": value, "label": value.title()}


def brief(server: RESTServer, path: str, row_id: int, name: str, **more: Any) -> dict[str, Any]:
    """Return an object as NetBox writes it inside another one."""
    return {"id": row_id, "url": server.page(path, row_id), "display": name, "name": name, **more}


def fill(server: RESTServer) -> None:
    """Put the municipality in: two sites, an edge, a core and an access switch, three VLANs, two machines."""
    server.lists(*LISTS)
    _places(server)
    _networks(server)
    _devices(server)
    _ports(server)
    _circuit(server)
    _machines(server)


def _places(server: RESTServer) -> None:
    server.put("dcim/regions", {"id": 1, "name": REGION, "parent": None})
    server.put("tenancy/tenants", {"id": 1, "name": TENANT})
    for row_id, name, group in ((1, "Rådhuset", "Administration"), (2, "Søskolen", "Skole")):
        row = {
            "id": row_id,
            "name": name,
            "region": brief(server, "dcim/regions", 1, REGION),
            "group": brief(server, "dcim/site-groups", row_id, group),
            "tenant": brief(server, "tenancy/tenants", 1, TENANT),
            "status": choice("active"),
        }
        server.put("dcim/sites", row, region_id=1, tenant_id=1)


def _networks(server: RESTServer) -> None:
    vlans = (
        (1, 10, "Management", "Drift", "10.80.10.0/24"),
        (2, 210, "Skoler", "Undervisning", "10.80.64.0/22"),
        (3, 710, "Servere", "Drift", "10.80.71.0/24"),
    )
    vrf = brief(server, "ipam/vrfs", 1, "lilleby")
    server.put("ipam/prefixes", _prefix(1, "10.80.0.0/16", vrf, None), site_id=(1, 2), tenant_id=1)
    for row_id, vid, name, role, prefix in vlans:
        vlan = brief(server, "ipam/vlans", row_id, name, vid=vid)
        row = {
            "id": row_id,
            "vid": vid,
            "name": name,
            "group": brief(server, "ipam/vlan-groups", 1, "Lilleby"),
            "role": brief(server, "ipam/roles", row_id, role),
            "tenant": brief(server, "tenancy/tenants", 1, TENANT),
            "status": choice("active"),
            "tags": [],
        }
        server.put("ipam/vlans", row, site_id=(1, 2), tenant_id=1)
        server.put("ipam/prefixes", _prefix(row_id + 1, prefix, vrf, vlan), site_id=(1, 2), tenant_id=1)


def _prefix(row_id: int, prefix: str, vrf: dict[str, Any], vlan: dict[str, Any] | None) -> dict[str, Any]:
    return {"id": row_id, "prefix": prefix, "vrf": vrf, "vlan": vlan, "status": choice("active")}


def _devices(server: RESTServer) -> None:
    rows = (
        (1, "lil-edge1", 1, "Kantrouter", "Cisco IOS-XE", "cisco-xe", "C9300-24T", 11),
        (2, "lil-core1", 1, "Kerneswitch", "Arista EOS", "arista-eos", "DCS-7050TX3-48C8", 12),
        (3, "lil-acc1", 2, "Adgangsswitch", "Cisco IOS-XE", "cisco-xe", "C9200L-24T-4X", 13),
    )
    for row_id, name, site, role, platform, slug, model, address in rows:
        maker = platform.split()[0]
        row = {
            "id": row_id,
            "name": name,
            "site": brief(server, "dcim/sites", site, "Rådhuset" if site == 1 else "Søskolen"),
            "role": brief(server, "dcim/device-roles", row_id, role),
            "platform": brief(server, "dcim/platforms", row_id, platform, slug=slug),
            "device_type": brief(
                server,
                "dcim/device-types",
                row_id,
                model,
                model=model,
                manufacturer=brief(server, "dcim/manufacturers", row_id, maker),
            ),
            "serial": f"LIL{row_id:05d}",
            "status": choice("active"),
            "tenant": brief(server, "tenancy/tenants", 1, TENANT),
            "primary_ip4": {"id": address, "address": f"10.80.10.{address}/24"},
            "tags": [],
        }
        server.put("dcim/devices", row, site_id=site, tenant_id=1)


def _ports(server: RESTServer) -> None:
    vrf = brief(server, "ipam/vrfs", 1, "lilleby")
    holders = ((1, 11, "Vlan10"), (2, 12, "Management1"), (3, 13, "Vlan10"))
    for device, address, name in holders:
        put_port(server, device * 10, device, name, mgmt_only=name.startswith("Management"))
        row = {
            "id": address,
            "address": f"10.80.10.{address}/24",
            "vrf": vrf,
            "assigned_object_type": "dcim.interface",
            "assigned_object_id": device * 10,
        }
        server.put("ipam/ip-addresses", row, device_id=device)
    school = {"untagged_vlan": brief(server, "ipam/vlans", 2, "Skoler"), "mode": choice("access")}
    put_port(server, 31, 3, "GigabitEthernet1/0/1", **school)
    put_port(server, 32, 3, "GigabitEthernet1/0/2")
    trunk = {
        "mode": choice("tagged"),
        "tagged_vlans": [brief(server, "ipam/vlans", one, "") for one in (1, 2)],
    }
    put_port(server, 33, 3, "TenGigabitEthernet1/1/1", **trunk, **_cabled(server, 1, "dcim.interface", 21))
    put_port(server, 21, 2, "Ethernet1", **trunk, **_cabled(server, 1, "dcim.interface", 33))
    put_port(server, 11, 1, "GigabitEthernet1/0/1", **_cabled(server, 2, "circuits.circuittermination", 1))
    outside = {
        "id": 14,
        "address": "10.80.200.2/30",
        "vrf": vrf,
        "assigned_object_type": "dcim.interface",
        "assigned_object_id": 11,
    }
    server.put("ipam/ip-addresses", outside, device_id=1)


def put_port(server: RESTServer, row_id: int, device: int, name: str, **more: Any) -> None:
    """Put a port of a device in."""
    row = {
        "id": row_id,
        "name": name,
        "device": brief(server, "dcim/devices", device, ""),
        "mode": None,
        "untagged_vlan": None,
        "tagged_vlans": [],
        "mgmt_only": False,
        "lag": None,
        "description": "",
        "cable": None,
        "connected_endpoints": None,
        "connected_endpoints_type": None,
        "connected_endpoints_reachable": None,
    }
    server.put("dcim/interfaces", row | more, device_id=device)


def _cabled(server: RESTServer, cable: int, kind: str, far: int) -> dict[str, Any]:
    return {
        "cable": {"id": cable, "url": server.page("dcim/cables", cable)},
        "connected_endpoints": [{"id": far}],
        "connected_endpoints_type": kind,
        "connected_endpoints_reachable": True,
    }


def _circuit(server: RESTServer) -> None:
    server.put("circuits/circuit-terminations", {"id": 1, "circuit": {"id": 1}})
    provider = brief(server, "circuits/providers", 1, "Eksempelnet")
    server.put("circuits/circuits", {"id": 1, "cid": "E1", "provider": provider})


def _machines(server: RESTServer) -> None:
    vrf = brief(server, "ipam/vrfs", 1, "lilleby")
    for row_id, name, status in ((1, "lil-web1", "active"), (2, "lil-old1", "offline")):
        row = {
            "id": row_id,
            "name": name,
            "status": choice(status),
            "cluster": brief(server, "virtualization/clusters", 1, "lil-klynge"),
            "role": brief(server, "dcim/device-roles", 9, "Fagsystem"),
            "platform": brief(server, "dcim/platforms", 9, "Debian 12", slug="debian-12"),
            "tenant": brief(server, "tenancy/tenants", 1, TENANT),
            "vcpus": 2.0,
            "memory": 4096,
            "disk": 61440,
            "tags": [],
        }
        server.put("virtualization/virtual-machines", row, site_id=1, tenant_id=1)
        for number, size in ((1, 20480), (2, 40960)):
            disk = {
                "id": row_id * 10 + number,
                "name": f"disk{number}",
                "size": size,
                "virtual_machine": {"id": row_id},
            }
            server.put("virtualization/virtual-disks", disk, virtual_machine_id=row_id)
        adapter = {
            "id": row_id,
            "name": "eth0",
            "virtual_machine": {"id": row_id},
            "untagged_vlan": None,
        }
        server.put("virtualization/interfaces", adapter, virtual_machine_id=row_id)
        address = {
            "id": 100 + row_id,
            "address": f"10.80.71.{10 + row_id}/24",
            "vrf": vrf,
            "assigned_object_type": "virtualization.vminterface",
            "assigned_object_id": row_id,
        }
        server.put("ipam/ip-addresses", address, virtual_machine_id=row_id)
