"""The offline pack: what a municipality needs on the worst day, readable without this software (R21)."""
