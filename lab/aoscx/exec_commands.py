"""The commands of AOS-CX outside configuration mode; ``do`` names what carries them out."""

from typing import Final

EXEC: Final = """
no page ; do nothing
page ; do nothing
configure [terminal] ; do configure
exit ; do leave
enable ; do nothing
terminal width <24-512> ; do width
terminal length <0-1000> ; do nothing
show running-config [all] ; do show-running
show running-config interface PORT ; do show-interface-configuration
show running-config interface {lag|vlan|loopback} <0-4094> ; do show-interface-configuration
show running-config interface mgmt ; do show-interface-configuration
show running-config hash ; do show-hash
show startup-config ; do show-startup
show version ; do show-version
show system ; do show-system
show clock ; do show-clock
show interface brief ; do show-interface-brief
show vlan ; do show-vlan
show lldp neighbor-info ; do show-lldp
show mirror [<1-4>] ; do show-mirror
show checkpoint [list all] ; do show-checkpoint
checkpoint auto <1-60> ; do arm
checkpoint auto confirm ; do confirm
checkpoint diff WORD WORD ; do diff
checkpoint rollback WORD ; do rollback
checkpoint rename WORD WORD ; do rename
copy running-config checkpoint WORD ; do copy-to-checkpoint
copy running-config startup-config ; do save
copy checkpoint WORD {running-config|startup-config} ; do copy-from-checkpoint
erase checkpoint WORD ; do erase
erase startup-config ; do erase-startup
write memory ; do save
"""
