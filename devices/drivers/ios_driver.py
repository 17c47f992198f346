"""Cisco IOS over SSH and SCP.

What NAPALM's driver leaves open, and what is done about it here:

- It sets ``file prompt quiet`` before file operations and takes it out after ``write memory``: running and
  startup differ after every commit, and the backup that the revert timer restores holds a line that was not
  there before. Here the questions of the device are answered instead, and the line is never set.
- A merge looks only for ``Invalid input detected``. Here every line that starts with ``%`` counts as refused,
  but those known as notices.
- Nothing checks that the revert timer really runs before the lines are copied in. Here that is asked.
- A merge is one file of a fixed name, that another session may exchange. Here it is verified after the
  comparison, before the copy and after it.
- ``configure confirm`` is sent unread. Here its answer and the pending change are checked before the save.
- netmiko waits for a full read timeout on a channel that the device has closed. Here that is noticed at once.
- netmiko asks for the prompt before every command, and reads what it gets after a fixed pause. Here the known
  prompt, alone on the last line, ends an answer.
"""

import hashlib
import re
import time
from typing import Any, Final

from napalm.base.exceptions import CommitError, MergeConfigException
from napalm.base.helpers import canonical_interface_name
from napalm.ios.ios import IOSDriver as IOSNAPALMDriver
from netmiko.exceptions import (
    NetmikoAuthenticationException,
    NetmikoTimeoutException,
    ReadException,
    ReadTimeout,
    WriteException,
)
from paramiko.ssh_exception import AuthenticationException, SSHException
from scp import SCPException

from devices.drivers.host_keys import open_known_connection, require_host_key
from devices.drivers.live_channel import LiveChannel
from devices.drivers.napalm_driver import NAPALMDriver
from devices.errors import (
    CapabilityMissing,
    CommandRefused,
    ConfigurationRefused,
    ConnectionLost,
    DeviceError,
    EffectDiffers,
    LoginRefused,
    NotOurCommit,
    PendingCommit,
    RevertTimerLost,
    UnexpectedAnswer,
)

_PROMPT: Final = r"(?:^|\n)[^\n]{1,80}#\s*$"
_ASKS_SECRET: Final = re.compile(r"[Pp]assword:\s*\Z")
_AFTER_ENABLE: Final = r"(?:[Pp]assword:|[>#])\s*\Z"
_QUESTION: Final = r"(?:\]\?|\[confirm\])\s*$"
_QUESTIONS_AT_MOST: Final = 60
_NAME_KEPT_BY_NETMIKO: Final = 16
_NOTICES: Final = re.compile(
    r"%\s*(?:warning\b|generating\b|portfast has been configured|[A-Z][A-Z0-9_]*-\d-[A-Z0-9_]+:|"
    r"the fully-qualified|please)",
    re.IGNORECASE,
)
_REFUSALS_WITHOUT_SIGN: Final = re.compile(r"Command rejected|Command authorization failed", re.IGNORECASE)


class NotPrivileged(Exception):
    """The login leads to a prompt that shows and changes too little; the text says why."""


