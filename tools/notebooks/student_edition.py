"""Write the student edition: the same notebooks without solutions and without outputs.

python3 course.py student DIR: DIR is made, and must be empty if it is there already.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

import nbformat
from nbconvert.preprocessors import ClearOutputPreprocessor, TagRemovePreprocessor
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"

README = """\
# Neural style transfer: the notebooks to work in

Start with `{first}`. The notebooks use the package nstkit and its pictures:

- where nstkit is installed, as on a class server, open them as they are;
- on your own machine, put this folder into the course's folder (the one that holds
  `course.py`), run `python3 course.py` there, and open the notebooks from this folder.

Each exercise checks your answer as often as you like, and has a hint.
"""


def student_notebook(notebook: NotebookNode) -> NotebookNode:
    """Return the notebook without cells tagged `solution` and without outputs."""
    resources: dict[str, object] = {}
    remove = TagRemovePreprocessor(remove_cell_tags={"solution"}, enabled=True)
    clear = ClearOutputPreprocessor(enabled=True)
    for step in (remove, clear):
        notebook, resources = step.preprocess(notebook, resources)
    return notebook


def write_edition(target: Path, source: Path = NOTEBOOKS) -> list[Path]:
    """Write the student edition of the notebooks in `source`.

    Parameters
    ----------
    target : pathlib.Path
        A new or an empty folder.
    source : pathlib.Path
        Where the full notebooks and the files they show are.

    Returns
    -------
    list of pathlib.Path
        The notebooks that were written.

    Raises
    ------
    FileExistsError, FileNotFoundError
        If there is something in `target` already, or there are no notebooks.
    """
    notebooks = sorted(source.glob("*.ipynb"))
    if not notebooks:
        raise FileNotFoundError(f"there are no notebooks in {source}")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise FileExistsError(f"{target} is not empty: name a new folder, or empty that one first")
    left_out = shutil.ignore_patterns("*.ipynb", ".*", "__pycache__", "README.md", "my_*")
    shutil.copytree(source, target, ignore=left_out, dirs_exist_ok=True)
    written = []
    for path in notebooks:
        notebook = student_notebook(nbformat.read(path, as_version=4))
        text = nbformat.writes(notebook) + "\n"
        (target / path.name).write_text(text, encoding="utf-8", newline="\n")
        written.append(target / path.name)
    readme = README.format(first=written[0].name)
    (target / "README.md").write_text(readme, encoding="utf-8", newline="\n")
    return written


def main() -> int:
    """Write the edition that the command line asks for; return the exit status."""
    parser = argparse.ArgumentParser(prog="course.py student", description=__doc__)
    parser.add_argument("folder", type=Path, help="where to write it: a new or an empty folder")
    folder = parser.parse_args().folder
    try:
        written = write_edition(folder)
    except OSError as error:
        print(f"student: {error}", file=sys.stderr)
        return 1
    print(f"{len(written)} notebooks without solutions and outputs are in {folder.resolve()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
