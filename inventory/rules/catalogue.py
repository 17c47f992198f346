"""Every rule by its name: what a violation of it means. Reports and the reference are made from this.

A rule of form looks at one file, a rule of a municipality at all files of one, and a rule of the inventory at
all of them. The name stands in brackets behind each violation and never changes.
"""

from collections.abc import Mapping
from types import MappingProxyType

FORM_RULES: Mapping[str, str] = MappingProxyType(
    {
        "file-name": "a file lies where nobody reads it",
        "folder-name": "a name differs from its folder or file",
        "no-centre": "there is no folder centres/",
        "no-municipality": "there is no municipality, or one without municipality.yaml",
        "encoding": "a file is not UTF-8",
        "yaml-syntax": "a file is not YAML",
        "yaml-anchor": "an anchor or alias is used",
        "yaml-tag": "a tag is used",
        "yaml-depth": "a file is nested too deeply",
        "yaml-key": "a key is not a word",
        "duplicate-key": "a key is written twice",
        "unknown-key": "a key is not known",
        "missing-key": "a key is missing",
        "wrong-type": "a value has the wrong type",
        "value": "a value does not fit",
        "value-not-allowed": "a value is none of the allowed ones",
        "approver": "a line of allowed_signers has the wrong form",
        "approver-key-twice": "two approvers have one key",
    }
)

MUNICIPALITY_RULES: Mapping[str, str] = MappingProxyType(
    {
        "duplicate-name": "a name is used twice",
        "phase": "something belongs to a later phase than servers and network (R3)",
        "prefix-overlap": "two prefixes of a routing domain overlap",
        "duplicate-address": "an address is used twice in a routing domain",
        "address-outside-prefix": "an address or prefix lies outside the prefix it belongs to",
        "public-range-private": "a public range is not public",
        "site-undefined": "a device stands at a site that is not defined",
        "management-interface": "a device has no such management port, or one with another address",
        "redundancy-group": "a device is alone in its pair or stack",
        "link-end": "a link ends at nothing, or at an unused port",
        "link-end-twice": "two links end at one port",
        "zone-undefined": "a VLAN is in a zone that is not defined",
        "vlan-undefined": "a VLAN is used and not defined",
        "parking-vlan": "a trunk carries the parking VLAN",
        "cluster-member": "a member of a firewall cluster is no firewall",
        "cluster-side": "a firewall cluster has no inside or outside",
        "cluster-end": "a firewall cluster names a port that does not exist",
        "firewall-cluster": "a firewall is in no cluster, or in two",
        "sensor-owner": "a sensor has no owner (R16)",
        "sensor-port": "a sensor is at a port that does not exist or is not kept for it",
        "feed-sensor": "a feed is of a sensor that does not exist",
        "feed-scope": "a feed carries more than its legal scope (R15)",
        "application-undefined": "a server carries an application that is not defined",
        "window-in-freeze": "a maintenance window lies in a freeze",
        "window-after-deadline": "a maintenance window ends after 31 December 2027 (R2)",
        "exception-device": "an exception names a device that does not exist",
        "override-device": "a risk override names a device that does not exist",
    }
)

INVENTORY_RULES: Mapping[str, str] = MappingProxyType(
    {
        "scope": "the inventory holds more than its scope says",
        "centre-count": "a national inventory has not four or five centres (R4)",
        "municipality-missing": "a national inventory lacks one of the 98 municipalities",
        "municipality-code": "a municipality has a code that is not its own",
        "centre-undefined": "a municipality names a centre that does not exist (R1)",
        "centre-twice": "a municipality is listed twice by centres (R4)",
        "centre-membership": "a municipality and the centres tell different stories (R4)",
        "centre-member": "a centre lists what is no municipality",
        "routing-domain-undefined": "a routing domain is used and not defined",
        "public-range-overlap": "two public ranges overlap",
        "window-outside-change-times": "a maintenance window is outside the agreed weekly times",
        "dependency-undefined": "a server depends on one that does not exist",
        "dependency-circle": "servers depend on each other in a circle",
    }
)
"""Names, prefixes and addresses are compared across municipalities too, under their names above."""
