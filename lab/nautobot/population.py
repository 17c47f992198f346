"""A municipality with 2,000 devices and a small neighbour, from a seed, as a Nautobot server would hold them.

It is not tidy: a few devices lack an address, a role or a platform that the programme knows, some cables end
nowhere, some are planned only, and the neighbour uses the same VLAN numbers in a group of its own.
"""

import random
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network

from lab.nautobot.content import (
    Content,
    PutCable,
    PutCircuit,
    PutContainer,
    PutDevice,
    PutInterface,
    PutLocation,
    PutMachine,
    PutMachineInterface,
    PutPanel,
    PutVLAN,
)

TOWN = "Storby Kommune"
NEIGHBOUR = "Åby Kommune"
DEVICES_OF_TOWN = 2000
RETIRING = "Under afvikling"

_KINDS = (
    ("Daginstitution", "Børnehuset", 40, 1),
    ("Skole", "Skolen ved", 10, 6),
    ("Plejehjem", "Plejecenter", 8, 3),
    ("Administration", "Rådhuset", 3, 8),
    ("Øvrigt", "Ejendom", 39, 1),
)
_PLACES = ("Åvej", "Skovvej", "Møllevej", "Kirkegade", "Nørregade", "Strandvej", "Engen", "Bøgevang")
_VLANS = (
    (10, "Management", "Drift", 10),
    (110, "Administration", "Administration", 11),
    (210, "Skoler", "Undervisning", 12),
    (310, "Omsorg", "Sundhed", 13),
    (410, "CTS", "Bygninger", 14),
    (510, "Telefoni", "Administration", 15),
    (710, "Servere", "Drift", 17),
    (999, "Parkering", "Parkering", None),
)
_OUTSIDE = "203.0.113.0/26"
_MANAGEMENT = 10
_SCHOOLS = 210
PROVIDER = "Eksempelnet"
_USER_VLANS = (110, 210, 310, 410, 510)
_PORTS = 8
_UNUSED = 2
_ACCESS = ("Adgangsswitch", "Cisco", "C9200L-24T-4X", "Cisco IOS-XE", "17.9.5")
_CORE = ("Kerneswitch", "Arista", "DCS-7050TX3-48C8", "Arista EOS", "4.31.2F")
_FIREWALL = ("Firewall", "Fortinet", "FortiGate 200F", "FortiOS", "7.4.5")
_EDGE = ("Kantrouter", "Cisco", "C9300-24T", "Cisco IOS-XE", "17.9.5")


def render_content(seed: int, *, devices: int = DEVICES_OF_TOWN, neighbours: int = 40) -> Content:
    """Return what a server is filled with.

    Args:
        seed: The same seed gives the same content.
        devices: How many devices of the chosen municipality have all that an import needs.
        neighbours: How many devices its neighbour has.

    """
    town = _Town(random.Random(seed), TOWN, "sto", "10.0.0.0/10")  # noqa: S311  # a population, not a secret
    near = _Town(random.Random(seed + 1), NEIGHBOUR, "aby", "10.0.0.0/10")  # noqa: S311
    for one, count in ((town, devices), (near, neighbours)):
        one.build(count)
    town.add_mess()
    towns = (town, near)
    kinds = [(name, "Kommune") for name, *_ in _KINDS]
    return Content(
        tenants=(TOWN, NEIGHBOUR),
        location_types=(("Kommune", None), *kinds, *((f"Krydsfelt {k}", k) for k, _ in kinds)),
        locations=tuple(row for one in towns for row in one.locations),
        statuses=(RETIRING,),
        platforms=(
            ("Cisco IOS-XE", "cisco_xe"),
            ("Arista EOS", "arista_eos"),
            ("FortiOS", "fortinet"),
            ("Hjemmelavet", ""),
            ("Windows Server 2022", ""),
            ("Debian 12", "linux"),
        ),
        circuits=tuple(
            PutCircuit(
                name=f"{one.short}-internet",
                provider=PROVIDER,
                location=one.name,
                end=(f"{one.short}-edge1", "GigabitEthernet1/0/1"),
            )
            for one in towns
        ),
        clusters=tuple((f"{one.short}-klynge1", one.name) for one in towns),
        containers=tuple(row for one in towns for row in one.containers),
        vlans=tuple(row for one in towns for row in one.vlans),
        devices=tuple(row for one in towns for row in one.devices),
        panels=tuple(row for one in towns for row in one.panels),
        cables=tuple(row for one in towns for row in one.cables),
        machines=tuple(row for one in towns for row in one.machines),
    )


