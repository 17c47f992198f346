"""Check a folder of any size: municipality by municipality, on every processor, each only when it changed."""
