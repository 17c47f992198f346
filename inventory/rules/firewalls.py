"""Firewall clusters: real members, each with an inside and an outside."""

from collections.abc import Iterator, Mapping

from inventory.models import Device, FirewallCluster, MunicipalityInventory
from inventory.violations import Finding, ModelPath, suggest


def cluster_is_whole(town: MunicipalityInventory, at: ModelPath) -> Iterator[Finding]:
    """Find clusters with members that are no firewalls, or without an inside or outside."""
    firewalls = {device.name: device for device in town.devices if device.role == "firewall"}
    for index, cluster in enumerate(town.firewall_clusters):
        here: ModelPath = (*at, "firewall_clusters", index)
        for number, member in enumerate(cluster.members):
            if member not in firewalls:
                yield Finding(
                    rule="cluster-member",
                    path=(*here, "members", number),
                    message=f"{member} in the cluster {cluster.name} is not a firewall of this municipality",
                    action=suggest(member, tuple(firewalls)),
                )
        members = tuple(member for member in cluster.members if member in firewalls)
        yield from _sides(cluster, members, here)
        for side in ("inside", "outside"):
            ends: tuple[str, ...] = getattr(cluster, side)
            for number, end in enumerate(ends):
                yield from _end(cluster, firewalls, end, (*here, side, number))


def firewall_in_one_cluster(town: MunicipalityInventory, at: ModelPath) -> Iterator[Finding]:
    """Find firewalls that are in no cluster, or in two."""
    for index, device in enumerate(town.devices):
        if device.role != "firewall":
            continue
        clusters = [cluster.name for cluster in town.firewall_clusters if device.name in cluster.members]
        if len(clusters) != 1:
            said = f"is in the clusters {', '.join(clusters)}" if clusters else "is in no cluster"
            yield Finding(
                rule="firewall-cluster",
                path=(*at, "devices", index, "name"),
                message=f"the firewall {device.name} {said}",
                action="list it as a member of exactly one cluster in firewalls.yaml",
            )


def _sides(cluster: FirewallCluster, members: tuple[str, ...], here: ModelPath) -> Iterator[Finding]:
    for side, ends in (("inside", cluster.inside), ("outside", cluster.outside)):
        covered = {end.partition(":")[0] for end in ends}
        missing = [member for member in members if member not in covered]
        if missing:
            yield Finding(
                rule="cluster-side",
                path=(*here, side) if ends else here,
                message=f"the cluster {cluster.name} names no {side} interface of {', '.join(missing)}",
                action=f"add DEVICE:INTERFACE under '{side}': the mirror ports and sensors depend on it",
            )


def _end(
    cluster: FirewallCluster, firewalls: Mapping[str, Device], end: str, path: ModelPath
) -> Iterator[Finding]:
    name, _, interface = end.partition(":")
    if name not in cluster.members:
        yield Finding(
            rule="cluster-end",
            path=path,
            message=f"{name} is not a member of the cluster {cluster.name}",
            action=suggest(name, cluster.members),
        )
        return
    if name not in firewalls:
        return
    ports = tuple(port for port, _ in firewalls[name].ports())
    if interface not in ports:
        yield Finding(
            rule="cluster-end",
            path=path,
            message=f"{name} has no interface {interface}",
            action=suggest(interface, ports),
        )
