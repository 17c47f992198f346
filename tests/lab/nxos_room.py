"""A Nexus twin with the people at its terminals; all of it is closed again."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import paramiko

from lab.models import NeighbourSpec, TwinSpec
from lab.nxos.twin import NXOSTwin
from lab.twin import Clock, TwinCredential
from tests.lab.twin_bench import CONFIGURATIONS, USER

SPEC = TwinSpec(
    name="dc-sw1",
    platform="nxos",
    model="Nexus9000 C93180YC-FX3",
    configuration="nxos.cfg",
    management_interface="mgmt0",
    neighbours=(
        NeighbourSpec(
            local_interface="Ethernet1/1",
            device="core1",
            remote_interface="Ethernet3",
            system_description="Cisco Nexus Operating System (NX-OS) Software 10.3(9)",
            management_address="198.51.100.1",
        ),
    ),
)
TEXT = (CONFIGURATIONS / "nxos.cfg").read_text(encoding="utf-8")


class Person:
    """Somebody at a terminal of the switch."""

    def __init__(self, twin: NXOSTwin, credential: TwinCredential) -> None:
        self._client = paramiko.SSHClient()
        self._client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        self._client.connect(
            "127.0.0.1",
            twin.port,
            credential.username,
            credential.password,
            allow_agent=False,
            look_for_keys=False,
        )
        self._channel = self._client.invoke_shell()
        self._channel.settimeout(10)
        self.greeting = self.read("# ")

    def read(self, end: str) -> str:
        text = ""
        while not text.endswith(end):
            piece = self._channel.recv(4096).decode()
            assert piece, f"the session ended after {text!r}"
            text += piece
        return text

    def ask(self, line: str, end: str = "# ") -> str:
        """Type a line; return the answer between its echo and the next prompt."""
        self._channel.sendall(f"{line}\r".encode())
        text = self.read(end)
        _, _, answer = text.partition("\r\n")
        return answer.rpartition("\r")[0].replace("\r\n", "\n")

    def prompt_after(self, line: str) -> str:
        self._channel.sendall(f"{line}\r".encode())
        return self.read("# ").rpartition("\r")[2]

    def configure(self, *lines: str) -> list[str]:
        """Enter lines in configuration mode and return what was said to each."""
        self.ask("configure terminal")
        answers = [self.ask(line) for line in lines]
        self.ask("end")
        return answers

    def leave(self) -> None:
        self._client.close()


@contextmanager
def nxos_room(folder: Path, clock: Clock, *, text: str = TEXT) -> Iterator[tuple[NXOSTwin, Person]]:
    """Start a twin with one person logged in."""
    credential = TwinCredential(USER, secrets.token_urlsafe(12))
    twin = NXOSTwin(SPEC, text, credential, folder, clock)
    twin.start()
    try:
        person = Person(twin, credential)
        try:
            yield twin, person
        finally:
            person.leave()
    finally:
        twin.stop()
