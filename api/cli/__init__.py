"""The command line ``samdrift``: one module per group of commands, imported only when it is used."""
