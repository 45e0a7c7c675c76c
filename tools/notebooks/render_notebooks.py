"""Run notebooks from top to bottom and store their outputs, so that they read well as they are.

python3 course.py render [NAMES]: all notebooks, or those named (03, 03_content or the path).
A notebook is stored only when every cell ran; otherwise the file stays as it was.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import os
import re
import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbclient.output_widget import OutputWidget
from nbformat import NotebookNode
from PIL import Image

from notebook_rules import faults
from widget_stills import leave_still, states_of

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "notebooks"
MINUTES_PER_CELL = 60
KEPT_CELL_METADATA = ("tags", "jupyter", "slideshow")

LARGE_PNG = 100_000
"""Characters from which a PNG is stored as a JPEG."""

COLOURS = re.compile(r"\x1b\[[0-9;]*m")
CELL_FILES = re.compile(r"\S*[/\\]ipykernel_\d+[/\\]\d+\.py")


def find(names: list[str], folder: Path = NOTEBOOKS) -> list[Path]:
    """Return the notebooks that are named, all of them if none is, in the order of the course.

    Raises
    ------
    ValueError
        If a name fits no notebook; the message lists those that exist.
    """
    present = sorted(folder.glob("*.ipynb"))
    chosen = set()
    for name in names:
        stem = Path(name).stem
        fits = [path for path in present if path.stem == stem or path.stem.startswith(stem + "_")]
        if not fits:
            known = ", ".join(path.stem for path in present) or "none yet"
            raise ValueError(f"there is no notebook {name!r}; there are: {known}")
        chosen.update(fits)
    return sorted(chosen) if names else present


class QuietOutput(OutputWidget):
    """An Output widget that keeps what it shows to itself.

    nbclient's tells the kernel, in the midst of waiting for the kernel's reply on the same socket.
    Now and then the reply arrives just then, nobody is woken for it, and the cell never ends.
    """

    def send(self, *args: object, **kwargs: object) -> None:
        """Send nothing."""


def execute(notebook: NotebookNode, folder: Path) -> None:
    """Run all cells in a fresh kernel that starts in `folder`; the outputs replace the old ones."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=MINUTES_PER_CELL * 60,
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,
        store_widget_state=True,  # tidy takes the pictures of `interact` from it, then drops it
        coalesce_streams=True,
    )
    client.widget_registry["@jupyter-widgets/output"]["OutputModel"] = QuietOutput
    client.execute()


def tidy(notebook: NotebookNode, name: str) -> None:
    """Keep what belongs to the notebook and drop what belongs to one run on one machine."""
    states = states_of(notebook)
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {
                "display_name": "Python 3 (ipykernel)",
                "language": "python",
                "name": "python3",
            },
            "language_info": {"name": "python"},
        }
    )
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    used: set[str] = set()
    for number, cell in enumerate(notebook.cells):
        cell.metadata = nbformat.from_dict(
            {key: cell.metadata[key] for key in KEPT_CELL_METADATA if key in cell.metadata}
        )
        if not cell.get("id") or cell["id"] in used:
            cell["id"] = hashlib.sha256(f"{name} {number}".encode()).hexdigest()[:8]
        used.add(cell["id"])
        if cell.cell_type == "code":
            kept = [output for output in cell.outputs if leave_still(output, states)]
            cell.outputs = [output for output in kept if tidy_output(output)]
    nbformat.validate(notebook)


def tidy_output(output: NotebookNode) -> bool:
    """Clean one output; return whether anything of it is left."""
    if output.output_type == "stream":
        output.text = without_paths(output.text)
        return bool(output.text.strip())
    if output.output_type == "error":
        output.traceback = [without_paths(line) for line in output.traceback]
        return True
    output.metadata = nbformat.from_dict({})
    if len(output.data.get("image/png", "")) > LARGE_PNG:
        output.data["image/jpeg"] = as_jpeg(output.data.pop("image/png"))
    for kind, value in output.data.items():
        if isinstance(value, str) and kind not in ("image/png", "image/jpeg"):
            output.data[kind] = without_paths(value)
    return True


def as_jpeg(png: str) -> str:
    """Turn a picture as a notebook holds it, a PNG on white, into a JPEG."""
    image = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGBA")
    page = Image.new("RGB", image.size, "white")
    page.paste(image, mask=image)
    page.save(buffer := io.BytesIO(), "jpeg", quality=90, subsampling=0)
    return base64.b64encode(buffer.getvalue()).decode()


def without_paths(text: str) -> str:
    """Return the text with this machine's folders shortened."""
    if "ipykernel_" in text:  # the search is slow in a picture written as text
        text = CELL_FILES.sub("<cell>", text)
    text = text.replace(str(ROOT) + os.sep, "").replace(str(ROOT), ".")
    text = text.replace(sys.prefix, ".venv")
    home = str(Path.home())
    return text.replace(home + os.sep, "~" + os.sep) if len(home) > 1 else text


def complaints(notebook: NotebookNode) -> list[str]:
    """Return what the cells wrote to standard error, progress bars aside."""
    found = []
    for number, cell in enumerate(notebook.cells):
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stderr":
                lines = [line for line in output.text.splitlines() if "it/s" not in line]
                text = " ".join(lines).strip()
                found += [f"cell {number} wrote to standard error: {text[:200]}"] if text else []
    return found


def store(notebook: NotebookNode, path: Path) -> None:
    """Write the notebook beside the old one, then put it in its place."""
    beside = path.with_suffix(".ipynb.new")
    beside.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")
    os.replace(beside, path)


def render(path: Path) -> bool:
    """Run and store one notebook and say how it went; return whether it went well."""
    started = time.time()
    print(f"{path.stem}: running ...", flush=True)
    notebook = nbformat.read(path, as_version=4)
    try:
        execute(notebook, path.parent)
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        print(COLOURS.sub("", str(error)).strip())
        print(f"{path.stem}: not stored, because a cell failed; the file is as it was", flush=True)
        return False
    tidy(notebook, path.stem)
    store(notebook, path)
    for line in [*complaints(notebook), *faults(path)]:
        print(f"{path.stem}: {line}")
    size = path.stat().st_size / 1e6
    print(f"{path.stem}: stored, {size:.2f} MB, {time.time() - started:.0f} s", flush=True)
    return True


def main() -> int:
    """Render what the command line names; return 0 if all went well."""
    parser = argparse.ArgumentParser(prog="course.py render", description=__doc__)
    parser.add_argument("names", nargs="*", help="03, 03_content or a path; default: all")
    try:
        paths = find(parser.parse_args().names)
    except ValueError as error:
        print(f"render: {error}", file=sys.stderr)
        return 2
    if not paths:
        print("render: there are no notebooks yet")
    stored = [render(path) for path in paths]  # one that fails does not keep back the others
    return 0 if all(stored) else 1


if __name__ == "__main__":
    sys.exit(main())
