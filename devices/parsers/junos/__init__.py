"""Juniper Junos (EX, SRX)."""
