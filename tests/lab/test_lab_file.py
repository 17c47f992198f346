"""The lab file and what is wrong with it."""

from pathlib import Path

import pytest

from lab.errors import LabFileError
from lab.guest_models import HostSpec
from lab.lab_file import LabFile, load_configuration, load_lab_file
from lab.models import TwinSpec

TWIN = "{name: a, platform: ios, model: m, configuration: a.cfg, management_interface: Vlan1}"
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "norddjurs" / "lab" / "lab.yaml"


def write(folder: Path, text: str) -> Path:
    path = folder / "lab.yaml"
    path.write_text(text)
    return path


def test_twins_and_hosts_are_read(tmp_path: Path) -> None:
    path = write(tmp_path, f"twins: [{TWIN}]\nhosts: [{{name: h}}]\n")
    spec = TwinSpec(name="a", platform="ios", model="m", configuration="a.cfg", management_interface="Vlan1")
    assert load_lab_file(path) == LabFile(twins=(spec,), hosts=(HostSpec(name="h"),))
    (tmp_path / "a.cfg").write_text("hostname a\n")
    assert load_configuration(path, spec) == "hostname a\n"


def test_the_example_is_a_lab_file() -> None:
    lab_file = load_lab_file(EXAMPLE)
    assert sorted(twin.platform for twin in lab_file.twins) == [
        "eos",
        "ios",
        "ios",
        "ios",
        "ios",
        "junos",
        "junos",
    ]
    assert all(load_configuration(EXAMPLE, twin) for twin in lab_file.twins)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("twins: [", "is not YAML"),
        ("{}", "names neither twins nor hosts"),
        ("[1]", "the file: "),
        (f"twins: [{TWIN}]\nguest: []", "guest: Extra inputs are not permitted"),
        (
            f"twins: [{TWIN.replace('ios', 'vrp')}]",
            r"twins\.0\.platform: Input should be 'ios', 'eos', 'junos'",
        ),
        (f"twins: [{TWIN}, {TWIN}]", "more than one twin is called a"),
        (
            f"twins: [{TWIN[:-1]}, port: 2022}}, {TWIN.replace('name: a', 'name: b')[:-1]}, port: 2022}}]",
            "port 2022 is given to a, b; give each another one, or 0",
        ),
    ],
)
def test_a_wrong_lab_file_is_named_with_place_and_reason(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(LabFileError, match=message):
        load_lab_file(write(tmp_path, text))


def test_files_that_are_not_there_are_errors(tmp_path: Path) -> None:
    with pytest.raises(LabFileError, match="No such file"):
        load_lab_file(tmp_path / "none.yaml")
    path = write(tmp_path, f"twins: [{TWIN}]")
    with pytest.raises(LabFileError, match=r"twin a: configuration .*a\.cfg: No such file"):
        load_configuration(path, load_lab_file(path).twins[0])
