"""What exists and what is intended, read from YAML, checked and frozen into a snapshot."""
