"""Readers that turn a source into the inventory's models; each says where every fact came from."""