class _Town:
    """One municipality while it is built."""

    def __init__(self, chance: random.Random, name: str, short: str, space: str) -> None:
        self.chance = chance
        self.name = name
        self.short = short
        self.group = f"{name} VLAN"
        self.namespace = name
        self.space = IPv4Network(space)
        self.locations = [PutLocation(name=name, location_type="Kommune")]
        self.containers = [
            PutContainer(prefix=prefix, namespace=name, location=name, tenant=name)
            for prefix in (space, _OUTSIDE)
        ]
        self.vlans: list[PutVLAN] = []
        self.devices: list[PutDevice] = []
        self.panels: list[PutPanel] = []
        self.cables: list[PutCable] = []
        self.machines: list[PutMachine] = []
        self._hosts: dict[int, Iterator[IPv4Address]] = {}
        self._free_core_ports: Iterator[tuple[str, str]] = iter(())

    def build(self, devices: int) -> None:
        """Make VLANs, then sites with their switches until there are enough devices, then machines."""
        self._add_vlans()
        backbone = self._add_backbone(access=devices - 1)
        wanted = devices - backbone
        number = 0
        while wanted > 0:
            number += 1
            kind, word, _, switches = self.chance.choices(_KINDS, weights=[row[2] for row in _KINDS])[0]
            # Locations are told apart by their names alone, over both municipalities.
            site = f"{word} {self.chance.choice(_PLACES)} {number} {self.name.split()[0]}"
            self.locations.append(PutLocation(name=site, location_type=kind, parent=self.name))
            for count in range(1, min(switches, wanted) + 1):
                self._add_switch(site, kind, number, count)
            wanted -= min(switches, wanted)
        for machine in range(1, devices // 2 + 1):
            self.machines.append(self._machine(machine))

    def add_mess(self) -> None:
        """Add what an import has to list instead of taking, and what goes through a patch panel."""
        site = self.locations[1].name
        lonely = self._device(f"{self.short}-uden-ip", site, _ACCESS, self._ports(), primary=None)
        self.devices.append(lonely)
        self._vary(f"{self.short}-ups1", site, role="UPS")
        self._vary(f"{self.short}-gammel1", site, status=RETIRING)
        self._vary(f"{self.short}-planlagt1", site, status="Planned")
        self._vary(f"{self.short}-ukendt1", site, platform="Hjemmelavet")
        self._vary(f"{self.short}-uplatform1", site, platform=None)
        school = next(row for row in self.vlans if row.vid == _SCHOOLS)
        annex = {"group": f"{self.name} bygning B", "prefix": None}
        self.vlans.append(school.model_copy(update=annex))
        first = f"{self.short}-sw1-1"
        self.cables += [
            PutCable(a=(first, f"GigabitEthernet1/0/{_PORTS - 1}"), b=None),
            PutCable(
                a=(f"{self.short}-ukendt1", "GigabitEthernet1/0/1"), b=(first, f"GigabitEthernet1/0/{_PORTS}")
            ),
        ]

    def _vary(
        self,
        name: str,
        site: str,
        *,
        role: str = "Adgangsswitch",
        status: str = "Active",
        platform: str | None = "Cisco IOS-XE",
    ) -> None:
        ports = (*self._ports(), self._managed())
        device = self._device(name, site, _ACCESS, ports, primary="Vlan10")
        odd = {"role": role, "status": status, "platform": platform}
        self.devices.append(device.model_copy(update=odd))

    def _add_vlans(self) -> None:
        subnets = list(self.space.subnets(new_prefix=16))
        for vid, name, role, second in _VLANS:
            prefix = None
            if second is not None:
                wide = subnets[second % len(subnets)]
                net = wide if vid == _MANAGEMENT else next(iter(wide.subnets(new_prefix=17)))
                prefix = str(net)
                self._hosts[vid] = net.hosts()
            self.vlans.append(
                PutVLAN(
                    vid=vid,
                    name=name,
                    group=self.group,
                    role=role,
                    location=self.name,
                    tenant=self.name,
                    namespace=self.namespace,
                    prefix=prefix,
                )
            )

    def _add_backbone(self, *, access: int) -> int:
        """Add the town hall with edge, firewall and enough core switches; return their number."""
        hall = f"Rådhuset {self.name.split()[0]}"
        self.locations.append(PutLocation(name=hall, location_type="Administration", parent=self.name))
        room = f"Krydsfelt {hall}"
        self.locations.append(PutLocation(name=room, location_type="Krydsfelt Administration", parent=hall))
        cores = max(1, -(-access // 44))
        used = tuple(vid for vid, *_ in _VLANS if vid not in (10, 999))
        edge, firewall = f"{self.short}-edge1", f"{self.short}-fw1"
        self.devices.append(
            self._device(
                edge,
                room,
                _EDGE,
                (
                    PutInterface(
                        name="GigabitEthernet1/0/1", address=self._outside(1), description="Internet"
                    ),
                    PutInterface(name="GigabitEthernet1/0/2", address=self._outside(5), description=firewall),
                    self._managed(),
                ),
                primary="Vlan10",
            )
        )
        core_ports = tuple(
            PutInterface(name=f"port{n}", mode="tagged", tagged=used, role="Uplink", type="10gbase-t")
            for n in range(2, cores + 2)
        )
        mgmt = PutInterface(name="mgmt", address=self._address(10), mgmt_only=True)
        outside = PutInterface(name="port1", address=self._outside(6), description="outside")
        self.devices.append(
            self._device(firewall, room, _FIREWALL, (outside, *core_ports, mgmt), primary="mgmt")
        )
        self.cables.append(PutCable(a=(edge, "GigabitEthernet1/0/2"), b=(firewall, "port1")))
        free = []
        for number in range(1, cores + 1):
            core = f"{self.short}-core{number}"
            self.devices.append(self._core(core, room, used))
            self.cables.append(PutCable(a=(core, "Ethernet48"), b=(firewall, f"port{number + 1}")))
            free += [(core, f"Ethernet{port}") for port in range(1, 47)]
        self._free_core_ports = iter(free)
        return 2 + cores

    def _core(self, name: str, room: str, used: tuple[int, ...]) -> PutDevice:
        down = tuple(
            PutInterface(name=f"Ethernet{n}", mode="tagged", tagged=(10, *used), type="10gbase-t")
            for n in range(1, 47)
        )
        up = PutInterface(name="Ethernet48", mode="tagged", tagged=used, role="Uplink", type="10gbase-t")
        mgmt = PutInterface(name="Management1", address=self._address(10), mgmt_only=True)
        return self._device(name, room, _CORE, (*down, up, mgmt), primary="Management1")

    def _add_switch(self, site: str, kind: str, number: int, count: int) -> None:
        name = f"{self.short}-sw{number}-{count}"
        place = site
        if count > 3:  # noqa: PLR2004  # the larger sites have a cross connect of their own
            place = f"Krydsfelt {site}"
            if all(row.name != place for row in self.locations[-3:]):
                self.locations.append(PutLocation(name=place, location_type=f"Krydsfelt {kind}", parent=site))
        self.devices.append(
            self._device(name, place, _ACCESS, (*self._ports(), self._managed()), primary="Vlan10")
        )
        core = next(self._free_core_ports)
        up = (name, "TenGigabitEthernet1/1/1")
        if number % 50:
            self.cables.append(PutCable(a=core, b=up))
            return
        panel = f"Panel {site} {count}"
        self.panels.append(PutPanel(name=panel, location=place, tenant=self.name, ports=4))
        self.cables.append(PutCable(a=core, b=(panel, "rear1")))
        self.cables.append(PutCable(a=(panel, "front1"), b=up))

    def _ports(self) -> tuple[PutInterface, ...]:
        own = self.chance.sample(_USER_VLANS, 2)
        ports = []
        for number in range(1, _PORTS + 1):
            name = f"GigabitEthernet1/0/{number}"
            if number > _PORTS - _UNUSED:
                ports.append(PutInterface(name=name))
                continue
            vlan = own[number > _PORTS // 2]
            text = f"Stik {self.chance.randrange(1, 400)}" if self.chance.random() < 0.1 else ""  # noqa: PLR2004
            ports.append(PutInterface(name=name, mode="access", untagged=vlan, description=text))
        ports.append(
            PutInterface(
                name="TenGigabitEthernet1/1/1",
                mode="tagged",
                tagged=(10, *sorted(own)),
                role="Uplink",
                type="10gbase-x-sfpp",
            )
        )
        return tuple(ports)

    def _managed(self) -> PutInterface:
        return PutInterface(name="Vlan10", type="virtual", address=self._address(10))

    def _device(
        self,
        name: str,
        location: str,
        kind: tuple[str, str, str, str, str],
        ports: tuple[PutInterface, ...],
        *,
        primary: str | None,
    ) -> PutDevice:
        role, maker, model, platform, software = kind
        return PutDevice(
            name=name,
            location=location,
            tenant=self.name,
            role=role,
            platform=platform,
            manufacturer=maker,
            model=model,
            status="Active",
            serial=f"{self.short.upper()}{self.chance.randrange(16**8):08X}",
            software=software,
            vlan_group=self.group,
            namespace=self.namespace,
            primary=primary,
            interfaces=ports,
        )

    def _machine(self, number: int) -> PutMachine:
        windows = self.chance.random() < 0.6  # noqa: PLR2004
        networks = [PutMachineInterface(name="eth0", vid=710, address=self._address(710))]
        if self.chance.random() < 0.2:  # noqa: PLR2004
            networks.append(PutMachineInterface(name="eth1", vid=310, address=self._address(310)))
        return PutMachine(
            name=f"{self.short}-srv{number}",
            cluster=f"{self.short}-klynge1",
            tenant=self.name,
            role=self.chance.choice(("Fagsystem", "Omsorg", "Filserver")),
            status="Active" if self.chance.random() > 0.03 else "Offline",  # noqa: PLR2004
            platform="Windows Server 2022" if windows else "Debian 12",
            vcpus=self.chance.choice((1, 2, 4, 8)),
            memory_mb=self.chance.choice((2048, 4096, 8192, 16384)),
            disk_gb=self.chance.choice((40, 80, 120, 500)),
            vlan_group=self.group,
            namespace=self.namespace,
            interfaces=tuple(networks),
        )

    def _address(self, vid: int) -> str:
        host = next(self._hosts[vid])
        width = 16 if vid == _MANAGEMENT else 17
        return f"{host}/{width}"

    def _outside(self, last: int) -> str:
        return f"203.0.113.{last}/30"
