"""Stand-ins for the outside world, reached by wire protocol only."""
