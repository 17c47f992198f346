"""Writers of the inventory: the YAML that people write, from the models."""
