"""Judge configurations that lie in files, without network or database."""
