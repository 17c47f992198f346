"""Schema of ``[edit security]``, ``[edit applications]`` and ``[edit firewall]``."""

from typing import Final

HOST_INBOUND: Final = """
system-services
  *
    except
protocols
  *
    except
"""

POLICY: Final = """
description =
match
  source-address|destination-address|application|source-identity|dynamic-application +
  from-zone|to-zone +
  source-address-excluded|destination-address-excluded
then
  permit ?
    application-services
      idp|utm-policy|idp-policy =
    tunnel
      ipsec-vpn =
    firewall-authentication
  deny|reject ?
  log
    session-init|session-close
  count ?
scheduler-name =
"""

SECURITY: Final = """
log
  mode =event|stream
  format =
  source-address =
  report
  cache ?
  stream *
    severity|format|category =
    host
      * ?
      port =#
alarms
  potential-violation
    authentication =#
pki
  ca-profile *
    ca-identity =
    revocation-check
      disable
ike
  traceoptions
    flag *
  proposal *
    description =
    authentication-method|dh-group|authentication-algorithm|encryption-algorithm =
    lifetime-seconds =#
  policy *
    mode =
    proposals +
    proposal-set =
    pre-shared-key ! ~
      ascii-text|hexadecimal = ~
  gateway *
    ike-policy =
    address +
    dead-peer-detection ?
      always-send|optimized|probe-idle-tunnel
      interval|threshold =#
    local-identity|remote-identity !
      inet|hostname|user-at-hostname =
    external-interface|local-address|version =
    nat-keepalive =#
    no-nat-traversal
ipsec
  proposal *
    description =
    protocol|authentication-algorithm|encryption-algorithm =
    lifetime-seconds|lifetime-kilobytes =#
  policy *
    perfect-forward-secrecy
      keys =
    proposals +
    proposal-set =
  vpn *
    bind-interface =
    df-bit =
    vpn-monitor ?
      optimized
      destination-ip|source-interface =
    ike
      gateway|ipsec-policy =
      proxy-identity
        local|remote|service =
    traffic-selector *
      local-ip|remote-ip =
    establish-tunnels =
address-book *
  description =
  address * %
    * ?
    description =
    dns-name *
    range-address *
      to
        *
  address-set *
    description =
    address *
    address-set *
  attach
    zone *
alg
  *
    disable
application-tracking ?
  disable
flow
  tcp-mss
    all-tcp|ipsec-vpn|gre-in|gre-out
      mss =#
  tcp-session
    no-syn-check|no-sequence-check|rst-sequence-check|strict-syn-check|rst-invalidate-session
    tcp-initial-timeout =#
  aging
    early-ageout|low-watermark|high-watermark =#
  allow-dns-reply|force-ip-reassembly
  syn-flood-protection-mode =
screen
  ids-option *
    description =
    alarm-without-drop
    icmp
      flood|ip-sweep ?
        threshold =#
      fragment|icmpv6-malformed|large|ping-death
    ip
      bad-option|block-frag|loose-source-route-option|record-route-option|security-option
      source-route-option|spoofing|stream-option|strict-source-route-option|tear-drop
      timestamp-option|unknown-protocol
    tcp
      fin-no-ack|land|syn-fin|syn-frag|tcp-no-flag|winnuke
      port-scan|tcp-sweep ?
        threshold =#
      syn-flood ?
        alarm-threshold|attack-threshold|source-threshold|destination-threshold|timeout =#
      syn-ack-ack-proxy ?
        threshold =#
    udp
      flood|port-scan|udp-sweep ?
        threshold =#
    limit-session
      source-ip-based|destination-ip-based =#
  traps
    interval =#
nat
  source
    address-persistent
    interface
      port-overloading
        off
    pool *
      address
        * ?
      port
        no-translation
        range =
      overflow-pool =
    pool-utilization-alarm
      raise-threshold|clear-threshold =#
    rule-set *
      from|to %
        zone|interface|routing-instance +
      rule *
        description =
        match
          source-address|destination-address|source-address-name|destination-address-name +
          application|protocol +
          destination-port
            *
        then
          source-nat
            interface ?
              persistent-nat
                permit =
            off
            pool ?
              * ?
  destination
    pool *
      address ?
        * ?
        port =#
      routing-instance =
    rule-set *
      from %
        zone|interface|routing-instance +
      rule *
        description =
        match
          source-address|source-address-name +
          destination-address|destination-address-name
            *
          application|protocol +
          destination-port
            *
        then
          destination-nat
            off
            pool
              *
  static
    rule-set *
      from %
        zone|interface|routing-instance +
      rule *
        match
          source-address|destination-address
            *
        then
          static-nat
            prefix
              *
  proxy-arp
    interface *
      address
        *
          to
            *
policies
  from-zone * to-zone * :policy
    policy * &policy
  global
    policy * &policy
  default-policy %
    permit-all|deny-all
  pre-id-default-policy
    then
      log
        session-init|session-close
  policy-rematch ?
    extensive
zones
  functional-zone >
    management
      interfaces
        *
          host-inbound-traffic &inbound
      host-inbound-traffic &inbound
  security-zone *
    description =
    tcp-rst
    screen =
    application-tracking
    address-book
      address * %
        * ?
      address-set *
        address *
    host-inbound-traffic &inbound
    interfaces
      *
        host-inbound-traffic &inbound
forwarding-options
  family >
    inet6|mpls|iso
      mode =
"""

APPLICATIONS: Final = """
application *
  description =
  protocol|source-port|destination-port|icmp-type|icmp-code|application-protocol =
  inactivity-timeout =
  term * !
    protocol|source-port|destination-port|alg =
    inactivity-timeout =
application-set *
  description =
  application *
  application-set *
"""

FIREWALL_TERM: Final = """
from
  source-address|destination-address|address
    *
      except
  source-prefix-list|destination-prefix-list|prefix-list
    *
      except
  protocol|protocol-except|next-header|payload-protocol +
  port|source-port|destination-port|source-port-except|destination-port-except|port-except +
  icmp-type|icmp-code|dscp|packet-length|ttl|hop-limit|fragment-offset +
  tcp-flags|fragment-flags|interface|ip-options|traffic-class|forwarding-class =
  tcp-established|tcp-initial|is-fragment|first-fragment
  ether-type|vlan|user-vlan-id +
  source-mac-address|destination-mac-address
    *
then %
  accept
  discard ?
  reject ?
    administratively-prohibited|tcp-reset
  log|syslog|sample|port-mirror
  count|policer|forwarding-class|loss-priority|analyzer|next =
  routing-instance =
"""

FIREWALL: Final = """
family >
  inet|inet6|ethernet-switching|any|mpls
    filter *
      interface-specific
      term * &term
policer *
  if-exceeding
    bandwidth-limit|burst-size-limit =
    bandwidth-percent =#
  then %
    discard
    loss-priority|forwarding-class =
filter *
  term * &term
"""
