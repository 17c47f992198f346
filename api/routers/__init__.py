"""Routers of the service, one per subject; each has a template or schema of the same name."""
