"""The set-up command: what it notices, what it does about it, and what it says."""

from __future__ import annotations

import ast
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import course
import environment as setup
import processes
import reasons
from environment import Environment, SetupError

ROOT = Path(__file__).resolve().parents[1]
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


# Which Python, which machine


def test_the_file_parses_for_a_python_that_is_refused():
    ast.parse((ROOT / "course.py").read_text(encoding="utf-8"), feature_version=(3, 6))


@pytest.mark.parametrize("version", [(3, 8), (3, 10), (3, 14), (4, 0)])
def test_an_unsupported_python_is_refused_with_the_versions_that_work(version, monkeypatch):
    monkeypatch.setattr(course, "other_pythons", list)
    fault = course.python_fault(version)
    assert f"Python {version[0]}.{version[1]};" in fault
    assert "3.11, 3.12, 3.13" in fault
    assert "python.org" in fault


def test_a_supported_python_on_the_machine_is_named(monkeypatch):
    monkeypatch.setattr(course, "other_pythons", lambda: ["python3.11", "python3.12"])
    assert course.python_fault((3, 14)).endswith("run  python3.12 course.py")


def test_a_32_bit_python_is_refused(monkeypatch):
    monkeypatch.setattr(course, "other_pythons", list)
    assert "32-bit" in course.python_fault((3, 12), largest=2**31 - 1)


@pytest.mark.parametrize("version", [(3, 11), (3, 12), (3, 13)])
def test_supported_pythons_are_accepted(version):
    assert course.python_fault(version) == ""


def test_pyproject_and_the_command_agree_on_the_versions():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    first, last = course.VERSIONS[0], course.VERSIONS[-1]
    after_last = f"3.{int(last.split('.')[1]) + 1}"
    assert f'requires-python = ">={first},<{after_last}"' in text


def test_other_pythons_lists_only_those_that_start(tmp_path, monkeypatch):
    if os.name == "nt":
        pytest.skip("shell scripts stand in for Pythons")
    for name, status in (("python3.11", 1), ("python3.13", 0)):
        (tmp_path / name).write_text(f"#!/bin/sh\nexit {status}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert course.other_pythons() == ["python3.13"]


def test_a_mac_with_an_intel_processor_is_sent_elsewhere():
    assert "Colab or Binder" in course.machine_fault("Darwin", "x86_64")
    for machine in (("Darwin", "arm64"), ("Linux", "x86_64"), ("Windows", "AMD64")):
        assert course.machine_fault(*machine) == ""


def test_a_python_without_venv_gets_the_line_to_type(root, monkeypatch):
    find = setup.importlib.util.find_spec
    monkeypatch.setattr(
        setup.importlib.util, "find_spec", lambda name: None if name == "ensurepip" else find(name)
    )
    with pytest.raises(SetupError, match=rf"sudo apt install python{VERSION}-venv"):
        prepared(root)


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


def test_the_words_stop_without_a_traceback_and_with_a_status(monkeypatch, capsys):
    def fail(_):
        raise SetupError("the reason, and the next step")

    monkeypatch.setattr(Environment, "prepare", fail)
    previous = signal.getsignal(signal.SIGTERM)
    try:
        assert course.main(["demo"]) == 1
    finally:
        signal.signal(signal.SIGTERM, previous)
    assert capsys.readouterr().out == "\nthe reason, and the next step\n"


def test_settings_of_the_surrounding_shell_do_not_leak_in(root, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/somewhere/else")
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.example/simple")
    variables = prepared(root).variables
    assert "PYTHONPATH" not in variables
    assert variables["PIP_USER"] == "0"
    assert variables["PIP_INDEX_URL"] == "https://mirror.example/simple"


def test_a_second_start_waits_for_the_first(tmp_path):
    path = tmp_path / "lock"
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT / 'tools')!r})\n"
        "from pathlib import Path; from processes import Lock\n"
        f"with Lock(Path({str(path)!r})): print('inside', flush=True)"
    )
    with processes.Lock(path):
        other = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        assert other.stdout is not None
        assert "waiting" in other.stdout.readline()
    said, _ = other.communicate(timeout=20)
    assert said == "inside\n"
    assert other.returncode == 0


