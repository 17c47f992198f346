"""Clients of virtualisation platforms behind one protocol."""
