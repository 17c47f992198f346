"""Make the one account of the server; runs in Nautobot's own Python, as a script and never imported.

Reads ``{"username": ..., "token": ...}`` from standard input, so that no secret is on a command line.
"""

import importlib
import json
import sys
from typing import Any


def main() -> None:
    """Make a superuser without a password, and its token."""
    wanted = json.load(sys.stdin)
    nautobot: Any = importlib.import_module("nautobot")
    nautobot.setup()
    apps: Any = importlib.import_module("django.apps").apps
    user = apps.get_model("users", "User").objects.create_superuser(
        username=wanted["username"], email="check@example.dk", password=None
    )
    apps.get_model("users", "Token").objects.create(user=user, key=wanted["token"])


if __name__ == "__main__":
    main()
