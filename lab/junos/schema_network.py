"""Schema of interfaces, forwarding options and schedulers."""

from typing import Final

INTERFACES: Final = """
interface-range * :interface-range
  member *
  member-range * to *
  description =
  disable
  ether-options &ether
  unit * &unit
* :interface
  &port
"""

PORT: Final = """
description =
disable
enable
mtu|link-mode =
speed =
vlan-tagging|flexible-vlan-tagging
encapsulation =
native-vlan-id =#
hold-time !
  up|down =#
no-traps|traps
mac =
ether-options|gigether-options &ether
aggregated-ether-options
  minimum-links =#
  link-speed =
  lacp
    active|passive
    periodic =fast|slow
redundant-ether-options
  redundancy-group|minimum-links =#
  lacp
    active|passive
fabric-options
  member-interfaces
    *
unit * &unit
"""

ETHER: Final = """
auto-negotiation|no-auto-negotiation
flow-control|no-flow-control
loopback
802.3ad =
redundant-parent =
speed =
link-mode =
ieee-802.3ad
  lacp
    primary
"""

UNIT: Final = """
description =
disable
vlan-id =
point-to-point
family >
  inet ?
    mtu =#
    no-redirects
    rpf-check ?
      mode =loose
      fail-filter =
    filter
      input|output =
      input-list|output-list +
    sampling
      input|output
    dhcp|dhcp-client ?
      vendor-id|client-identifier =
      update-server
    address *
      primary|preferred|master-only
      arp *
        mac =
      vrrp-group *
        virtual-address +
        priority =#
        accept-data
    unnumbered-address =
  inet6 ?
    mtu =#
    no-redirects
    rpf-check ?
      mode =loose
    filter
      input|output =
      input-list|output-list +
    address *
      primary|preferred|eui-64|master-only
    dhcpv6-client ?
      client-type =
  mpls|iso ?
    address *
  ethernet-switching ?
    interface-mode =access|trunk
    port-mode =access|trunk
    native-vlan-id =
    vlan
      members +
    storm-control =
    recovery-timeout =#
    filter
      input|output =
tunnel
  source|destination =
"""

FORWARDING_OPTIONS: Final = """
storm-control-profiles *
  all ?
    bandwidth-level|bandwidth-percentage =#
    no-broadcast|no-multicast|no-unknown-unicast|no-registered-multicast|no-unregistered-multicast
  action-shutdown
analyzer *
  input
    ingress|egress
      interface *
      vlan *
  output
    interface =
    vlan *
      no-tag
    ip-address =
port-mirroring
  input
    rate|run-length|maximum-packet-length =#
  family >
    inet|any
      output
        interface *
          next-hop *
        no-filter-check
  instance *
    input
      rate|run-length|maximum-packet-length =#
    family >
      inet|any|inet6
        output
          interface *
            next-hop *
          no-filter-check
dhcp-relay
  server-group *
    *
  active-server-group =
  group *
    active-server-group =
    interface *
helpers
  bootp
    server *
    interface *
sampling
  input
    rate|run-length|max-packets-per-second =#
  family >
    inet
      output
        flow-server *
          port|version =#
"""

SCHEDULERS: Final = """
scheduler *
  daily
    start-time * stop-time *
"""
