"""Pulumi programs and the project's own resource provider that build a regional centre."""
