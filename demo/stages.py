"""The stages of the demonstration, in the order of a takeover."""

import json
import shutil
import socket
import subprocess
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from demo.commands import Commands, DemoFailed
from demo.oracles import Look, look_at_disks, look_at_probe, look_at_twins
from demo.place import APPROVERS, AUTHOR, EXAMPLE, Place

LAB_FILE = EXAMPLE / "lab" / "lab.yaml"
DEVICES = ("ndj-acc1", "ndj-acc2", "ndj-acc3", "ndj-core1", "ndj-edge1", "ndj-fw1", "ndj-fw2")
MOVED = ("ndj-care1", "ndj-esdh1", "ndj-web1")
STAYS = "ndj-file1"
CUT = "ndj-acc3"
CUT_LINES = "interface Vlan10\n shutdown\n"
TAMPERED = "ndj-acc2"
TAMPERED_LINE = "ip http server"
_SAID_NO = 1
_NOT_POSSIBLE = 2
_PAUSE_SECONDS = 0.1
_MOST_ATTEMPTS = 200


@dataclass
class Stages:
    """What the stages share while they run."""

    place: Place
    commands: Commands
    port: int
    looks: list[Look] = field(default_factory=list)
    status: dict[str, Any] = field(default_factory=dict)

    def check_inventory(self) -> str:
        """Check the example, and a copy of it with a mistake."""
        self.commands.run("samdrift", "inventory", "check", str(EXAMPLE))
        copy = self.place.work / "with-a-mistake"
        shutil.copytree(EXAMPLE, copy)
        file = copy / "municipalities" / "norddjurs" / "devices.yaml"
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("role: firewall", "role: firewal", 1), encoding="utf-8")
        told = self.commands.run("samdrift", "inventory", "check", str(copy), expect=_SAID_NO)
        if "devices.yaml" not in told or "firewal" not in told:
            raise DemoFailed("the planted mistake was not told with its file; see the log")
        return "clean; a planted mistake is told with file and line"

    def start_lab(self) -> str:
        """Start the twins, both libvirt hosts and the guests; make the approvers' keys."""
        self.commands.run("samdrift-lab", "up", str(LAB_FILE), "--folder", str(self.place.lab), "--detach")
        lines = []
        for person in (*APPROVERS, AUTHOR):
            key = self.place.key(person)
            subprocess.run(
                ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", person, "-f", str(key)],
                check=True,
                timeout=30,
            )
            lines.append(f'{person} namespaces="samdrift" {key.with_suffix(".pub").read_text()}')
        self.place.signers.write_text("".join(lines))
        endpoints = json.loads(self.place.endpoints.read_text())
        return f"{len(endpoints['devices'])} twins, {len(endpoints['servers'])} guests on two libvirt hosts"

    def build_landing_zone(self) -> str:
        """Preview, approve and build the networks and target machines in the centre."""
        plan = str(self.place.plan("landing-zone"))
        self.commands.run("samdrift", "stack", "preview", "--output", plan)
        self.commands.run("samdrift", "stack", "up", "--plan", plan, expect=_NOT_POSSIBLE)
        self._approve(plan, "apply", APPROVERS[0])
        told = self.commands.run("samdrift", "stack", "up", "--plan", plan)
        return told.strip().splitlines()[-1].strip()

    def harden(self) -> str:
        """Collect, judge, plan, approve and apply; a second plan finds nothing to do."""
        self.commands.run("samdrift", "devices", "collect")
        plan = str(self.place.plan("harden"))
        self.commands.run("samdrift", "harden", "plan", "--output", plan)
        self.commands.run(
            "samdrift", "plan", "approve", plan, "--purpose", "apply", "--key", str(self.place.key(AUTHOR)),
            expect=_NOT_POSSIBLE,
        )  # fmt: skip
        self._approve(plan, "apply", APPROVERS[1])
        told = self.commands.run("samdrift", "harden", "apply", "--plan", plan)
        self.commands.run("samdrift", "harden", "plan", expect=_NOT_POSSIBLE)
        confirmed = sum(line.endswith(": confirmed") for line in told.splitlines())
        return f"{confirmed} devices hardened and mirrored; a second plan finds nothing to change"

    def cut_management(self) -> str:
        """Apply a change that cuts the way to a device: it must come back by itself."""
        lines = self.place.work / "cut.txt"
        lines.write_text(CUT_LINES, encoding="ascii")
        plan = str(self.place.plan("cut"))
        self.commands.run(
            "samdrift", "harden", "plan", "--select", f"name={CUT}", "--lines", str(lines),
            "--revert-minutes", "1", "--output", plan,
        )  # fmt: skip
        self._approve(plan, "apply", APPROVERS[0])
        told = self.commands.run("samdrift", "harden", "apply", "--plan", plan, expect=_SAID_NO)
        if f"{CUT}: reverted" not in told:
            raise DemoFailed(f"{CUT} did not tell that it came back by itself; see the log")
        return f"{CUT} lost its way to us, took the change back by itself, and the run says so"

    def seed(self) -> str:
        """Plan the wave, let two others sign it, and copy the servers while they work."""
        plan = str(self.place.plan("wave"))
        self.commands.run(
            "samdrift", "wave", "plan", "--sync-rounds", "2", "--service-check-seconds", "30",
            "--output", plan,
        )  # fmt: skip
        self._approve(plan, "wave-plan", APPROVERS[0])
        self.commands.run("samdrift", "wave", "seed", "--plan", plan, expect=_NOT_POSSIBLE)
        self._approve(plan, "wave-plan", APPROVERS[1])
        told = self.commands.run("samdrift", "wave", "seed", "--plan", plan)
        return f"{told.count(': completed')} servers copied while they served, and kept in step"

    def cut_over(self) -> str:
        """Let two others sign the cutover, and carry it out: three arrive, one goes back."""
        plan = str(self.place.plan("wave"))
        for person in APPROVERS:
            self._approve(plan, "cutover", person)
        told = self.commands.run("samdrift", "wave", "cutover", "--plan", plan, expect=_SAID_NO)
        missing = [name for name in MOVED if f"{name}: completed" not in told]
        if missing or f"{STAYS}: gone back" not in told:
            raise DemoFailed(f"{', '.join(missing) or STAYS} did not end as it should; see the log")
        return f"{len(MOVED)} servers moved; {STAYS} went back and serves where it was"

    def find_drift(self) -> str:
        """Change a device behind the controller's back and let it be found."""
        lab = str(self.place.lab)
        self.commands.run("samdrift-lab", "console", TAMPERED, "--folder", lab, "--line", TAMPERED_LINE)
        told = self.commands.run("samdrift", "devices", "drift", expect=_SAID_NO)
        if f"{TAMPERED}: + {TAMPERED_LINE}" not in told:
            raise DemoFailed(f"the change of {TAMPERED} was not found; see the log")
        return f"{TAMPERED}: + {TAMPERED_LINE}"

    def show_status(self) -> str:
        """Serve status and page, and ask for both with and without the token."""
        self.commands.start("samdrift", "serve")
        token = _wait_for_token(self.place.state / "api-token")
        address = f"http://127.0.0.1:{self.port}"
        self.status = json.loads(_get(f"{address}/api/v1/status", token))
        page = _get(f"{address}/", token)
        if "Norddjurs" not in page or TAMPERED_LINE not in page:
            raise DemoFailed("the page does not show what happened")
        self.commands.run("samdrift", "journal", "verify")
        self.commands.run("samdrift", "status")
        return f"{self.status['journal_entries']} journal entries, the chain holds; page at {address}"

    def compare(self) -> str:
        """Ask the three oracles whether the summary is true."""
        (municipality,) = self.status["municipalities"]
        lab = str(self.place.lab)
        states = {
            name: json.loads(self.commands.run("samdrift-lab", "state", name, "--folder", lab))
            for name in DEVICES
        }
        probe = json.loads(self.commands.run("samdrift-lab", "probe", "--folder", lab))
        devices, servers = municipality["devices"], municipality["servers"]
        self.looks = [
            look_at_twins(states, devices, drifted={TAMPERED: TAMPERED_LINE}, reverted=(CUT,)),
            look_at_disks(self.place, servers, moved=MOVED),
            look_at_probe(probe["summary"], probe["problems"], servers, moved=MOVED),
        ]
        wrong = [text for look in self.looks for text in look.disagreements]
        if wrong:
            raise DemoFailed("the summary is not true:\n  " + "\n  ".join(wrong))
        return "second doors, disks and probe agree with the summary"

    def _approve(self, plan: str, purpose: str, person: str) -> None:
        self.commands.run(
            "samdrift", "plan", "approve", plan, "--purpose", purpose, "--key", str(self.place.key(person)),
        )  # fmt: skip


def _wait_for_token(file: Path) -> str:
    for _ in range(_MOST_ATTEMPTS):
        if file.exists() and file.read_text().strip():
            return file.read_text().strip()
        _pause()
    raise DemoFailed("the status service made no token; see the log")


def _get(url: str, token: str) -> str:
    """Ask the service, waiting while it starts."""
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})  # noqa: S310  # loopback
    reason = "nothing was asked"
    for _ in range(_MOST_ATTEMPTS):
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  # loopback
                return str(answer.read().decode())
        except OSError as error:
            reason = str(error)
            _pause()
    raise DemoFailed(f"{url} gave no answer: {reason}")


def _pause() -> None:
    time.sleep(_PAUSE_SECONDS)


def free_port() -> int:
    """Return a loopback port that is free now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
