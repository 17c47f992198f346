"""The examples in the docstrings of the controls are executed."""

import doctest
from collections.abc import Callable
from types import ModuleType

import pytest

from compliance.context import DeviceContext
from compliance.controls.registry import JUDGED, MODULES
from compliance.models import ControlVerdict
from devices.models import Platform
from tests.compliance.frames import PLATFORMS, framed


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_examples_of_the_controls_are_true(
    module: ModuleType,
    site: Callable[..., DeviceContext],
    judge: Callable[..., tuple[ControlVerdict, ...]],
) -> None:
    for name, function in vars(module).items():
        controls = [control for control, judged in JUDGED.items() if judged.judge is function]
        if not controls:
            continue

        def say(
            platform: Platform,
            lines: tuple[str, ...],
            role: str,
            control: str = controls[0],
            **changed: object,
        ) -> str:
            text = framed(platform, "\n".join(lines))
            link, port = "Te1/1/1", "Gi1/0/48"
            context = site(
                platform,
                role=role,
                uplinks=(link,),
                inside_links=(link,),
                outside_links=(link,),
                sensor_port=port,
                **changed,
            )
            verdicts = {one.control: one.verdict.value for one in judge(platform, text, context)}
            return verdicts[control]

        words = {
            platform: lambda *lines, role="core", platform=platform, **changed: say(
                platform, lines, role, **changed
            )
            for platform in PLATFORMS
        }
        examples = doctest.DocTestFinder(recurse=False).find(function, name, globs=words)
        results = [doctest.DocTestRunner().run(example) for example in examples]
        assert sum(result.attempted for result in results) >= 2
        assert [result.failed for result in results] == [0]


def test_every_control_lives_in_a_module_whose_examples_are_executed() -> None:
    assert {judged.judge.__module__ for judged in JUDGED.values()} == {module.__name__ for module in MODULES}
