"""The commands of NX-OS outside configuration mode; ``do`` names what carries them out."""

from typing import Final

EXEC: Final = """
terminal length <0-511> ; do nothing
terminal width <24-511> ; do nothing
terminal dont-ask ; do dont-ask
no terminal dont-ask ; do ask
terminal {monitor|no} ... ; do nothing
configure [terminal] ; do configure
exit ; do leave
end ; do nothing
show running-config ; do show-running
show running-config all ; do show-running-all
show running-config interface IF ; do show-interface-configuration
show startup-config ; do show-startup
show version ; do show-version
show hostname ; do show-hostname
show hosts ; do show-hosts
show clock ; do show-clock
show inventory ; do show-inventory
show interface status ; do show-interface-status
show vlan [brief] ; do show-vlan
show lldp neighbors ; do show-lldp
show lldp neighbors detail ; do show-lldp-detail
show cdp neighbors detail ; do show-cdp-detail
show monitor session {all|<1-48>} ; do show-monitor
show monitor ; do show-monitor
show users ; do show-users
show user-account ; do show-user-account
show snmp user ; do show-snmp-user
show ssh server ; do show-ssh-server
show feature ; do show-feature
show checkpoint summary ; do show-checkpoint-summary
show checkpoint [all] ; do show-checkpoint
show checkpoint WORD ; do show-one-checkpoint
show diff rollback-patch {checkpoint|file} WORD {running-config|startup-config} ; do diff
show diff rollback-patch {checkpoint|file} WORD {checkpoint|file} WORD ; do diff
show diff rollback-patch {running-config|startup-config} {checkpoint|file} WORD ; do diff
show diff rollback-patch {running-config|startup-config} {running-config|startup-config} ; do diff
checkpoint file WORD ; do checkpoint-file
checkpoint WORD ; do checkpoint
no checkpoint file WORD ; do erase-file
no checkpoint WORD ; do erase-checkpoint
rollback running-config {checkpoint|file} WORD [{atomic|best-effort|stop-at-first-failure}] ; do rollback
copy running-config startup-config ; do save
dir [WORD] ; do dir
delete WORD [no-prompt] ; do delete
"""
