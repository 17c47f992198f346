"""The twin of a Palo Alto firewall: its XML API over HTTPS and its command line over SSH, both on loopback.

No recorded device was at hand. What is known, and from where:

- Palo Alto Networks, "PAN-OS XML API": request types, the codes of answers (403, 1, 6, 7, 13, 17, 400), that
  a commit without changes answers "There are no changes to commit."
- Palo Alto Networks, "CLI Quick Start" and "Manage Locks": modes and prompts, candidate and running, named
  configurations, config and commit locks; that a commit lock ends with its commit and a config lock does not
- answers of real devices in the test data of napalm-panos (``show interface``, the running configuration as
  XML) and in netmiko's issue 3033 (a commit that fails at 55 % and says ``Commit failed`` without ever
  reaching 100 %)
- terminal captures that people published: login, ``configure``, ``set``, the progress of a commit and the
  prompt that changes with the host name in the same commit, ``show system info``
- published clients of the API that look for its sentences: the locks' refusals, ``... is not a valid
  reference``, ``... constraints failed : ...``

No recording shows these, and the twin does what is likely:

- the indented form of ``show config diff`` (the parents of what changed, ``+`` and ``-`` at the margin)
- the words of ``Server error`` for a value out of range, for a name that is not there and for a move
- the tree of ``show lldp neighbors all`` beyond the fields that napalm-panos reads
- the table of ``show admins``, and of the locks

Left out: Panorama, several virtual systems, high availability, ``edit``/``up``/``top``, ``rename`` and
``copy``, commits of one administrator's part, REST, certificates as a login, content updates, other roles
than superuser, and the minute that a real commit takes.
"""
