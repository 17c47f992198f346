"""An RVTools export as RVTools 4 writes it, for a town of a few machines; made anew for every test."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import xlsxwriter

Cell = str | int | float | bool
Sheets = dict[str, list[list[Cell]]]

VINFO = [
    "VM",
    "Powerstate",
    "Template",
    "SRM Placeholder",
    "DNS Name",
    "Connection state",
    "CPUs",
    "Memory",
    "NICs",
    "Disks",
    "Primary IP Address",
    "Folder",
    "Annotation",
    "Datacenter",
    "Cluster",
    "Host",
    "OS according to the configuration file",
    "OS according to the VMware Tools",
    "VM UUID",
    "VI SDK Server",
]
VDISK = ["VM", "Powerstate", "Template", "Disk", "Capacity MiB", "Thin", "Unit #", "VM UUID", "VI SDK Server"]
VNETWORK = [
    "VM",
    "Powerstate",
    "Template",
    "NIC label",
    "Network",
    "Connected",
    "Mac Address",
    "IPv4 Address",
    "IPv6 Address",
    "VM UUID",
    "VI SDK Server",
]
VPARTITION = [
    "VM",
    "Powerstate",
    "Template",
    "Disk",
    "Capacity MiB",
    "Consumed MiB",
    "VM UUID",
    "VI SDK Server",
]
VCENTER = "vcenter.norddjurs.example"


def info(vm: str, **given: Cell) -> list[Cell]:
    """Return a row of vInfo; keyword arguments replace values by column, with _ for a space."""
    values: dict[str, Cell] = {
        "VM": vm,
        "Powerstate": "poweredOn",
        "Template": "False",
        "SRM Placeholder": "False",
        "Connection state": "connected",
        "CPUs": 2,
        "Memory": 4096,
        "NICs": 1,
        "Disks": 1,
        "Folder": "DC1/vm/Servere",
        "Datacenter": "DC1",
        "Cluster": "Cluster1",
        "Host": "esx1.norddjurs.example",
        "OS according to the configuration file": "Microsoft Windows Server 2019 (64-bit)",
        "VM UUID": f"uuid-{vm}",
        "VI SDK Server": VCENTER,
    }
    values.update({key.replace("_", " "): value for key, value in given.items()})
    return [values.get(column, "") for column in VINFO]


def disk(vm: str, number: int, size: Cell) -> list[Cell]:
    """Return a row of vDisk."""
    return [vm, "poweredOn", "False", f"Hard disk {number}", size, "True", number - 1, f"uuid-{vm}", VCENTER]


def adapter(vm: str, number: int, network: str, addresses: str = "") -> list[Cell]:
    """Return a row of vNetwork."""
    label = f"Network adapter {number}"
    mac = f"00:50:56:00:00:{number:02x}"
    return [vm, "poweredOn", "False", label, network, "True", mac, addresses, "", f"uuid-{vm}", VCENTER]


def partition(vm: str, name: str, size: int, consumed: int) -> list[Cell]:
    """Return a row of vPartition."""
    return [vm, "poweredOn", "False", name, size, consumed, f"uuid-{vm}", VCENTER]


def town_sheets() -> Sheets:
    """Return the sheets of a small export: three servers to take, and what is left out."""
    return {
        "vInfo": [
            [*VINFO],
            info(
                "NDJ-WEB2.norddjurs.local",
                CPUs=4,
                Memory=8192,
                Disks=2,
                Primary_IP_Address="10.70.71.21",
                OS_according_to_the_VMware_Tools="Debian GNU/Linux 12 (64-bit)",
            ),
            info("NDJ-CARE2", Folder="DC1/vm/Omsorg", NICs=2, Primary_IP_Address="10.70.130.21"),
            info("ndj-sql-test1", Annotation="ESDH, testmiljø"),
            info("Skabelon Windows 2022", Template="True"),
            info("ndj-dr1", SRM_Placeholder="True"),
            info("ndj-gammel1", Powerstate="poweredOff"),
            info("vCLS-1f2e", CPUs=1, Memory=128),
        ],
        "vDisk": [
            [*VDISK],
            disk("NDJ-WEB2.norddjurs.local", 2, 102400),
            disk("NDJ-WEB2.norddjurs.local", 1, 40960),
            disk("NDJ-CARE2", 1, 61440.5),
            disk("ndj-sql-test1", 1, "1.024,50"),
        ],
        "vNetwork": [
            [*VNETWORK],
            adapter("NDJ-WEB2.norddjurs.local", 1, "dvPG Servere", "10.70.71.21, fe80::250:56ff:fe00:1"),
            adapter("NDJ-CARE2", 2, "dvPG Servere"),
            adapter("NDJ-CARE2", 1, "dvPG Omsorg", "10.70.130.22, 10.70.130.21, 169.254.3.4"),
            adapter("ndj-sql-test1", 1, "DVPG servere", "10.70.71.22"),
        ],
        "vPartition": [
            [*VPARTITION],
            partition("NDJ-WEB2.norddjurs.local", "/", 40000, 9000),
            partition("NDJ-CARE2", "C:\\", 61000, 30000),
            partition("NDJ-CARE2", "E:\\", 500000, 400000),
        ],
    }


MAPPING = """\
names: {domains: [norddjurs.local]}
networks:
  dvPG Servere: 710
  dvPG Omsorg: 310
decimal: comma
defaults:
  servers: {owner: IT og Digitalisering, environment: production, application: hjemmeside}
rules:
  - {kind: servers, when: {folder: "*/omsorg*"}, set: {application: omsorg, owner: Sundhed og Omsorg}}
  - {kind: servers, when: {annotation: "*ESDH*"}, set: {application: esdh}}
  - {kind: servers, when: {name: "*-test?"}, set: {environment: test}}
"""


def write_workbook(
    path: Path, sheets: Mapping[str, Sequence[Sequence[Cell]]], *, merged: tuple[str, str] | None = None
) -> Path:
    """Write sheets as an .xlsx; ``merged`` is a sheet and a range whose cells are merged."""
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
            if merged is not None and merged[0] == name:
                sheet.merge_range(merged[1], "merged")
    return path
