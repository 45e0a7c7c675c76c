"""The voting widget in JupyterLab in a real browser: keys, mouse, and the end."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("ipywidgets")
pytest.importorskip("jupyterlab")
pytest.importorskip("playwright")

import lab
import nbformat
from conftest import find_browser
from nbformat.v4 import new_code_cell, new_notebook

pytestmark = pytest.mark.browser

VOTING = """\
from nstkit import samples, widgets
from nstkit.classic import transfer_colour
from nstkit.quality import Ballot

cat, sky = (samples.load(name, size=240) for name in ("chelsea", "night_sky"))
results = {"chelsea in night_sky": {
    f"{share:.0%}": transfer_colour(cat, sky, strength=share) for share in (0, 0.5, 1)
}}
ballot = Ballot(results, "Ada", repeats=0.34, path="votes.csv")
widgets.voting(results, ballot, inputs={"chelsea in night_sky": [cat, sky]})
"""


def test_keys_and_mouse_vote_until_the_ranks_appear(tmp_path, pictures):
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    made = new_notebook(cells=[new_code_cell(VOTING)], metadata={"kernelspec": kernel})
    folder = tmp_path / "work"
    folder.mkdir()
    nbformat.write(made, folder / "voting.ipynb")
    with (
        lab.served(folder, tmp_path / "private") as address,
        lab.opened(find_browser()) as page,
    ):
        lab.run_notebook(page, address.format(page="voting.ipynb"))
        said = page.locator(".nstkit-caption")
        said.get_by_text("1 of 4").wait_for()
        page.screenshot(path=str(Path(pictures) / "voting.png"))
        keys = page.locator(".nstkit input[type=text]")
        keys.click()
        for letter, place in (("f", 2), ("j", 3), ("u", 2), ("j", 3)):
            page.keyboard.press(letter)
            said.get_by_text(f"{place} of 4").wait_for()
        for words in ("4 of 4", "All questions are answered"):
            page.locator(".nstkit button", has_text="The left one").click()
            said.get_by_text(words).wait_for()
        said.scroll_into_view_if_needed()
        page.screenshot(path=str(Path(pictures) / "voted.png"))
        assert "Asked again" in said.inner_text()
    assert len((folder / "votes.csv").read_text().splitlines()) == 5
