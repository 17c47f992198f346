"""The set-up is no installed package: it runs before anything is installed, from the checkout's root."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