# The words


def test_no_word_means_lab_and_opens_the_first_notebook(tmp_path):
    (tmp_path / "notebooks").mkdir()
    assert "--LabApp.default_url=/lab/tree/notebooks" in course.command_for("lab", [], tmp_path)[1]
    (tmp_path / "notebooks" / "00_start_here.ipynb").write_text("{}")
    _, command, _ = course.command_for("lab", ["--no-browser"], tmp_path)
    assert "--LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb" in command
    assert command[-1] == "--no-browser"


def test_demo_takes_options_and_the_readers_own_pictures(tmp_path):
    _, command, _ = course.command_for("demo", ["--steps", "3"], tmp_path)
    assert command[2:4] == list(course.DEMO[:2])
    assert command[-2:] == ["--steps", "3"]
    _, command, _ = course.command_for("demo", ["me.jpg", "wave.png"], tmp_path)
    assert course.DEMO[0] not in command
    assert command[-2:] == ["me.jpg", "wave.png"]


def test_the_demo_pictures_ship_and_its_options_exist():
    from nstkit import samples
    from nstkit.__main__ import _parser

    assert course.DEMO[0] in samples.names("content")
    assert course.DEMO[1] in samples.names("style")
    _, command, _ = course.command_for("demo", [])
    assert _parser().parse_args(command[2:]).output == ROOT / "out" / "demo.png"


def test_test_runs_everything_unless_something_is_named(monkeypatch):
    monkeypatch.delenv("NSTKIT_QUICK", raising=False)
    _, command, settings = course.command_for("test", ["-k", "gram"])
    assert "tests" in command
    assert command[-2:] == ["-k", "gram"]
    assert settings["NSTKIT_QUICK"] == "1"
    _, command, _ = course.command_for("test", ["tests/test_course.py::test_x"])
    assert "tests" not in command


def test_render_uses_the_full_settings(monkeypatch):
    monkeypatch.setenv("NSTKIT_QUICK", "1")
    _, command, settings = course.command_for("render", ["03_content"])
    assert Path(command[0]).exists()
    assert command[1:] == ["03_content"]
    assert settings["NSTKIT_QUICK"] == "0"


def test_student_passes_the_folder_on():
    _, command, _ = course.command_for("student", ["class-copy"])
    assert Path(command[0]).exists()
    assert command[1:] == ["class-copy"]


def test_an_unknown_word_is_answered_with_the_words(capsys):
    assert course.main(["paint"]) == 2
    said = capsys.readouterr().out
    assert all(word in said for word in ("'paint'", *course.WORDS))


def test_help_says_what_each_word_does(capsys):
    assert course.main(["--help"]) == 0
    said = capsys.readouterr().out
    assert all(f"  {word} " in said for word in course.WORDS)


# Really running commands


def test_standard_error_is_heard_line_by_line():
    code = "import sys; print('one', file=sys.stderr); print('two', file=sys.stderr); sys.exit(3)"
    heard: list[str] = []
    assert processes.call([sys.executable, "-c", code], hear=heard.append) == 3
    assert heard == ["one\n", "two\n"]


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


def test_the_exit_status_of_a_command_comes_back():
    assert processes.call([sys.executable, "-c", "raise SystemExit(7)"]) == 7


@pytest.mark.skipif(os.name == "nt", reason="signals as on Linux and macOS")
def test_ctrl_c_is_left_to_a_command_that_wants_to_save_first(tmp_path):
    saved = tmp_path / "saved"
    child = (
        "import time, pathlib, os, signal\n"
        "print('started', flush=True)\n"
        "try: time.sleep(30)\n"
        f"except KeyboardInterrupt: time.sleep(1); pathlib.Path({str(saved)!r}).touch()"
    )
    parent = (
        f"import sys; sys.path.insert(0, {str(ROOT / 'tools')!r})\n"
        "from processes import call\n"
        f"sys.exit(call([sys.executable, '-c', {child!r}], patient=True))"
    )
    # A shell that starts the tests in the background has them ignore Ctrl-C; this one shall not.
    process = subprocess.Popen(
        [sys.executable, "-c", parent],
        stdout=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(0.1)
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 0
    assert saved.exists()


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
