"""Advisories (R22): a CSAF 2.0 document in, the affected devices out."""
