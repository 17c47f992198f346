"""The twin of a Cisco Nexus switch: the command line of NX-OS over SSH on loopback.

Known from recordings and documents: prompts, echo, the order and form of ``show running-config``, what is
hidden in it, ``show version``, the marker below a refused line, features that have to be switched on, named
and filed checkpoints, ``rollback running-config`` and that nothing is ever taken back by itself.

No recording shows these, and the twin does what is likely:

- the words of a refusal of a well-formed line that begin with ``ERROR:``, and of a weak password
- the place of rare global lines in print, the delimiter of the banner, the question before a checkpoint file
  is written over, ``show checkpoint`` and ``show running-config all`` beyond the defaults of its tables
- whether a port that stops or begins to be a switch port keeps its state (it falls back to its default)
- `show startup-config` without a startup configuration

Left out: NX-API, SCP, virtual device contexts other than the first, VPC peers, roles other than
administrators, the users that SNMP gets beside local ones, and the minutes that a rollback may take.
"""
