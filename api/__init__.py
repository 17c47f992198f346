"""The HTTP service, its dashboard page and the samdrift command line."""
