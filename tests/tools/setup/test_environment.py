"""The course's environment: what state it is in, what is done about it, and what is said."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

import environment as setup
import processes
import reasons
from environment import Environment, SetupError

VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"


class Runner:
    """Stands in for running commands: notes them, and does as much of them as a test needs."""

    def __init__(self, root: Path, status: int = 0, log: str = ""):
        self.root, self.status, self.log = root, status, log
        self.commands: list[list[str]] = []
        self.variables: dict[str, str] = {}

    def __call__(self, command, *, cwd=None, env=None, hear=None):
        words = [str(part) for part in command]
        self.commands.append(words)
        self.variables = env
        if "venv" in words:
            python = Environment(self.root).python
            python.parent.mkdir(parents=True)
            python.symlink_to(sys.executable)
            return 0
        if "pip" in words:
            hear(self.log)
            return self.status
        return 0

    def ran(self, word: str) -> bool:
        return any(word in command for command in self.commands)


@pytest.fixture
def root(tmp_path, monkeypatch):
    """Return a folder with a small pyproject.toml, on a disk with room."""
    monkeypatch.setattr(setup, "DISK_GB", 0.0)
    text = '[project]\nname = "tiny"\nversion = "1"\n[tool.ruff]\nline-length = 100\n'
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    return tmp_path


def prepared(root: Path, **settings) -> Runner:
    """Prepare the folder's environment and return what was run for it."""
    runner = Runner(root, **settings)
    Environment(root, runner).prepare()
    return runner


# The state of the environment


def test_a_fresh_folder_gets_an_environment_with_both_extras(root, capsys):
    runner = prepared(root)
    assert runner.ran("venv")
    assert any(f".[{setup.EXTRAS}]" in command for command in runner.commands)
    assert Environment(root).state() == ("ready", "")
    said = capsys.readouterr().out
    assert "this folder has none yet" in said
    assert all(f"[{number}/3]" in said for number in (1, 2, 3))


def test_a_ready_environment_is_left_alone(root, capsys):
    prepared(root)
    capsys.readouterr()
    assert prepared(root).commands == []
    assert capsys.readouterr().out == ""


def test_an_interrupted_installation_is_made_again(root, capsys):
    with pytest.raises(KeyboardInterrupt):
        prepared(root, status=130)
    stray = root / ".venv" / "half-written"
    stray.mkdir()
    assert Environment(root).state()[0] == "broken"
    assert prepared(root).ran("venv")
    assert not stray.exists()
    assert "did not finish" in capsys.readouterr().out
    assert Environment(root).state() == ("ready", "")


@pytest.mark.parametrize("note", ["", "{", "[]", '{"root": "x"}'])
def test_a_damaged_note_counts_as_unfinished(root, note):
    prepared(root)
    Environment(root).note.write_text(note, encoding="utf-8")
    assert Environment(root).state() == ("broken", "the last installation did not finish")


def test_a_changed_dependency_refreshes_without_starting_over(root, capsys):
    prepared(root)
    (root / "pyproject.toml").write_text('[project]\nname = "tiny"\nversion = "2"\n')
    assert Environment(root).state() == ("outdated", "pyproject.toml has changed")
    runner = prepared(root)
    assert runner.ran("pip")
    assert not runner.ran("venv")
    assert Environment(root).state() == ("ready", "")


def test_a_changed_tool_setting_installs_nothing(root):
    prepared(root)
    path = root / "pyproject.toml"
    path.write_text(path.read_text().replace("100", "90"))
    assert Environment(root).state() == ("ready", "")


def test_a_failed_refresh_leaves_the_environment_to_be_refreshed_later(root):
    prepared(root)
    (root / "pyproject.toml").write_text('[project]\nname = "tiny"\nversion = "2"\n')
    with pytest.raises(SetupError):
        prepared(root, status=1)
    assert Environment(root).state()[0] == "outdated"


