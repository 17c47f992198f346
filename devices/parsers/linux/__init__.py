"""Readers of what a Linux server says of itself, one file per topic."""
