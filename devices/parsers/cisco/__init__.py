"""Cisco IOS and NX-OS, and Arista EOS, whose configurations are written alike."""
