"""The commands of the IOS exec mode: a table that names the handler of each."""

EXEC = """
enable ; do enable
disable ; do disable
{exit|logout|quit} ; do leave
terminal {length|width} <0-512> ; do nothing
terminal no monitor ; do nothing
terminal monitor ; do nothing
configure terminal ; do configure
configure terminal revert timer <1-120> ; do configure
configure confirm ; do confirm
configure revert now ; do revert-now
configure revert timer <1-120> ; do revert-timer
configure replace WORD ; do replace
configure replace WORD force ; do replace
configure replace WORD [list] force revert trigger error ; do replace
configure replace WORD [list] force revert trigger error timer <1-120> ; do replace
configure replace WORD [list] force revert timer <1-120> ; do replace
copy WORD WORD ; do copy
write ; do save
write memory ; do save
write {terminal|network} ; do show-running
dir ; do dir
dir {/all|/recursive} ; do dir
dir WORD ; do dir
verify /md5 WORD ; do verify
more WORD ; do more
delete [/force] WORD ; do delete
show archive ; do show-archive
show archive config rollback timer ; do show-timer
show archive config incremental-diffs WORD [ignorecase] ; do show-incremental
show archive config differences ; do show-differences
show archive config differences WORD [WORD] ; do show-differences
show clock [detail] ; do show-clock
show hosts ; do show-hosts
show interfaces status ; do show-interfaces-status
show ip dhcp snooping ; do show-dhcp-snooping
show ip interface brief ; do show-ip-interface-brief
show ip ssh ; do show-ip-ssh
show lldp neighbors ; do show-lldp
show lldp neighbors detail ; do show-lldp-detail
show lldp neighbors IF detail ; do show-lldp-detail
show logging ; do show-logging
show monitor ; do show-monitor
show monitor session {all|<1-66>} [detail] ; do show-monitor
show privilege ; do show-privilege
show snmp user [WORD] ; do show-snmp-user
show running-config ; do show-running
show running-config all ; do show-running-all
show running-config interface IF ; do show-running-interface
show startup-config ; do show-startup
show users ; do show-users
show version ; do show-version
show vlan ; do show-vlan
show vlan brief ; do show-vlan
"""
