"""An AOS-CX twin with the people at its terminals; all of it is closed again."""

import secrets
from contextlib import ExitStack
from pathlib import Path

import paramiko

from lab.aoscx.twin import AOSCXTwin
from lab.models import NeighbourSpec, TwinSpec
from lab.twin import Clock, TwinCredential
from tests.lab.twin_bench import CONFIGURATIONS, USER

SPEC = TwinSpec(
    name="sw-cx1",
    platform="aoscx",
    model="JL668A 6300F 24G",
    configuration="aoscx.cfg",
    management_interface="vlan 99",
    neighbours=(NeighbourSpec(local_interface="1/1/1", device="core1", remote_interface="Ethernet3"),),
)
TEXT = (CONFIGURATIONS / "aoscx.cfg").read_text(encoding="utf-8")
PORT_2 = "interface 1/1/2\n    no shutdown\n    no routing\n    vlan access 20\n"


class Person:
    """Somebody at a terminal of the device."""

    def __init__(self, twin: AOSCXTwin, credential: TwinCredential) -> None:
        self.client = paramiko.SSHClient()
        self.client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        self.client.connect(
            "127.0.0.1",
            twin.port,
            credential.username,
            credential.password,
            allow_agent=False,
            look_for_keys=False,
        )
        self.channel = self.client.invoke_shell()
        self.channel.settimeout(5)
        self.greeting = self.read("# ")

    def read(self, end: str) -> str:
        text = ""
        while not text.endswith(end):
            piece = self.channel.recv(4096).decode()
            assert piece, f"the session ended after {text!r}"
            text += piece
        return text

    def ask(self, line: str, end: str = "# ") -> str:
        """Type a line; return the answer between its echo and the next prompt."""
        self.channel.sendall(f"{line}\r".encode())
        text = self.read(end)
        _, _, answer = text.partition("\r\n")
        return answer.rpartition("\r\n")[0].replace("\r\n", "\n")

    def prompt_after(self, line: str) -> str:
        self.channel.sendall(f"{line}\r".encode())
        return self.read("# ").rpartition("\r\n")[2]

    def configure(self, *lines: str) -> list[str]:
        """Enter lines in configuration mode and return what the device said about them."""
        answers = [self.ask(line) for line in ("configure terminal", *lines, "end")]
        return [answer for answer in answers if answer and not answer.startswith(">> ")]


class Room:
    """A twin and the people at its terminals; all of them leave at the end."""

    def __init__(self, folder: Path, clock: Clock, stack: ExitStack) -> None:
        self._folder = folder
        self._clock = clock
        self._stack = stack
        self.credential = TwinCredential(USER, secrets.token_urlsafe(12))

    def start(self, spec: TwinSpec = SPEC, text: str = TEXT) -> AOSCXTwin:
        twin = AOSCXTwin(spec, text, self.credential, self._folder, self._clock)
        twin.start()
        self._stack.callback(twin.stop)
        return twin

    def enter(self, twin: AOSCXTwin, credential: TwinCredential | None = None) -> Person:
        person = Person(twin, credential or self.credential)
        self._stack.callback(person.client.close)
        return person
