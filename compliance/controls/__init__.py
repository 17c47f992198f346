"""One documented pure function per control, over facts and context."""
