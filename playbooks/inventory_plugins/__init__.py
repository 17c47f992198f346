"""Inventory plugins of Ansible; each is thin and calls the library."""
