"""For every test: only listed reasons may skip one; what needs libvirt is skipped where it is absent."""

import re
from collections.abc import Generator
from pathlib import Path

import pytest

# A test may be skipped for these reasons and no other; anything else fails the run.
LISTED_SKIPS = (
    r"libvirt's Python bindings are not installed",
    r"no Pulumi CLI is known here",
    r"only root can run the command line as another user",
    r"Debian's chromium and chromium-driver are not installed",
    r"the recorded device data is not (there|beside the checkout)",
    r"\.\./shared/corpora is absent",
    r"QEMU's tools come with the Debian packages of libvirt",
)
_NO_LIBVIRT = (
    "libvirt's Python bindings are not installed: Debian's libvirt-dev and a C compiler, then `make setup`"
)
_unlisted: list[str] = []


def _libvirt_is_missing() -> bool:
    try:
        import libvirt  # noqa: F401, PLC0415  # only whether it can be loaded matters
    except ImportError:
        return True
    return False


class _ModuleWithoutLibvirt(pytest.Module):
    """A module that cannot even be imported here; skipped whole, with the reason."""

    def collect(self) -> Generator[pytest.Item | pytest.Collector]:
        """Skip instead of importing."""
        raise pytest.skip.Exception(_NO_LIBVIRT, allow_module_level=True)


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module | None:
    """Stand in for modules of real guests where libvirt is missing."""
    if "pytest.mark.libvirt" in module_path.read_text(encoding="utf-8") and _libvirt_is_missing():
        module: pytest.Module = _ModuleWithoutLibvirt.from_parent(parent, path=module_path)
        return module
    return None


def _note(report: pytest.TestReport | pytest.CollectReport) -> None:
    if not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if not any(re.search(pattern, reason) for pattern in LISTED_SKIPS):
        _unlisted.append(f"{report.nodeid}: {reason}")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Look at the reason of every skipped test."""
    _note(report)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Look at the reason of every skipped module."""
    _note(report)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object, error: object) -> None:
    """Take over what a worker saw skipped: a module that skips itself is told to nobody else."""
    told = getattr(node, "workeroutput", {}).get("unlisted", [])
    _unlisted.extend(one for one in told if one not in _unlisted)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a run that skipped something for a reason nobody listed."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["unlisted"] = list(_unlisted)
    if _unlisted and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name what was skipped for an unlisted reason."""
    for line in _unlisted:
        terminalreporter.write_line(f"skipped for a reason that is not listed in tests/conftest.py: {line}")
