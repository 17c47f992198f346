"""The data schema of an SRX, put together from its parts."""

from functools import cache
from typing import Final

from lab.junos import schema_management as management
from lab.junos import schema_network as network
from lab.junos import schema_routing as routing
from lab.junos import schema_security as security
from lab.junos import schema_system as system
from lab.junos.schema import SchemaNode, parse_schema

ROOT: Final = """
version =
groups
  * :group &everything
apply-groups +
system &system
chassis &chassis
security &security
interfaces &interfaces
snmp &snmp
forwarding-options &forwarding-options
policy-options &policy-options
access &access
applications &applications
firewall &firewall
routing-instances &routing-instances
vlans &vlans
routing-options &routing-options
protocols &protocols
schedulers &schedulers
"""

# Each block may use those before it.
_BLOCKS: Final = (
    ("routing", system.ROUTING_INSTANCE),
    ("aaa", system.AAA_SERVER),
    ("facilities", system.FACILITIES),
    ("system", system.SYSTEM),
    ("snmp", management.SNMP),
    ("access", management.ACCESS),
    ("chassis", management.CHASSIS),
    ("vlans", management.VLANS),
    ("inbound", security.HOST_INBOUND),
    ("policy", security.POLICY),
    ("security", security.SECURITY),
    ("applications", security.APPLICATIONS),
    ("term", security.FIREWALL_TERM),
    ("firewall", security.FIREWALL),
    ("ether", network.ETHER),
    ("unit", network.UNIT),
    ("port", network.PORT),
    ("interfaces", network.INTERFACES),
    ("bgp", routing.BGP_LEAVES),
    ("stp", routing.SPANNING_TREE),
    ("protocols", routing.PROTOCOLS),
    ("action", routing.POLICY_ACTION),
    ("policy-options", routing.POLICY_OPTIONS),
    ("route", routing.ROUTE),
    ("routing-options", routing.ROUTING_OPTIONS),
    ("forwarding-options", network.FORWARDING_OPTIONS),
    ("routing-instances", routing.ROUTING_INSTANCES),
    ("schedulers", network.SCHEDULERS),
)


@cache
def srx_schema() -> SchemaNode:
    """Return the root of the schema."""
    blocks = {"everything": SchemaNode("configuration")}
    for name, text in _BLOCKS:
        blocks[name] = parse_schema(text, blocks)
    root = parse_schema(ROOT, blocks)
    # A group may hold whatever the root holds, except groups.
    group = root.children["groups"].children["*"]
    group.children.update({name: node for name, node in root.children.items() if name != "groups"})
    return root
