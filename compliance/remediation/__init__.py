"""The smallest set of lines that mends what a device fails."""
