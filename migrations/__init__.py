"""The controller: plan, approve, move, verify, or go back."""
