"""Discovery: from a few addresses to the devices and links of a network, by what devices say themselves."""
