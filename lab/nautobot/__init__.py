"""A real Nautobot server for checks: set up from packages, filled from a seed, stopped without leftovers."""
