"""Evidence for an auditor: a signed folder that a browser reads without a network."""