def test_a_moved_folder_is_made_again(root):
    prepared(root)
    moved = root.parent / (root.name + "-moved")
    root.rename(moved)
    assert Environment(moved).state() == ("broken", "the folder was moved or copied")
    assert prepared(moved).ran("venv")


def test_an_environment_whose_python_is_gone_is_made_again(root):
    prepared(root)
    python = Environment(root).python
    python.unlink()
    python.symlink_to(root / "no-such-python")
    assert Environment(root).state()[0] == "broken"
    assert prepared(root).ran("venv")


def test_an_environment_whose_python_changed_its_version_is_made_again(root):
    prepared(root)
    note = Environment(root).note
    note.write_text(note.read_text().replace(f'"{VERSION}"', '"3.7"'))
    assert "gone or has changed" in Environment(root).state()[1]


def test_an_environment_of_another_tool_is_not_touched(root):
    (root / ".venv").mkdir()
    mine = root / ".venv" / "pyvenv.cfg"
    mine.write_text("uv = 0.9\n")
    with pytest.raises(SetupError, match="was not made by this command"):
        prepared(root)
    assert mine.exists()


def test_a_link_to_another_disk_stays_a_link(root, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("disk")
    try:
        (root / ".venv").symlink_to(elsewhere, target_is_directory=True)
    except OSError:
        pytest.skip("links need a privilege here")
    prepared(root)
    Environment(root).note.write_text("{}")
    prepared(root)
    assert (root / ".venv").is_symlink()
    assert (elsewhere / "course.json").exists()


def test_a_python_without_venv_gets_the_line_to_type(root, monkeypatch):
    find = setup.importlib.util.find_spec
    monkeypatch.setattr(
        setup.importlib.util, "find_spec", lambda name: None if name == "ensurepip" else find(name)
    )
    with pytest.raises(SetupError, match=rf"sudo apt install python{VERSION}-venv"):
        prepared(root)


# What can be added


@pytest.fixture
def with_extra(root):
    """Return the folder with an extra in its pyproject.toml."""
    path = root / "pyproject.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("[tool.ruff]", 'optional-dependencies.pytorch = ["torch"]\n[tool.ruff]'),
        encoding="utf-8",
    )
    return root


def installed(runner: Runner) -> list[str]:
    """Return what pip was told to install of this project, each time."""
    return [command[-1] for command in runner.commands if "pip" in command]


def added(root: Path, **settings) -> Runner:
    """Prepare the folder's environment with the extra and return what was run for it."""
    runner = Runner(root, **settings)
    Environment(root, runner, add="pytorch").prepare()
    return runner


def test_an_extra_is_added_to_a_ready_environment_without_starting_over(with_extra, capsys):
    prepared(with_extra)
    capsys.readouterr()
    runner = added(with_extra)
    assert installed(runner) == [f".[{setup.EXTRAS},pytorch]"]
    assert not runner.ran("venv")
    assert "because pytorch is added" in capsys.readouterr().out
    assert added(with_extra).commands == []


def test_an_extra_stays_when_the_environment_is_refreshed_or_made_again(with_extra):
    assert installed(added(with_extra)) == [f".[{setup.EXTRAS},pytorch]"]
    assert prepared(with_extra).commands == []
    path = with_extra / "pyproject.toml"
    path.write_text(path.read_text().replace('version = "1"', 'version = "2"'))
    assert installed(prepared(with_extra)) == [f".[{setup.EXTRAS},pytorch]"]
    note = Environment(with_extra).note
    note.write_text(note.read_text().replace(f'"{VERSION}"', '"3.7"'))
    runner = prepared(with_extra)
    assert runner.ran("venv")
    assert installed(runner) == [f".[{setup.EXTRAS},pytorch]"]


def test_an_extra_that_cannot_be_had_leaves_the_course_usable(with_extra):
    prepared(with_extra)
    with pytest.raises(SetupError):
        added(with_extra, status=1)
    assert prepared(with_extra).commands == []
    assert Environment(with_extra).state() == ("ready", "")


