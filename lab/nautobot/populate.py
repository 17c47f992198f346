"""Fill the server; runs in Nautobot's own Python, as a script and never imported.

Reads the rows of ``lab.nautobot.content`` as JSON from standard input. Most rows are written in bulk, which
Nautobot's own factories do as well; what Nautobot derives while it saves (the parents of prefixes, the paths
of cables) is saved one by one.
"""

import importlib
import json
import sys
from typing import Any

_ROLES = {
    "device": (("dcim", "device"),),
    "interface": (("dcim", "interface"),),
    "vlan": (("ipam", "vlan"),),
    "machine": (("virtualization", "virtualmachine"),),
}
_BATCH = 2000


class Filler:
    """The rows and what was made of them, by name."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.content = content
        self.apps: Any = importlib.import_module("django.apps").apps
        status = self.model("extras", "Status")
        for name in content["statuses"]:
            own = status.objects.create(name=name)
            own.content_types.set([self._type("dcim", "device")])
        self.status = {row.name: row for row in status.objects.all()}
        self.roles: dict[str, Any] = {}
        self.made: dict[str, dict[Any, Any]] = {}

    def model(self, app: str, name: str) -> Any:
        """Return a model of Nautobot."""
        return self.apps.get_model(app, name)

    def fill(self) -> None:
        """Write everything."""
        self._places()
        self._vlans()
        self._devices()
        self._interfaces()
        self._panels()
        self._cables()
        self._circuits()
        self._machines()

    def _type(self, app: str, name: str) -> Any:
        return self.model("contenttypes", "ContentType").objects.get(app_label=app, model=name)

    def _role(self, name: str, use: str) -> Any:
        key = f"{use} {name}"
        if key not in self.roles:
            role, _ = self.model("extras", "Role").objects.get_or_create(name=name)
            role.content_types.add(*(self._type(*pair) for pair in _ROLES[use]))
            self.roles[key] = role
        return self.roles[key]

    def _places(self) -> None:
        tenants = self.model("tenancy", "Tenant").objects
        self.made["tenant"] = {name: tenants.create(name=name) for name in self.content["tenants"]}
        namespaces = self.model("ipam", "Namespace").objects
        self.made["namespace"] = {name: namespaces.create(name=name) for name in self.content["tenants"]}
        wanted = [
            self._type(*pair)
            for pair in (
                ("dcim", "device"),
                ("ipam", "vlan"),
                ("ipam", "prefix"),
                ("virtualization", "cluster"),
                ("circuits", "circuittermination"),
            )
        ]
        types: dict[str, Any] = {}
        for name, parent in self.content["location_types"]:
            types[name] = self.model("dcim", "LocationType").objects.create(
                name=name, parent=types.get(parent), nestable=False
            )
            types[name].content_types.set(wanted)
        places: dict[str, Any] = {}
        for row in self.content["locations"]:
            if row["name"] in places:
                raise SystemExit(f"two locations are called {row['name']}")
            places[row["name"]] = self.model("dcim", "Location").objects.create(
                name=row["name"],
                location_type=types[row["location_type"]],
                parent=places.get(row["parent"]),
                status=self.status["Active"],
                tenant=None,
            )
        self.made["location"] = places

    def _vlans(self) -> None:
        groups: dict[str, Any] = {}
        self.made["vlan"] = {}
        for row in self.content["containers"]:
            self._prefix(row, "container", None)
        for row in self.content["vlans"]:
            place = self.made["location"][row["location"]]
            if row["group"] not in groups:
                groups[row["group"]] = self.model("ipam", "VLANGroup").objects.create(
                    name=row["group"], location=place
                )
            vlan = self.model("ipam", "VLAN").objects.create(
                vid=row["vid"],
                name=row["name"],
                vlan_group=groups[row["group"]],
                role=self._role(row["role"], "vlan"),
                status=self.status["Active"],
                tenant=self.made["tenant"][row["tenant"]],
            )
            vlan.locations.add(place)
            self.made["vlan"][row["group"], row["vid"]] = vlan
            if row["prefix"] is not None:
                self._prefix(row, "network", vlan)

    def _prefix(self, row: dict[str, Any], kind: str, vlan: Any) -> None:
        prefix = self.model("ipam", "Prefix")(
            prefix=row["prefix"],
            namespace=self.made["namespace"][row["namespace"]],
            type=kind,
            status=self.status["Active"],
            tenant=self.made["tenant"][row["tenant"]],
            vlan=vlan,
        )
        prefix.save()
        prefix.locations.add(self.made["location"][row["location"]])

    def _devices(self) -> None:
        platforms = {
            name: self.model("dcim", "Platform").objects.create(name=name, network_driver=driver)
            for name, driver in self.content["platforms"]
        }
        self.made["platform"] = platforms
        self.made["device"] = {}
        devices = [self._device(row) for row in self.content["devices"]]
        self.model("dcim", "Device").objects.bulk_create(devices, batch_size=_BATCH)

    def _device(self, row: dict[str, Any]) -> Any:
        platform = self.made["platform"].get(row["platform"])
        device = self.model("dcim", "Device")(
            name=row["name"],
            location=self.made["location"][row["location"]],
            tenant=self.made["tenant"][row["tenant"]],
            role=self._role(row["role"], "device"),
            platform=platform,
            device_type=self._device_type(row["manufacturer"], row["model"]),
            status=self.status[row["status"]],
            serial=row["serial"],
            software_version=self._software(platform, row["software"]),
        )
        self.made["device"][row["name"]] = device
        return device

    def _device_type(self, manufacturer: str, model: str) -> Any:
        types = self.made.setdefault("device type", {})
        if model not in types:
            maker, _ = self.model("dcim", "Manufacturer").objects.get_or_create(name=manufacturer)
            types[model] = self.model("dcim", "DeviceType").objects.create(model=model, manufacturer=maker)
        return types[model]

    def _software(self, platform: Any, version: str | None) -> Any:
        if platform is None or version is None:
            return None
        versions = self.made.setdefault("software", {})
        if (platform.name, version) not in versions:
            versions[platform.name, version] = self.model("dcim", "SoftwareVersion").objects.create(
                platform=platform, version=version, status=self.status["Active"]
            )
        return versions[platform.name, version]

    def _interfaces(self) -> None:
        self.made["interface"] = {}
        rows = [(device, port) for device in self.content["devices"] for port in device["interfaces"]]
        interface = self.model("dcim", "Interface")
        made = [self._interface(interface, device, port) for device, port in rows]
        interface.objects.bulk_create(made, batch_size=_BATCH)
        tagged = interface.tagged_vlans.through
        tagged.objects.bulk_create(
            [
                tagged(interface_id=one.pk, vlan_id=self.made["vlan"][device["vlan_group"], vid].pk)
                for one, (device, port) in zip(made, rows, strict=True)
                for vid in port["tagged"]
            ],
            batch_size=_BATCH,
        )
        held = [(pair, one) for pair, one in zip(rows, made, strict=True) if pair[1]["address"] is not None]
        for (device, port), one in held:
            address = self._address(port["address"], device["namespace"])
            self._assign(address, interface=one)
            if port["name"] == device["primary"]:
                self.made["device"][device["name"]].primary_ip4 = address
        devices = list(self.made["device"].values())
        self.model("dcim", "Device").objects.bulk_update(devices, ["primary_ip4"], batch_size=500)

    def _interface(self, interface: Any, device: dict[str, Any], port: dict[str, Any]) -> Any:
        untagged = port["untagged"]
        one = interface(
            device=self.made["device"][device["name"]],
            name=port["name"],
            type=port["type"],
            mode=port["mode"],
            untagged_vlan=None if untagged is None else self.made["vlan"][device["vlan_group"], untagged],
            description=port["description"],
            role=None if port["role"] is None else self._role(port["role"], "interface"),
            mgmt_only=port["mgmt_only"],
            status=self.status["Active"],
        )
        self.made["interface"][device["name"], port["name"]] = one
        return one

    def _address(self, address: str, namespace: str) -> Any:
        made = self.model("ipam", "IPAddress")(
            address=address, namespace=self.made["namespace"][namespace], status=self.status["Active"]
        )
        made.save()
        return made

    def _assign(self, address: Any, **holder: Any) -> None:
        self.model("ipam", "IPAddressToInterface").objects.create(ip_address=address, **holder)

    def _panels(self) -> None:
        if not self.content["panels"]:
            return
        kind = self._device_type("Kabelmester", "24 stik")
        for row in self.content["panels"]:
            panel = self.model("dcim", "Device").objects.create(
                name=row["name"],
                location=self.made["location"][row["location"]],
                tenant=self.made["tenant"][row["tenant"]],
                role=self._role("Patchpanel", "device"),
                device_type=kind,
                status=self.status["Active"],
            )
            for number in range(1, row["ports"] + 1):
                rear = self.model("dcim", "RearPort").objects.create(
                    device=panel, name=f"rear{number}", type="lc", positions=1
                )
                front = self.model("dcim", "FrontPort").objects.create(
                    device=panel, name=f"front{number}", type="lc", rear_port=rear, rear_port_position=1
                )
                self.made["interface"][row["name"], rear.name] = rear
                self.made["interface"][row["name"], front.name] = front

    def _cables(self) -> None:
        cable = self.model("dcim", "Cable")
        for row in self.content["cables"]:
            ends = {"termination_a": self.made["interface"][tuple(row["a"])]}
            if row["b"] is not None:
                ends["termination_b"] = self.made["interface"][tuple(row["b"])]
            cable(status=self.status[row["status"]], **ends).save()

    def _circuits(self) -> None:
        kind = self.model("circuits", "CircuitType").objects.create(name="Internet")
        for row in self.content["circuits"]:
            provider, _ = self.model("circuits", "Provider").objects.get_or_create(name=row["provider"])
            circuit = self.model("circuits", "Circuit").objects.create(
                cid=row["name"], provider=provider, circuit_type=kind, status=self.status["Active"]
            )
            end = self.model("circuits", "CircuitTermination").objects.create(
                circuit=circuit, term_side="A", location=self.made["location"][row["location"]]
            )
            port = self.made["interface"][tuple(row["end"])]
            self.model("dcim", "Cable")(
                status=self.status["Connected"], termination_a=port, termination_b=end
            ).save()

    def _machines(self) -> None:
        kind = self.model("virtualization", "ClusterType").objects.create(name="VMware vSphere")
        clusters = {
            name: self.model("virtualization", "Cluster").objects.create(
                name=name, cluster_type=kind, location=self.made["location"][place]
            )
            for name, place in self.content["clusters"]
        }
        for row in self.content["machines"]:
            machine = self.model("virtualization", "VirtualMachine").objects.create(
                name=row["name"],
                cluster=clusters[row["cluster"]],
                tenant=self.made["tenant"][row["tenant"]],
                role=self._role(row["role"], "machine"),
                status=self.status[row["status"]],
                platform=self.made["platform"].get(row["platform"]),
                vcpus=row["vcpus"],
                memory=row["memory_mb"],
                disk=row["disk_gb"],
            )
            self._machine_interfaces(machine, row)

    def _machine_interfaces(self, machine: Any, row: dict[str, Any]) -> None:
        for port in row["interfaces"]:
            vlan = None if port["vid"] is None else self.made["vlan"][row["vlan_group"], port["vid"]]
            one = self.model("virtualization", "VMInterface").objects.create(
                virtual_machine=machine,
                name=port["name"],
                status=self.status["Active"],
                mode="" if vlan is None else "access",
                untagged_vlan=vlan,
            )
            if port["address"] is not None:
                self._assign(self._address(port["address"], row["namespace"]), vm_interface=one)


def main() -> None:
    """Fill the server in one transaction."""
    content = json.load(sys.stdin)
    nautobot: Any = importlib.import_module("nautobot")
    nautobot.setup()
    atomic: Any = importlib.import_module("django.db.transaction").atomic
    with atomic():
        Filler(content).fill()


if __name__ == "__main__":
    main()
