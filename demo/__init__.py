"""The demonstration: one municipality taken over, by the commands that a user has too.

It imports no room: what it shows is what the command lines do, and what it checks it looks up itself.
"""
