"""Tables that this room reads: the controls, and the lines that mend."""
