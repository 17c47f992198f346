"""The twin of an Aruba AOS-CX switch: its command line over SSH on loopback.

Known from recordings and documents: prompts, echo, errors, `show running-config`, `show version`,
`show system`, checkpoints and their texts, and that the automatic checkpoint ends with its session.

No recording shows these, and the twin does what is likely:

- the words of a refusal of a well-formed line (a VLAN that is not there, a routed port) and of
  ``checkpoint auto`` while its timer runs, or ``checkpoint auto confirm`` while none does
- what deleting a VLAN does to the ports that carry it (access ports fall back to VLAN 1)
- ``no vlan trunk allowed`` that empties the list, and which lines a port loses when it joins a LAG
- the place of rare global lines in print, ``show mirror``, ``show running-config all``, the banner's prompt
- `show startup-config` without a startup configuration, and the columns of ``show checkpoint``

Left out: REST, ``copy`` from and to servers, VSX and VSF peers, word completion by the space bar, other roles
than administrators, and the seconds in which a restoring device answers nobody.
"""