def test_an_extra_that_the_project_no_longer_has_is_not_asked_for(with_extra):
    added(with_extra)
    path = with_extra / "pyproject.toml"
    path.write_text('[project]\nname = "tiny"\nversion = "2"\n')
    assert installed(prepared(with_extra)) == [f".[{setup.EXTRAS}]"]


# What can go wrong


@pytest.mark.parametrize(
    ("log", "advice"),
    [
        ("ERROR: Could not install: [Errno 28] No space left on device", "disk is full"),
        ("NewConnectionError(...)\nERROR: No matching distribution found for x", "check the net"),
        ("SSLError(CERTIFICATE_VERIFY_FAILED)\nERROR: Could not fetch", "global.cert"),
        ("ERROR: No matching distribution found for tensorflow", "Apple silicon"),
        ("HINT: enable Windows Long Path support\nERROR: OSError", "C:\\nstkit"),
        ("ERROR: something that nobody foresaw", "lines above"),
    ],
)
def test_a_failing_pip_gives_the_reason_and_the_next_step(root, log, advice):
    with pytest.raises(SetupError) as caught:
        prepared(root, status=1, log=log)
    assert advice in str(caught.value)
    assert log.rpartition("ERROR: ")[2] in str(caught.value)
    assert Environment(root).state()[0] == "broken"


def test_a_disk_that_fills_up_is_named_whatever_pip_says(root, monkeypatch):
    monkeypatch.setattr(reasons, "FULL", float("inf"))
    with pytest.raises(SetupError, match=r"reason: the disk has \d+ MB free\nThe disk is full"):
        prepared(root, status=1, log="ERROR: odd")


def test_a_disk_that_is_too_small_is_noticed_before_the_download(root, monkeypatch):
    monkeypatch.setattr(setup, "DISK_GB", 1e9)
    runner = Runner(root)
    with pytest.raises(SetupError, match=r"has [\d.]+ GB free"):
        Environment(root, runner).prepare()
    assert runner.commands == []


def test_settings_of_the_surrounding_shell_do_not_leak_in(root, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/somewhere/else")
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.example/simple")
    variables = prepared(root).variables
    assert "PYTHONPATH" not in variables
    assert variables["PIP_USER"] == "0"
    assert variables["PIP_INDEX_URL"] == "https://mirror.example/simple"


def test_a_tensorflow_that_does_not_start_shows_why(root, capsys):
    class NoTensorFlow(Runner):
        def __call__(self, command, *, cwd=None, env=None, hear=None):
            if "-c" in command:
                hear("ImportError: DLL load failed\n")
                return 1
            return super().__call__(command, cwd=cwd, env=env, hear=hear)

    with pytest.raises(SetupError, match=r"Colab or Binder.*\nThe reason: ImportError: DLL load"):
        Environment(root, NoTensorFlow(root)).prepare()
    assert Environment(root).state()[0] == "broken"


def test_a_real_environment_is_made_found_ready_and_repaired(root, monkeypatch, capfd):
    def call(command, **settings):
        if "venv" in command:  # without pip, which takes long and is not needed here
            return processes.call([*command, "--without-pip"], **settings)
        return processes.call([command[0], "-c", "pass"], **settings)

    environment = Environment(root, call)
    environment.prepare()
    assert environment.state() == ("ready", "")
    assert environment.python_version() == VERSION
    settings = root / ".venv/share/jupyter/lab/settings/overrides.json"
    assert "fetchNews" in settings.read_text(encoding="utf-8")
    note = json.loads(environment.note.read_text(encoding="utf-8"))
    environment.write_note(**{**note, "state": "unfinished"})
    environment.prepare()
    assert environment.state() == ("ready", "")
    assert "Making again" in capfd.readouterr().out
