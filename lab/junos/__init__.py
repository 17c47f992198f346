"""A Junos SRX twin: a statement tree, a commit database and NETCONF over SSH."""