class _QuestionAnsweringIOS(IOSNAPALMDriver):  # type: ignore[misc]  # NAPALM has no types
    """NAPALM's driver, but answering the device's questions instead of switching them off."""

    commit_answer = ""
    commit_seconds = 90.0
    armed: dict[str, str] | None = None
    host_key = ""

    def _netmiko_open(self, device_type: str, netmiko_optional_args: dict[str, Any] | None = None) -> Any:
        """Open netmiko's connection to the known device, and raise a login without privileges."""
        self._netmiko_device = open_known_connection(
            self.host_key,
            device_type=device_type,
            host=self.hostname,
            username=self.username,
            password=self.password,
            timeout=self.timeout,
            **(netmiko_optional_args or {}),
        )
        try:
            self._raise_login(self._netmiko_device)
        except Exception:
            self._netmiko_device.paramiko_cleanup()
            raise
        return self._netmiko_device

    def _raise_login(self, connection: Any) -> None:
        """Enter the privileged mode; netmiko's own way waits for its timeout where the secret is refused."""
        if connection.check_enable_mode():
            return
        if not connection.secret:
            raise NotPrivileged("its login has no privileges and its credential no enable_secret")
        connection.write_channel("enable\n")
        if _ASKS_SECRET.search(connection.read_until_pattern(_AFTER_ENABLE)):
            connection.write_channel(f"{connection.secret}\n")
            connection.read_until_pattern(_AFTER_ENABLE)
        connection.write_channel("\n")
        if not connection.read_until_pattern(_AFTER_ENABLE).rstrip().endswith("#"):
            raise NotPrivileged("it refused the enable secret of its credential")

    @property
    def prompt_quiet_configured(self) -> bool:
        """Tell NAPALM that nothing has to be switched."""
        return True

    @prompt_quiet_configured.setter
    def prompt_quiet_configured(self, value: object) -> None:
        """Ignore what NAPALM believes to know."""

    def open(self) -> None:
        super().open()
        self.device.channel = LiveChannel(self.device.remote_conn, self.device.encoding)
        self.device._prompt_handler = self._prompt_pattern  # noqa: SLF001 - netmiko has no option for it

    def _prompt_pattern(self, auto_find_prompt: bool) -> str:  # noqa: ARG002, FBT001 - netmiko's signature
        """Return what ends an answer; netmiko asks the device for it before every single command."""
        known = str(self.device.base_prompt)
        # netmiko keeps the beginning of a long name only; the device shows the whole of it.
        rest = r"[\w.\-]*" if len(known) >= _NAME_KEPT_BY_NETMIKO else ""
        return rf"(?:^|\n){re.escape(known)}{rest}[>#]\s*$"

    def answering(self, command: str, *, seconds: float) -> str:
        """Send a command, answer its questions with their defaults, and return everything it said."""
        expect = f"(?:{_PROMPT}|{_QUESTION})"
        options: dict[str, Any] = {"expect_string": expect, "strip_prompt": False, "strip_command": False}
        output = str(self.device.send_command(command, read_timeout=seconds, **options))
        for _ in range(_QUESTIONS_AT_MOST):
            if not re.search(_QUESTION, output):
                break
            output += str(self.device.send_command("\n", cmd_verify=False, read_timeout=seconds, **options))
        return output

    def _commit_handler(self, cmd: str) -> str:
        pending = self._get_pending_commits()
        if pending.get("user", "").strip() != self.username:
            raise CommitError("the revert timer does not run, so nothing was copied")
        self.armed = dict(pending)
        self.commit_answer = self.answering(cmd, seconds=self.commit_seconds)
        self.device.set_base_prompt()  # The host name may have changed.
        return self.commit_answer

    def rollback(self) -> None:
        """Do nothing: NAPALM calls it after a refused merge, and would save what it did not check."""

    def _gen_rollback_cfg(self) -> None:
        self.answering(f"copy running-config {self._gen_full_path(self.rollback_cfg)}", seconds=60)

    def _discard_config(self) -> None:
        self.answering(f"copy null: {self._gen_full_path(self.merge_cfg)}", seconds=60)


