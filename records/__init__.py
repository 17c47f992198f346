"""What was decided, done and seen: database, journal, evidence, approvals."""
