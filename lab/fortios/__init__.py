"""The FortiOS twin: a FortiGate that speaks the REST API."""
