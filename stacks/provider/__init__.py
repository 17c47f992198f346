"""The project's own Pulumi resource provider, a process of its own beside the Pulumi engine."""
