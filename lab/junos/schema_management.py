"""Schema of SNMP, access profiles, the chassis and VLANs."""

from typing import Final

SNMP: Final = """
name|description|location|contact =
interface +
filter-duplicates
filter-interfaces
  interfaces
    *
community *
  view =
  authorization =read-only|read-write
  clients
    *
      restrict
  client-list-name =
  routing-instance *
client-list *
  *
view *
  oid * !
    include|exclude
trap-options
  source-address =
  agent-address =
trap-group *
  version =all|v1|v2
  categories
    authentication|chassis|configuration|link|remote-operations|routing|rmon-alarm|startup|vrrp-events
  targets
    *
  routing-instance =
v3
  usm
    local-engine
      user *
        authentication-md5|authentication-sha|authentication-sha224|authentication-sha256
          authentication-key = ~
          authentication-password = ~
        authentication-sha384|authentication-sha512
          authentication-key = ~
          authentication-password = ~
        authentication-none
        privacy-aes128|privacy-des|privacy-3des
          privacy-key = ~
          privacy-password = ~
        privacy-none
  vacm
    security-to-group
      security-model *
        security-name *
          group =
    access
      group *
        default-context-prefix
          security-model *
            security-level *
              read-view|write-view|notify-view =
  target-address *
    address|port|target-parameters|tag-list =
    tag-list =
  target-parameters *
    parameters
      message-processing-model|security-model|security-level|security-name =
    notify-filter =
  notify *
    type =trap|inform
    tag =
  snmp-community *
    community-name = ~
    security-name =
engine-id
  local =
  use-mac-address
  use-default-ip-address
rmon
  alarm *
    variable =
    interval =#
"""

ACCESS: Final = """
profile *
  authentication-order +
  radius-server
    * &aaa
  radius
    authentication-server|accounting-server +
address-assignment
  pool *
    family >
      inet
        network =
        range *
          low|high =
        dhcp-attributes
          maximum-lease-time =#
          domain-name =
          name-server|router
            *
          propagate-settings =
        host *
          hardware-address|ip-address =
firewall-authentication
  web-authentication
    default-profile =
"""

CHASSIS: Final = """
aggregated-devices
  ethernet
    device-count =#
    lacp
      system-priority =#
cluster
  control-link-recovery
  reth-count =#
  heartbeat-interval|heartbeat-threshold =#
  redundancy-group *
    node * ! %
      priority =#
    preempt ?
      delay =#
    gratuitous-arp-count|hold-down-interval =#
    interface-monitor
      * !
        weight =#
    ip-monitoring
      global-weight|global-threshold|retry-interval|retry-count =#
fpc *
  pic *
    number-of-ports =#
    tunnel-services
      bandwidth =
network-services =
redundancy
  failover
    on-disk-failure|on-loss-of-keepalives ?
  graceful-switchover ?
  routing-engine * =
alarm
  management-ethernet
    link-down =ignore|red|yellow
auto-image-upgrade
"""

VLANS: Final = """
* :vlan
  description =
  vlan-id =
  vlan-id-list +
  l3-interface =
  interface
    *
  switch-options
    mac-limit|interface-mac-limit =
  forwarding-options
    dhcp-security ?
      arp-inspection
      ip-source-guard
      ipv6-source-guard
      neighbor-discovery-inspection
      group *
        overrides
          trusted|untrusted
        interface *
    filter
      input|output =
"""
