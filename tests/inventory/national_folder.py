"""A national inventory as small as it can be: the 98 municipalities, five centres, and something to break."""

from pathlib import Path

from inventory.national import NationalMunicipality, municipalities

CENTRE_OF_REGION = {
    "Hovedstaden": "hovedstaden",
    "Sjælland": "sjaelland",
    "Syddanmark": "syd",
    "Midtjylland": "midt",
    "Nordjylland": "nord",
}

# Two municipalities that are operated together share an address space of their centre.
_SHARED = """zones: [{name: servers, sensitivity: internal}]
vlans:
  - {vlan_id: 710, name: servers, zone: servers, routing_domain: midt, prefix: 10.203.%(third)d.0/24}
"""
_SERVERS = """applications: [{name: esdh, title: Dokumenter, owner: Direktionen, criticality: high}]
servers:
  - name: %(name)s
    application: esdh
    environment: production
    owner: Direktionen
    cpus: 2
    ram_mib: 4096
    networks: [{vlan: 710, address: 10.203.%(third)d.11}]
    disks: [{name: vda, size_mib: 10240}]
    depends_on: [%(needs)s]
"""


def write_national(folder: Path) -> Path:
    """Write the inventory and return its folder; it breaks no rule."""
    (folder / "centres").mkdir(parents=True)
    (folder / "samdrift.yaml").write_text("schema: 1\nscope: national\nname: danmark\n", encoding="utf-8")
    for number, (region, name) in enumerate(CENTRE_OF_REGION.items()):
        members = "".join(f"  - {one.slug}\n" for one in municipalities() if one.region == region)
        (folder / "centres" / f"{name}.yaml").write_text(
            f"name: {name}\ntitle: IT-center {name}\nrouting_domain: {name}\n"
            f"hypervisor: qemu+ssh://samdrift@hv1.{name}.example/system\nmunicipalities:\n{members}"
            "change_times:\n  - {weekday: saturday, starts_at: 22:00, ends_at: 05:00}\n"
            f"routing_domains:\n  - {{name: {name}, prefixes: [10.20{number}.0.0/16]}}\n",
            encoding="utf-8",
        )
    for one in municipalities():
        _write_municipality(folder / "municipalities" / one.slug, one)
    _write_shared(folder / "municipalities" / "norddjurs", "ndj-app1", 1, "")
    _write_shared(folder / "municipalities" / "syddjurs", "syd-app1", 2, "ndj-app1")
    return folder


def _write_municipality(folder: Path, one: NationalMunicipality) -> None:
    folder.mkdir(parents=True)
    (folder / "municipality.yaml").write_text(
        f"name: {one.slug}\ntitle: {one.name} Kommune\ncode: {one.code}\n"
        f"centre: {CENTRE_OF_REGION[one.region]}\n"
        f"hypervisor: qemu+ssh://samdrift@hv1.{one.slug}.example/system\n",
        encoding="utf-8",
    )


def _write_shared(folder: Path, server: str, third: int, needs: str) -> None:
    (folder / "vlans.yaml").write_text(_SHARED % {"third": third}, encoding="utf-8")
    (folder / "servers.yaml").write_text(
        _SERVERS % {"name": server, "third": third, "needs": needs}, encoding="utf-8"
    )
    (folder / "public-ranges.yaml").write_text(
        f"public_ranges:\n  - {{prefix: 198.51.100.{third * 16}/28, purpose: Selvbetjening}}\n",
        encoding="utf-8",
    )
