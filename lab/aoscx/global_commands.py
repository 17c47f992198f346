"""The global configuration commands of AOS-CX, in the order in which the device shows them."""

from typing import Final

GLOBAL: Final = """
hostname = WORD
banner motd = LINE ; banner
banner exec = LINE ; banner

user WORD group WORD password {ciphertext|plaintext} WORD ; do secret
user WORD ; wipe
profile = WORD
clock timezone = WORD
vrf WORD
ntp server WORD = ...
ntp authentication =
ntp authentication-key <1-65534> = {md5|sha1} ...
ntp trusted-key <1-65534>
ntp vrf = WORD
ntp enable =
cli-session -> cli-session
tacacs-server host WORD = ... ; do secret
tacacs-server key = {ciphertext|plaintext} WORD ; do secret
tacacs-server timeout = <1-60>
radius-server host WORD = ... ; do secret
radius-server key = {ciphertext|plaintext} WORD ; do secret
aaa group server {tacacs|radius} WORD -> server-group
aaa authentication login {default|ssh|console|https-server} = LINE
aaa authentication limit-login-attempts = <1-10> lockout-time <1-3600>
aaa authentication minimum-password-length = <1-32>
aaa authentication allow-fail-through =
aaa authorization commands {default|ssh|console} = LINE
aaa accounting all-mgmt {default|ssh|console|https-server} = LINE
password complexity -> password-complexity
logging WORD = ...

user WORD authorized-key LINE
ssh server vrf WORD ; do vrf-service
ssh ciphers = LINE
ssh macs = LINE
ssh key-exchange-algorithms = LINE
ssh host-key-algorithms = LINE
ssh public-key-algorithms = LINE
ssh maximum-auth-attempts = <1-10>
ssh password-authentication = ; on
ssh server allow-list -> allow-list
telnet server vrf WORD
access-list {ip|ipv6} WORD -> access-list
apply access-list {ip|ipv6} WORD control-plane vrf WORD
dhcpv4-snooping =
vlan VLANS -> vlan ; select vlans ; sort
spanning-tree =
spanning-tree mode = {mstp|rpvst} ; hide mstp
spanning-tree priority = <0-15> ; hide 8
spanning-tree config-name = WORD
spanning-tree config-revision = <0-65535>
spanning-tree bpdu-guard timeout = <1-65535>
lldp = ; on
loop-protect re-enable-timer = <15-604800>
interface mgmt -> mgmt
port-access port-security enable =
aaa authentication port-access dot1x authenticator -> dot1x
aaa authentication port-access mac-auth -> dot1x
interface lag <1-256> [multi-chassis] -> lag ; select lag ; sort
interface PORT -> port ; sort
interface PORTS -> port ; select ports ; same
interface loopback <0-255> -> loopback ; sort
interface vlan <1-4094> -> interface-vlan ; sort
snmp-server vrf WORD
snmp-server system-location = LINE
snmp-server system-contact = LINE
snmp-server system-description = LINE
snmp-server community WORD
snmp-server host WORD = LINE
snmp-server snmpv3-only =
snmpv3 security-level = {no-auth|auth|auth-privacy}
snmpv3 user WORD = LINE ; do secret
vsx -> vsx
ip route A.B.C.D/L WORD ...
ipv6 route WORD WORD ...
ip source-interface {all|tacacs|radius|syslog|ntp|sflow|central|dns} = LINE
ip icmp redirect = ; on
mirror session <1-4> -> mirror ; sort
ip dns domain-name = WORD ...
ip dns server-address WORD ...

bluetooth = {enable|disable}
usb = ; on
aruba-central -> central
https-server session-timeout = <0-480> ; hide 20
https-server rest access-mode = {read-write|read-only}
https-server vrf WORD ; do vrf-service
"""
