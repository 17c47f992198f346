"""Hypothesis strategies over the models: small inventories with every kind of value that has a form.

They keep to what one model can say, not to the rules over several: a file that breaks a rule is read as well.
"""

import string
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Any, get_args

from hypothesis import strategies as st

from inventory.models import (
    VLAN,
    Application,
    Approver,
    Centre,
    ChangeRisk,
    ChangeTime,
    Contact,
    ControlException,
    CostBaseline,
    Device,
    DeviceRole,
    Disk,
    FirewallCluster,
    Freeze,
    HardeningContext,
    Interface,
    Inventory,
    Link,
    MaintenanceWindow,
    Municipality,
    MunicipalityInventory,
    NetworkAdapter,
    Platform,
    PublicRange,
    RiskOverride,
    RoutingDomain,
    Sensitivity,
    Sensor,
    SensorFeed,
    Server,
    ServiceCheck,
    Site,
    Weakness,
    Weekday,
    Zone,
)
from inventory.vlan_ranges import render_vlan_range

# Words that a careless writer leaves without quotes, and forms that end a plain text.
TRICKY = (
    *("no", "Yes", "on", "null", "~", "true", "0123", "2.4", "1e5", "0x1F", "22:00", "310", "1_000"),
    *("2027-03-06", "a: b", "a #b", "- a", "# a", "a:", " a", "a ", "&a", "*a", "!a", "%a", "@a", "`a"),
    *("{a}", "[a", "a, b", "a\nb", "a\n", "a\n\n", "\n", "a\n b\n", "'", '"', "\\", "\t", "?", "=", "<<"),
    *("\x00", "\x85", "\u2028", "\ufeff", "Læsø", "1/1/1", "...", "---", "a\n---\nb", "a\r\nb", "\U0001f600"),
)
texts = st.one_of(
    st.sampled_from(TRICKY),
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12),
    st.text(string.ascii_letters + " :#,'\"\n", min_size=1, max_size=12),
)
slugs = st.one_of(
    st.sampled_from(["no", "on", "310", "1e5", "a-1", "y", "null"]),
    st.from_regex(r"[a-z0-9]([a-z0-9-]{0,6}[a-z0-9])?", fullmatch=True),
)
vlan_numbers = st.integers(1, 4094)
vlan_ranges = st.sets(vlan_numbers | st.integers(100, 112), min_size=1, max_size=6).map(render_vlan_range)
addresses = st.integers(0, 2**32 - 1).map(IPv4Address)
days = st.dates(date(1900, 1, 1), date(2100, 1, 1))
moments = st.one_of(
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)),  # noqa: DTZ001  # made aware below
    # Around the hour that exists twice, and the one that does not exist.
    st.datetimes(datetime(2027, 10, 30, 23), datetime(2027, 10, 31, 3)),  # noqa: DTZ001  # made aware below
    st.datetimes(datetime(2027, 3, 27, 23), datetime(2027, 3, 28, 3)),  # noqa: DTZ001  # made aware below
).map(lambda moment: moment.replace(tzinfo=UTC))
single_ports = st.one_of(
    st.sampled_from(["ge-0/0/0", "port1", "1/1/1", "Vlan10", "Ethernet1.100", "1/1/1.5", "xe-0/0/0:1"]),
    st.builds("{}{}".format, st.sampled_from(["Gi1/0/", "Ethernet", "1/1/"]), st.integers(1, 9)),
)
port_ranges = st.builds(
    lambda stem, first, more: f"{stem}{first}-{first + more}",
    st.sampled_from(["GigabitEthernet1/0/", "Ethernet", "1/1/", "ge-0/0/"]),
    st.integers(0, 9),
    st.integers(1, 5),
)
ends = st.builds("{}:{}".format, slugs, single_ports)
credentials = st.sampled_from(["env:A", "file:/etc/a b".replace(" ", "-"), "vault:a#b"])
hypervisors = st.sampled_from(["qemu+ssh://samdrift@hv1.example/system", "qemu:///system"])


@st.composite
def prefixes(draw: st.DrawFn) -> IPv4Network:
    return IPv4Network((draw(st.integers(0, 2**32 - 1)), draw(st.integers(0, 32))), strict=False)


def few(items: st.SearchStrategy[Any], *, least: int = 0, most: int = 2) -> st.SearchStrategy[Any]:
    return st.lists(items, min_size=least, max_size=most).map(tuple)


