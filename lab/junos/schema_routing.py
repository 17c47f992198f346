"""Schema of protocols, policy options, routing options and routing instances."""

from typing import Final

BGP_LEAVES: Final = """
description =
type =internal|external
local-address|local-as|peer-as|hold-time|cluster|authentication-algorithm|authentication-key-chain =
authentication-key = ~
metric-out|preference|out-delay =
import|export +
allow +
advertise-inactive|advertise-peer-as|as-override|log-updown|passive|damping|no-advertise-peer-as|vpn-apply-export
remove-private ?
  all ?
    replace
multihop ?
  ttl =#
multipath ?
  multiple-as
path-selection
  always-compare-med|cisco-non-deterministic|external-router-id
graceful-restart ?
  disable
  restart-time =#
bfd-liveness-detection
  minimum-interval|multiplier =#
family >
  inet|inet6|inet-vpn|inet6-vpn|evpn|l2vpn
    unicast|any|multicast|labeled-unicast|signaling ?
      loops =#
      prefix-limit
        maximum =#
        teardown ? !
          * ?
      rib-group =
"""

PROTOCOLS: Final = """
router-advertisement
  interface *
    prefix *
bgp
  &bgp
  disable
  group *
    &bgp
    neighbor *
      &bgp
ospf|ospf3
  reference-bandwidth =
  export|import +
  traffic-engineering ?
  area *
    stub ? !
      no-summaries
      default-metric =#
    nssa ?
      no-summaries
    area-range *
      restrict|exact
      override-metric =#
    interface *
      passive ?
      disable
      interface-type =
      metric|hello-interval|dead-interval|priority =#
      authentication
        simple-password = ~
        md5 * !
          key = ~
rip
  group *
    export +
    neighbor *
isis
  interface *
    passive
  level * !
    wide-metrics-only|disable
mpls|ldp|rsvp|pim
  interface *
    mode =
    disable
l2-learning
  global-mode =switching|transparent-bridge
  global-mac-table-aging-time =#
lldp|lldp-med ?
  disable
  port-id-subtype =interface-name|locally-assigned
  management-address =
  advertisement-interval|hold-multiplier|transmit-delay =#
  interface *
    disable|enable
    trap-notification
igmp-snooping
  vlan *
    interface *
rstp ?
  disable
  bridge-priority =
  hello-time|max-age|forward-delay =#
  bpdu-block-on-edge
  interface * &stp
mstp ?
  disable
  configuration-name =
  revision-level =#
  bridge-priority =
  bpdu-block-on-edge
  interface * &stp
  msti *
    bridge-priority =
    vlan +
vstp
  bpdu-block-on-edge
  vlan *
    bridge-priority =
    interface * &stp
  interface * &stp
layer2-control
  bpdu-block
    interface *
      disable|drop
    disable-timeout =#
  nonstop-bridging
dot1x
  authenticator
    authentication-profile-name =
    interface *
      supplicant =single|single-secure|multiple
      mac-radius ?
        restrict
      retries|quiet-period|transmit-period|reauthentication =#
      no-reauthentication
      guest-vlan =
sflow
  collector *
    udp-port =#
  polling-interval =#
  interfaces *
"""

SPANNING_TREE: Final = """
disable
edge
no-root-port
mode =point-to-point|shared
cost|priority =#
bpdu-timeout-action
  block|alarm
"""

POLICY_ACTION: Final = """
from %
  protocol|interface|next-hop|area|neighbor|instance|rib|family|level +
  as-path|community|condition|policy +
  metric|local-preference|tag|preference =#
  route-type|origin|validation-state =
  validation-database =valid|invalid|unknown
  prefix-list *
  prefix-list-filter * *
  route-filter|source-address-filter * !
    exact|longer|orlonger
    upto|prefix-length-range|through =
to %
  protocol|interface|neighbor|rib +
then %
  accept|reject
  next =policy|term
  default-action =
  local-preference|metric|preference =#
    add|subtract =#
  origin|as-path-prepend|load-balance|next-hop|tag =
  community * *
  validation-state =valid|invalid|unknown
  external
    type =#
"""

POLICY_OPTIONS: Final = """
prefix-list *
  apply-path =
  *
policy-statement *
  &action
  term * &action
community * !
  invert-match
  members +
as-path *=
as-path-group *
  as-path *=
condition *
  if-route-exists
    table =
    address-family
      inet|inet6
        *
    *
"""

ROUTE: Final = """
next-hop +
discard|reject|receive
qualified-next-hop *
  preference|metric =#
preference|metric|tag =#
community|as-path =
no-readvertise|readvertise|no-install|retain|no-resolve|resolve|active|passive|brief|full
next-table =
policy +
"""

ROUTING_OPTIONS: Final = """
router-id =
autonomous-system =
interface-routes
  rib-group
    inet|inet6 =
rib-groups
  *
    import-rib +
static
  defaults
    &route
  route * % &route
aggregate
  route * % &route
generate
  route * % &route
rib *
  static
    route * % &route
  aggregate
    route * % &route
graceful-restart ?
  disable
  restart-duration =#
instance-import +
forwarding-table
  export +
martians
  *
    orlonger
    allow
validation
  group *
    session *
      port =#
"""

ROUTING_INSTANCES: Final = """
* :instance
  description =
  instance-type =
  interface *
  route-distinguisher =
  vrf-target =
    import|export =
  vrf-import|vrf-export +
  vrf-table-label
  routing-options &routing-options
  protocols &protocols
"""
