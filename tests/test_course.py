"""The set-up command: which Pythons and machines it takes, and what its words stand for."""

from __future__ import annotations

import ast
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import course
from environment import Environment, SetupError

ROOT = Path(__file__).resolve().parents[1]


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


def test_demo_app_opens_the_page_of_the_live_studio():
    _, command, _ = course.command_for("demo-app", ["--no-browser"])
    assert Path(command[2]).exists()
    assert command[-1] == "--no-browser"


def test_pytorch_is_added_and_asked_whether_it_starts(monkeypatch):
    asked = {}

    def note(self):
        asked[self.add] = self.extras()
        raise SetupError("enough")

    monkeypatch.setattr(Environment, "prepare", note)
    previous = signal.getsignal(signal.SIGTERM)
    try:
        course.main(["pytorch"])
        course.main(["demo"])
    finally:
        signal.signal(signal.SIGTERM, previous)
    assert asked["pytorch"].endswith(",pytorch")
    assert "" in asked
    _, command, _ = course.command_for("pytorch", [])
    assert command[0] == "-c"
    assert "import torch" in command[1]


def test_an_unknown_word_is_answered_with_the_words(capsys):
    assert course.main(["paint"]) == 2
    said = capsys.readouterr().out
    assert all(word in said for word in ("'paint'", *course.WORDS))


def test_help_says_what_each_word_does(capsys):
    assert course.main(["--help"]) == 0
    said = capsys.readouterr().out
    assert all(f"  {word} " in said for word in course.WORDS)


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


def test_the_command_alone_finds_its_parts(tmp_path):
    """Run it as a reader does, in a copy that has an environment of another tool."""
    for part in ("course.py", "pyproject.toml"):
        shutil.copy(ROOT / part, tmp_path)
    shutil.copytree(ROOT / "tools" / "setup", tmp_path / "tools" / "setup")
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "pyvenv.cfg").write_text("uv = 0.9\n")
    command = [sys.executable, str(tmp_path / "course.py"), "demo"]
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=variables)
    assert (done.returncode, done.stderr) == (1, "")
    assert "was not made by this command" in done.stdout
