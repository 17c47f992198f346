"""Schema of ``[edit system]``."""

from typing import Final

SYSTEM: Final = """
host-name =
domain-name =
domain-search +
time-zone =
no-redirects
no-redirects-ipv6
no-ping-record-route
no-ping-time-stamp
no-multicast-echo
ports
  console
    log-out-on-disconnect
    type =
    disable
    insecure
  auxiliary
    disable
    insecure
authentication-order +
root-authentication
  encrypted-password = ~
  ssh-rsa|ssh-ed25519|ssh-ecdsa *
    from =
  no-public-keys
name-server
  * &routing
radius-server|tacplus-server
  *
    port|timeout|retry|accounting-port =#
    secret = ~
    source-address =
    routing-instance =
    single-connection
radius-options|tacplus-options
  password-protocol =
  service-name =
  attributes
    nas-ip-address =
accounting
  events +
  destination
    tacplus ?
      server
        * &aaa
    radius ?
      server
        * &aaa
login
  announcement|message =
  idle-timeout =#
  class *
    idle-timeout =#
    permissions +
    allow-commands|deny-commands|allow-configuration|deny-configuration =
    login-alarms
    login-tip
  user *
    full-name =
    uid =#
    class =
    authentication
      encrypted-password = ~
      ssh-rsa|ssh-ed25519|ssh-ecdsa *
        from =
      no-public-keys
  password
    minimum-length|maximum-length|minimum-changes|minimum-numerics|minimum-upper-cases =#
    minimum-lower-cases|minimum-punctuations|minimum-reuse|minimum-lifetime|maximum-lifetime =#
    change-type =character-sets|set-transitions
    format =sha256|sha512|sha1|md5|des
  retry-options
    tries-before-disconnect|backoff-threshold|backoff-factor|minimum-time|maximum-time|lockout-period =#
services
  ftp|finger|rlogin|telnet|tftp-server|xnm-clear-text|xnm-ssl ?
    connection-limit|rate-limit =#
  ssh ?
    root-login =allow|deny|deny-password
    no-tcp-forwarding|tcp-forwarding|no-passwords|no-password-authentication|no-challenge-response
    no-public-keys|sftp-server
    protocol-version +
    ciphers|macs|key-exchange|hostkey-algorithm +
    max-sessions-per-connection|max-pre-authentication-packets =#
    client-alive-count-max|client-alive-interval|connection-limit|rate-limit|port =#
    authentication-order +
  netconf
    ssh ?
      connection-limit|rate-limit|port =#
    rfc-compliant
    yang-compliant
    traceoptions
      file =
      flag *
  rest
    http ?
      port =#
      addresses +
    https ?
      port =#
      server-certificate =
    enable-explorer
  web-management
    management-url =
    http ?
      port =#
      interface +
    https ?
      port =#
      interface +
      system-generated-certificate
      local-certificate =
      pki-local-certificate =
    session
      idle-timeout|session-limit =#
  dhcp-local-server
    group *
      interface *
  dns
    dns-proxy
      interface *
      default-domain *
        forwarders
          *
  dhcp
    pool *
      address-range
        low|high =
      router
        *
syslog
  archive ! ?
    size =
    files =#
    world-readable|no-world-readable
  user *
    &facilities
    match =
  host *
    &facilities
    match =
    allow-duplicates
    port =#
    facility-override|log-prefix|source-address|routing-instance =
    exclude-hostname
    structured-data ?
      brief
    transport =udp|tcp|tls
  file *
    &facilities
    match =
    archive ! ?
      size =
      files =#
      world-readable|no-world-readable
    explicit-priority
    structured-data ?
      brief
  console
    &facilities
  time-format ! ?
    year|millisecond
  source-address =
  log-rotate-frequency =#
  allow-duplicates
  routing-instance =
max-configurations-on-flash =#
max-configuration-rollbacks =#
commit
  synchronize
  persist-groups-inheritance
  delta-export
  fast-synchronize
archival
  configuration
    transfer-interval =#
    transfer-on-commit
    archive-sites
      *
        password = ~
license
  autoupdate
    url *
      password = ~
  keys
    key =
extensions
  providers *
    license-type * deployment-scope * !
phone-home
  server =
  rfc-compliant
processes
  * !
    disable|enable
    failover =
ntp
  boot-server =
  authentication-key * !
    type =md5|sha1|sha256
    value = ~
  server|peer * !
    key|version =#
    prefer
    routing-instance =
  trusted-key +
  source-address * ! ?
    routing-instance =
  interval-range =#
internet-options
  icmpv4-rate-limit|icmpv6-rate-limit !
    packet-rate|bucket-size =#
  no-source-quench|source-quench|tcp-drop-synfin-set|no-tcp-reset
  no-tcp-rfc1323|path-mtu-discovery|no-path-mtu-discovery
management-instance
autoinstallation ?
  delete-upon-commit
  interfaces
    *
      bootp
arp
  aging-timer =#
backup-router =
dump-on-panic
location
  building|floor|country-code =
static-host-mapping
  *
    inet +
"""

FACILITIES: Final = """
any|authorization|change-log|conflict-log|daemon|dfc|external|firewall|ftp|interactive-commands =SEVERITY
kernel|ntp|pfe|security|user =SEVERITY
""".replace(
    "SEVERITY",
    "alert|any|critical|emergency|error|info|none|notice|warning",
)

ROUTING_INSTANCE: Final = """
routing-instance =
"""

AAA_SERVER: Final = """
port|timeout =#
secret = ~
source-address =
single-connection
"""
