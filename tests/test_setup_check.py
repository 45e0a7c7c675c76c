"""Check my set-up: every line says what to do, and none of it raises."""

from pathlib import Path

import pytest

from nstkit import setup_check as setup

GIB = setup.GIB
NOWHERE = Path("nowhere")


@pytest.mark.parametrize(
    ("line", "state", "word"),
    [
        (setup.check_python((3, 11, 2)), "ok", "3.11.2"),
        (setup.check_python((3, 10, 0)), "problem", "3.12"),
        (setup.check_python((3, 14, 0)), "problem", "course.py"),
        (setup.check_packages({"keras": "3.12"}), "ok", "keras 3.12"),
        (setup.check_packages({"keras": None, "scipy": "1"}), "problem", "pip install keras"),
        (setup.check_processor(2, []), "ok", "2 cores, no GPU"),
        (setup.check_processor(1, []), "note", "half the pace"),
        (setup.check_processor(8, ["A100"]), "ok", "A100"),
        (setup.check_processor(8, None), "problem", "Packages"),
        (setup.check_backbone(NOWHERE, Path(__file__)), "ok", "full VGG-19"),
        (setup.check_backbone(Path(__file__), NOWHERE), "note", "download=True"),
        (setup.check_backbone(NOWHERE, NOWHERE), "problem", "install nstkit again"),
        (setup.check_pictures(6, 6), "ok", "6 photographs and 6 paintings"),
        (setup.check_pictures(6, 0), "problem", "incomplete"),
        (setup.check_disk(20 * GIB, True), "ok", "20 GiB free"),
        (setup.check_disk(GIB // 2, True), "note", "room"),
        (setup.check_disk(20 * GIB, False), "problem", "one of your own"),
        (setup.check_memory(16 * GIB), "ok", "16.0 GiB"),
        (setup.check_memory(2 * GIB), "note", "close other"),
    ],
)
def test_each_line_has_its_state_and_its_advice(line, state, word):
    assert line.state == state
    assert word in f"{line.found} {line.advice}"
    assert state != "problem" or line.advice


def test_a_report_is_true_unless_something_is_in_the_way():
    good, note = setup.check_pictures(6, 6), setup.check_memory(2 * GIB)
    bad = setup.check_disk(GIB, False)
    assert setup.Report((good, note))
    assert "Everything is ready" in repr(setup.Report((good, note)))
    report = setup.Report((good, bad))
    assert not report
    assert "✗ Disk" in repr(report)
    assert "→ this folder cannot be written to" in repr(report)


def test_the_table_shows_what_was_found_as_text_not_as_markup():
    page = setup.Report((setup.Line("<b>", "problem", "a & b", "<do>"),))._repr_html_()
    assert "&lt;b&gt;" in page
    assert "a &amp; b" in page
    assert "&lt;do&gt;" in page


def test_versions_of_what_is_and_is_not_installed():
    versions = setup.installed_versions(["numpy", "surely-not-installed"])
    assert versions["numpy"]
    assert versions["surely-not-installed"] is None


def test_a_limit_of_cores_that_is_no_number_is_a_line_not_an_error(tmp_path, monkeypatch):
    monkeypatch.setenv("NSTKIT_THREADS", "two")
    report = setup.check_setup(tmp_path)
    assert not report
    assert "NSTKIT_THREADS is 'two'" in repr(report)


def test_the_whole_check_runs_here(tmp_path):
    report = setup.check_setup(tmp_path)
    names = [line.what for line in report.lines]
    assert names == ["Python", "Packages", "Processor", "Network", "Pictures", "Disk", "Memory"]
    assert str(Path.home()) not in repr(report.lines[:3])
