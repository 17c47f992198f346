"""Planning of waves, and an independent check of every plan."""
