"""Imports: facts of other systems, merged into what people wrote, field by field and with provenance."""
