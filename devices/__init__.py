"""Talk to switches and firewalls over NAPALM, and change them without ever losing one."""
