"""Judge collected configurations by documented controls, and say what would mend them."""
