"""The lines that mend, one file for each topic of controls."""
