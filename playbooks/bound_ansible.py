"""Become ansible-playbook, bound to the life of the process that started it.

ansible-runner starts its program with SIGHUP ignored, so a killed runner would leave it working. A
parent-death signal is kept over exec.
"""

import os
import signal
import sys

from playbooks.process_end import end_with_parent

if __name__ == "__main__":
    end_with_parent(int(sys.argv[1]), signal.SIGKILL)
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606 - the program and its arguments come from ansible-runner
