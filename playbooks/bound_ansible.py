"""Run ansible-playbook bound to the life of the process that started it, with the drivers loaded once.

ansible-runner starts its program with SIGHUP ignored, so a killed runner would leave it working. And Ansible
forks its workers from this process: what is loaded here is shared by all of them, what is not is loaded again
for every device.
"""

import gc
import signal
import sys
from typing import cast

from devices.drivers.opening import load_drivers
from devices.models import Platform
from playbooks.process_end import end_with_parent


def main() -> None:
    """Load what the workers need, then run ansible-playbook in this process."""
    parent_pid, platforms, *command = sys.argv[1:]
    end_with_parent(int(parent_pid), signal.SIGKILL)
    # The run itself wrote this command line, from models that know the platforms.
    load_drivers(cast("list[Platform]", platforms.split(",")))
    sys.argv = command
    # Ansible looks at the process's streams and arguments while it is imported.
    from ansible.cli.playbook import main as run_playbook  # noqa: PLC0415

    import playbooks.device_actions  # noqa: F401, PLC0415 - loaded for the workers

    # A worker's garbage collector must leave all this alone, or the kernel copies the pages that hold it.
    gc.collect()
    gc.freeze()
    run_playbook()


if __name__ == "__main__":
    main()
