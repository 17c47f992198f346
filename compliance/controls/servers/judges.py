"""Every control that servers are asked, and the function that judges it there."""

from collections.abc import Mapping
from typing import Final

from compliance.controls.judged import Judge
from compliance.controls.servers import access, accounts, firewall, records, system

MODULES: Final = (access, accounts, firewall, records, system)

ON_SERVERS: Final[Mapping[str, Judge]] = {
    control: judge for module in MODULES for control, judge in module.ON_SERVERS.items()
}