class IOSDriver(NAPALMDriver):
    """One SSH session with a Cisco IOS device."""

    platform = "ios"
    over_ssh = True

    def __init__(self, target: Any) -> None:
        super().__init__(target)
        self._commit_mark: dict[str, str] = {}
        self._digest = ""

    def _make(self) -> Any:
        target = self._target
        secret = target.credential.enable_secret
        napalm = _QuestionAnsweringIOS(
            target.address,
            target.credential.username,
            target.credential.password.get_secret_value(),
            timeout=target.timeout_seconds,
            optional_args={
                "port": target.port,
                "conn_timeout": target.timeout_seconds,
                "banner_timeout": target.timeout_seconds,
                "auth_timeout": target.timeout_seconds,
                "read_timeout_override": None,
                "use_keys": False,
                "allow_agent": False,
                "merge_cfg": "samdrift_merge.txt",
                "rollback_cfg": "samdrift_rollback.txt",
                "candidate_cfg": "samdrift_candidate.txt",
                **({} if secret is None else {"secret": secret.get_secret_value()}),
            },
        )
        napalm.host_key = require_host_key(target)
        return napalm

    def _abort_sockets(self) -> None:
        napalm = self._napalm
        connection = getattr(napalm, "_netmiko_device", None) if napalm is not None else None
        client = getattr(connection, "remote_conn_pre", None)
        if client is not None:
            client.close()

    def _translate(self, operation: str, error: Exception) -> DeviceError | None:
        if isinstance(error, (NetmikoAuthenticationException, AuthenticationException)):
            return self._login_refused()
        if isinstance(error, NotPrivileged):
            return LoginRefused(self._device, f"{error}; give the enable_secret in its credential")
        if isinstance(error, CommitError):
            return CommandRefused(self._device, f"'{operation}' was stopped: {error}")
        lost = (NetmikoTimeoutException, ReadException, WriteException, SSHException)
        if isinstance(error, (ReadTimeout, *lost)):
            told = "no answer" if isinstance(error, ReadTimeout) else "the connection died"
            return ConnectionLost(self._device, f"{told} during '{operation}'")
        if isinstance(error, SCPException):
            return CommandRefused(self._device, f"the file copy was refused: {self.device_text(error)}")
        return None

    def _interface_name(self, name: str) -> str:
        return str(canonical_interface_name(name))

    def _checked_configuration(self, text: str) -> str:
        if text.rstrip().rpartition("\n")[2].strip() != "end":
            raise UnexpectedAnswer(
                self._device, "its configuration came without its last line; collect it again"
            )
        return text

    def _read(self, source: str) -> str:
        # A switch may think for a long time before it begins to write; netmiko's 10 s are not enough.
        text = str(self._session().device.send_command(f"show {source}-config", read_timeout=120))
        absent = source == "startup" and "startup-config is not present" in text
        return "" if absent else text

    def _read_full(self, command: str) -> str:
        # A line of a configuration may begin like a refusal, so this is not asked as a show command.
        return str(self._session().device.send_command(command, read_timeout=150))

    def _show(self, command: str) -> str:
        text = str(self._session().device.send_command(command, read_timeout=self._target.timeout_seconds))
        refusal = next((line for line in text.splitlines() if line.lstrip().startswith("% ")), None)
        if refusal is not None:
            raise CommandRefused(self._device, f"'{command}' was refused: {self.device_text(refusal)}")
        return text

    # Change.

    def _mergeable(self, lines: str) -> str:
        super()._mergeable(lines)
        # An empty line may be one of a banner.
        text = "\n".join(line.rstrip() for line in lines.strip("\n").splitlines()) + "\n"
        # Without a last `end` IOS answers a comparison with its error 5.
        return text if text.rstrip().endswith("\nend") else f"{text}end\n"

    def _stage(self, text: str) -> None:
        super()._stage(text)
        self._digest = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

    def _diff(self) -> str:
        text = super()._diff()
        if "incremental-diff failed" in text or "obscure 'error 5'" in text or "error code" in text:
            raise CapabilityMissing(
                self._device,
                "it cannot compute the difference of a merge itself; a change needs IOS 12.4(20)T or newer",
            )
        self._verify_staged_file(self._session(), "before the comparison")
        return text

    def _commit(self, seconds: int) -> None:
        if self._pending():
            raise PendingCommit(self._device, "an unconfirmed commit is pending on it; wait for its end")
        napalm = self._session()
        self._verify_staged_file(napalm, "after the comparison")
        napalm.commit_seconds = min(90.0, float(seconds))
        napalm.commit_answer = ""
        try:
            napalm.commit_config(revert_in=seconds)
        except MergeConfigException:
            if not _refusal(napalm.commit_answer):
                raise
        finally:
            self._commit_mark = napalm.armed or {}
        refusal = _refusal(napalm.commit_answer)
        if refusal:
            raise ConfigurationRefused(self._device, self.device_text(refusal))
        if not self._owns_pending():
            raise RevertTimerLost(
                self._device, "the lines were copied, but their revert timer no longer runs"
            )
        if not self._holds_staged_file(napalm):
            raise EffectDiffers(
                self._device,
                "somebody else exchanged the staged file while it was copied: other lines than the approved "
                "ones may run until they are taken back",
            )

    def _verify_staged_file(self, napalm: Any, when: str) -> None:
        """Make sure that the file is still the one that was staged: its name is shared by all sessions."""
        if not self._holds_staged_file(napalm):
            raise CommandRefused(
                self._device,
                f"the staged file was changed by somebody else {when}; run the change again",
            )

    def _holds_staged_file(self, napalm: Any) -> bool:
        path = napalm._gen_full_path(napalm.merge_cfg)  # noqa: SLF001 - the same path that NAPALM copies
        answer = str(napalm.device.send_command(f"verify /md5 {path}", read_timeout=60))
        return f"= {self._digest}" in answer.lower()

    def _pending(self) -> dict[str, str]:
        return dict(self._session()._get_pending_commits())  # noqa: SLF001 - NAPALM's public form drops who and when

    def _owns_pending(self) -> bool:
        pending = self._pending()
        return (
            bool(pending)
            and pending.get("configured") == self._commit_mark.get("configured")
            and pending.get("user", "").strip() == self._target.credential.username
        )

    def _confirm(self) -> None:
        if not self._owns_pending():
            raise NotOurCommit(
                self._device,
                "the pending change is not, or no longer, the one this run made; it was not confirmed",
            )
        answer = self._session().answering("configure confirm", seconds=self._target.timeout_seconds)
        if _refusal(answer) or self._pending():
            raise NotOurCommit(self._device, f"the confirmation was not taken: {self.device_text(answer)}")
        self._save()

    def _save(self) -> None:
        answer = self._session().answering("write memory", seconds=90)
        if "[OK]" not in answer:
            raise CommandRefused(
                self._device,
                f"running could not be saved: {self.device_text(answer)}; check its flash and save by hand",
            )

    def _roll_back(self) -> None:
        if not self._owns_pending():
            raise NotOurCommit(self._device, "no pending change of this run; nothing was rolled back")
        self._session().answering("configure revert now", seconds=90)
        deadline = time.monotonic() + self._target.timeout_seconds
        while self._pending() and time.monotonic() < deadline:
            time.sleep(0.5)

    def _end(self, napalm: Any) -> None:
        if self._staged and not self._committed:
            napalm.discard_config()
        super()._end(napalm)


def _refusal(answer: str) -> str:
    """Return the device's words about lines it did not take, with the line before each; '' if it took all."""
    lines = [line.strip() for line in answer.splitlines() if line.strip() and line.strip() != "^"]
    told: list[str] = []
    for number, line in enumerate(lines):
        refused = line.startswith("%") and not _NOTICES.match(line)
        if refused or _REFUSALS_WITHOUT_SIGN.search(line):
            told.extend(lines[max(0, number - 1) : number + 1])
    return "\n".join(dict.fromkeys(told))
