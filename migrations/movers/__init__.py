"""Movers: carry a server's disks from one host to another and switch it over."""
