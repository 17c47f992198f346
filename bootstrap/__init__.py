"""Set up everything a checkout needs on a fresh machine; standard library only."""
