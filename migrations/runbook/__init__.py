"""Runbooks: ordered steps with their compensations, carried out by the durable engine."""
