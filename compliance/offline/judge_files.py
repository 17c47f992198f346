"""Judge one device from its files; whatever is wrong with them is an ERROR, never a crash or a PASS."""

import hashlib
import json
import logging
from datetime import date
from functools import lru_cache

import yaml
from pydantic import ValidationError

from compliance.context import DeviceContext
from compliance.errors import ContextInvalid
from compliance.evaluation import judgements
from compliance.offline.device_files import DeviceFiles, shown_in
from compliance.report_writers.writer import DeviceReport
from devices.errors import DeviceError
from devices.facts import DeviceFacts
from devices.models import JudgedPlatform
from devices.parsers import PARSERS, decode_text, detect_platform, parse
from devices.parsers.errors import ConfigurationTextError, WrongPlatform

_log = logging.getLogger(__name__)


def judge_files(
    files: DeviceFiles, data: bytes | None, shown: dict[str, bytes], *, today: date
) -> DeviceReport:
    """Return what every control says of a device.

    Args:
        files: Whose files they are.
        data: The configuration; None where the file is not there or cannot be read.
        shown: What the device answered to commands.
        today: The day that decides which exceptions hold.

    Raises:
        ContextInvalid: its site values cannot be read.
    """
    context, named = read_context(files.context, files.context_name)
    platform, facts = _read(files, named, data, shown)
    try:
        told = judgements(files.device, facts, context, files.exceptions, today, platform=platform)
    except Exception as error:  # noqa: BLE001 - the edge: one device's fault must not end a country's run
        _log.exception("%s could not be judged", files.device)
        fault = _fault(files.device, "judged", error)
        told = judgements(files.device, fault, context, files.exceptions, today, platform=platform)
    return DeviceReport(files.device, platform or "unknown", files.config.as_posix(), told)


def _read(
    files: DeviceFiles, named: JudgedPlatform | None, data: bytes | None, shown: dict[str, bytes]
) -> tuple[JudgedPlatform | None, DeviceFacts | DeviceError]:
    device, platform = files.device, files.platform or named
    if data is None:
        missing = f"its configuration {files.config} is not there or cannot be read; collect it again"
        return platform, ConfigurationTextError(device, missing)
    try:
        text = decode_text(data, device=device)
        outputs = {command: decode_text(one, device=device) for command, one in shown.items()}
        platform = platform or detect_platform(text)
        if platform is None:
            error = WrongPlatform(device, "it looks like no platform that is known here; name its platform")
            return None, error
        return platform, parse(platform, text, device=device, shows=outputs)
    except DeviceError as error:
        return platform, error
    except Exception as error:  # noqa: BLE001 - the edge: one device's fault must not end a country's run
        _log.exception("the configuration of %s could not be read", device)
        return platform, _fault(device, "read", error)


def _fault(device: str, what: str, error: Exception) -> DeviceError:
    return ConfigurationTextError(
        device, f"the configuration could not be {what} ({type(error).__name__}); report it, judge by hand"
    )


@lru_cache(maxsize=4096)
def read_context(data: bytes, name: str) -> tuple[DeviceContext, JudgedPlatform | None]:
    """Return the site values that a text holds, and the platform where it names one.

    Raises:
        ContextInvalid: it holds none.
    """
    try:
        text = data.decode("utf-8-sig")
        values = json.loads(text) if text.lstrip().startswith("{") else yaml.load(text, Loader=_LOADER)  # noqa: S506 - a safe loader
    except (UnicodeDecodeError, ValueError, yaml.YAMLError) as error:
        raise ContextInvalid(f"{name}: the context is neither JSON nor YAML: {error}") from error
    platform = values.pop("platform", None) if isinstance(values, dict) else None
    if platform is not None and platform not in PARSERS:
        raise ContextInvalid(f"{name}: the context names no platform that is known here; mend it")
    written = json.dumps(values, default=str)
    try:
        return DeviceContext.model_validate_json(written), platform
    except ValidationError:
        try:
            return DeviceContext.from_text(written), platform
        except ContextInvalid as error:
            raise ContextInvalid(f"{name}: {error}") from error


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def digest_of(files: DeviceFiles, data: bytes | None, shown: dict[str, bytes]) -> str:
    """Return the digest of everything that decides the verdicts of a device beside the program."""
    digest = hashlib.sha256()
    exceptions = "".join(one.model_dump_json() for one in files.exceptions)
    parts = (files.device, files.platform or "", files.config.as_posix(), exceptions)
    for part in (*(one.encode() for one in parts), files.context, b"-" if data is None else data):
        digest.update(b"%d\n" % len(part))
        digest.update(part)
    for command, answer in shown.items():
        digest.update(f"{command}\n{len(answer)}\n".encode())
        digest.update(answer)
    return digest.hexdigest()


def collected_for(files: DeviceFiles) -> dict[str, bytes]:
    """Return what the device answered to commands, as it lies in its folder."""
    return dict(shown_in(files.shows))