def maybe(items: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | items


def interface_addresses() -> st.SearchStrategy[IPv4Interface]:
    return st.builds(lambda ip, bits: IPv4Interface((ip, bits)), addresses, st.integers(0, 32))


def interfaces() -> st.SearchStrategy[Interface]:
    ranges = st.one_of(
        st.builds(
            Interface,
            name=port_ranges | single_ports,
            role=st.just("access"),
            vlan=vlan_numbers,
            description=maybe(texts),
        ),
        st.builds(
            Interface, name=port_ranges | single_ports, role=st.just("unused"), description=maybe(texts)
        ),
    )
    alone = st.builds(
        Interface,
        name=single_ports,
        role=st.sampled_from(["trunk", "uplink", "routed", "management", "sensor"]),
        description=maybe(texts),
        vlan=maybe(vlan_numbers),
        vlans=vlan_ranges,
        address=maybe(interface_addresses()),
        routing_domain=maybe(slugs),
    )
    return ranges | alone


def devices() -> st.SearchStrategy[Device]:
    return st.builds(
        Device,
        name=slugs,
        site=slugs,
        role=st.sampled_from(get_args(DeviceRole)),
        platform=st.sampled_from(get_args(Platform)),
        model=texts,
        management_address=addresses,
        management_interface=single_ports,
        routing_domain=slugs,
        credential=credentials,
        interfaces=few(interfaces(), least=1, most=5),
        phase=st.sampled_from(["servers-and-network", "users-and-pcs"]),
        redundancy_group=maybe(slugs),
        serial_number=maybe(texts),
        software_version=maybe(texts),
        end_of_support=maybe(days),
        unreachable_since=maybe(days),
        known_weaknesses=few(st.sampled_from(get_args(Weakness))),
    )


def servers() -> st.SearchStrategy[Server]:
    checks = st.builds(
        ServiceCheck, port=st.integers(1, 65535), path=st.sampled_from(["/", "/a?b=c", "/#"]), expect=texts
    )
    return st.builds(
        Server,
        name=slugs,
        application=slugs,
        environment=st.sampled_from(["production", "test"]),
        owner=texts,
        criticality=maybe(st.sampled_from(["low", "vital"])),
        phase=st.just("servers-and-network"),
        cpus=st.integers(1, 256),
        ram_mib=st.integers(64, 99999),
        operating_system=maybe(texts),
        networks=few(st.builds(NetworkAdapter, vlan=vlan_numbers, address=maybe(addresses)), least=1),
        disks=few(
            st.builds(Disk, name=st.sampled_from(["vda", "vdb", "vdc"]), size_mib=st.integers(1, 99999)),
            least=1,
        ),
        depends_on=few(slugs),
        service_check=maybe(checks),
    )


def periods(model: Callable[..., Any], **more: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    def build(name: str, first: datetime, second: datetime, rest: dict[str, Any]) -> Any:
        return model(name=name, starts_at=min(first, second), ends_at=max(first, second), **rest)

    pairs = st.tuples(moments, moments).filter(lambda pair: pair[0] != pair[1])
    return pairs.flatmap(
        lambda pair: st.builds(build, slugs, st.just(pair[0]), st.just(pair[1]), st.fixed_dictionaries(more))
    )


def change_times() -> st.SearchStrategy[ChangeTime]:
    clock = st.sampled_from([time(22), time(5, 30), time(0), time(23, 59, 59)])
    return st.builds(ChangeTime, weekday=st.sampled_from(get_args(Weekday)), starts_at=clock, ends_at=clock)


def municipalities(name: str) -> st.SearchStrategy[Municipality]:
    hardening = st.builds(
        HardeningContext,
        management_prefixes=few(prefixes()),
        ntp_servers=few(addresses),
        log_servers=few(addresses),
        aaa_servers=few(addresses),
        break_glass_user=maybe(texts),
        parking_vlan=maybe(vlan_numbers),
        native_vlan=maybe(vlan_numbers),
        user_vlans=maybe(vlan_ranges),
        login_banner=maybe(texts),
    )
    contacts = st.builds(
        Contact,
        name=texts,
        role=texts,
        telephone=st.sampled_from(["+45 70 00 00 01", "70000001"]),
        email=maybe(st.just("vagt@norddjurs.example")),
    )
    return st.builds(
        Municipality,
        name=st.just(name),
        title=texts,
        code=st.integers(101, 860),
        centre=slugs,
        hypervisor=hypervisors,
        hardening=hardening,
        change_times=few(change_times()),
        contacts=few(contacts),
        operated_by=maybe(slugs),
        preparedness_plan=maybe(slugs),
        sensor_pilot=st.booleans(),
    )


def sensors() -> st.SearchStrategy[Sensor]:
    return st.builds(
        Sensor,
        name=slugs,
        owner=maybe(texts),
        version=texts,
        inside_port=maybe(ends),
        outside_port=maybe(ends),
        directions=st.sampled_from(["both", "receive", "transmit"]),
        last_seen_at=maybe(moments),
    )


def links() -> st.SearchStrategy[Link]:
    return st.one_of(st.builds(Link, ends=st.tuples(ends, ends)), st.builds(Link, end=ends, provider=texts))


def routing_domains() -> st.SearchStrategy[RoutingDomain]:
    return st.builds(RoutingDomain, name=slugs, prefixes=few(prefixes(), least=1))


def municipality_inventories(name: str) -> st.SearchStrategy[MunicipalityInventory]:
    exceptions = st.builds(
        ControlException,
        name=slugs,
        control=st.just("MGT-01"),
        devices=few(slugs, least=1),
        owner=texts,
        reason=texts,
        compensating_measure=texts,
        expires_on=days,
    )
    overrides = st.builds(
        RiskOverride,
        name=slugs,
        risk=st.sampled_from(get_args(ChangeRisk)),
        devices=few(slugs, least=1),
        owner=texts,
        reason=texts,
        expires_on=days,
    )
    feeds = st.builds(
        SensorFeed,
        name=slugs,
        sensor=slugs,
        recipient=st.sampled_from(["KommuneCERT", "DCIS Sund", "SOC"]),
        legal_scope=st.sampled_from(["all", "health"]),
        vlans=vlan_ranges,
    )
    return st.builds(
        MunicipalityInventory,
        municipality=municipalities(name),
        routing_domains=few(routing_domains()),
        public_ranges=few(st.builds(PublicRange, prefix=prefixes(), purpose=texts, provider=maybe(texts))),
        sites=few(
            st.builds(
                Site,
                name=slugs,
                title=texts,
                kind=st.sampled_from(["school", "day-care", "other"]),
                devices_at_once=maybe(st.integers(1, 9)),
                pause_between_batches_seconds=st.integers(0, 3600),
            )
        ),
        zones=few(st.builds(Zone, name=slugs, sensitivity=st.sampled_from(get_args(Sensitivity)))),
        vlans=few(
            st.builds(
                VLAN,
                vlan_id=vlan_numbers,
                name=slugs,
                zone=slugs,
                routing_domain=slugs,
                prefix=maybe(prefixes()),
            )
        ),
        devices=few(devices()),
        links=few(links()),
        firewall_clusters=few(
            st.builds(
                FirewallCluster, name=slugs, members=few(slugs, least=1), inside=few(ends), outside=few(ends)
            )
        ),
        sensors=few(sensors()),
        sensor_feeds=few(feeds),
        applications=few(
            st.builds(Application, name=slugs, title=texts, owner=texts, criticality=st.just("vital"))
        ),
        servers=few(servers()),
        maintenance_windows=few(periods(MaintenanceWindow)),
        freezes=few(periods(Freeze, reason=texts, crisis=st.booleans())),
        cost_baselines=few(
            st.builds(
                CostBaseline,
                year=st.integers(2020, 2040),
                amount_dkk=st.integers(0, 10**12),
                signed_by=texts,
                signed_on=days,
            )
        ),
        exceptions=few(exceptions),
        risk_overrides=few(overrides),
    )


def centres(name: str) -> st.SearchStrategy[Centre]:
    return st.builds(
        Centre,
        name=st.just(name),
        title=texts,
        routing_domain=slugs,
        hypervisor=hypervisors,
        municipalities=few(slugs),
        change_times=few(change_times()),
    )


@st.composite
def inventories(draw: st.DrawFn) -> Inventory:
    """Draw a whole inventory of one or two centres and municipalities."""
    names = st.lists(slugs, min_size=1, max_size=2, unique=True)
    keys = draw(st.lists(st.sampled_from(["AAAA", "BBBB", "CCC="]), max_size=2, unique=True))
    return Inventory(
        scope=draw(st.sampled_from(["national", "centre", "municipality"])),
        name=draw(slugs),
        centres=tuple(draw(centres(name)) for name in draw(names)),
        routing_domains=draw(few(routing_domains())),
        municipalities=tuple(draw(municipality_inventories(name)) for name in draw(names)),
        approvers=tuple(
            Approver(principal=f"p{key[0].lower()}@example", key_type="ssh-ed25519", public_key=key)
            for key in keys
        ),
    )
