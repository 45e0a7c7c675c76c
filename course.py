#!/usr/bin/env python3
"""Set up the nstkit course and use it. Nothing but Python itself has to be there before.

python3 course.py [WORD] [more arguments]

  lab      open the course in JupyterLab; this is what happens without a word
  demo     turn a photograph into a painting and say where it is
  test     run every test and every notebook
  check    run the linter, the formatter and the type checker
  render   run the notebooks again and store their outputs (all, or those named)
  student  write the student edition, without solutions, into the folder named
  demo-app show the live studio alone on a page, for an audience
  pytorch  add PyTorch, for notebook 12; nothing else needs it
  score    measure a folder of entries and write the scoreboard
  sweep    paint a grid of settings and measure every picture

The first start makes an environment in the folder .venv beside this file. Further arguments
are passed on, for example:

  python3 course.py lab --no-browser
  python3 course.py demo --size 400
  python3 course.py demo my_photograph.jpg my_painting.jpg
  python3 course.py test -k gram
"""
# This file is read by whatever Python the reader has, so that an old one can be told which
# versions work: no syntax newer than Python 3.6, nothing but the standard library, and
# tools/setup/environment.py is imported only after the check.

import os
import platform
import shutil
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VERSIONS = ("3.11", "3.12", "3.13")
WORDS = (
    *("lab", "demo", "test", "check", "render", "student", "demo-app"),
    *("pytorch", "score", "sweep"),
)
UPLOADS = '{"websocket_max_message_size": 104857600}'  # else a photograph of 10 MB never arrives
DEMO = ("chelsea", "night_sky", "--size", "320", "--backbone", "vgg19-slim")


def other_pythons():
    """Return the commands that start a supported Python on this machine."""
    if os.name == "nt":
        commands = [["py", "-" + version] for version in VERSIONS]
    else:
        commands = [["python" + version] for version in VERSIONS]
    found = []
    for command in commands:
        if shutil.which(command[0]) is None:
            continue
        silent = subprocess.DEVNULL
        if subprocess.call([*command, "-c", "pass"], stdout=silent, stderr=silent) == 0:
            found.append(" ".join(command))
    return found


def python_fault(version=sys.version_info, largest=sys.maxsize):
    """Return why this Python cannot run the course and what to do, "" if it can."""
    bits = 64 if largest > 2**32 else 32
    here = f"{version[0]}.{version[1]}"
    if here in VERSIONS and bits == 64:
        return ""
    which = here if bits == 64 else here + " for 32-bit machines"
    message = f"This is Python {which}; the course needs a 64-bit Python {', '.join(VERSIONS)}."
    others = other_pythons()
    if others:
        return f"{message} This machine has one: run  {others[-1]} course.py"
    return message + " Get one from https://www.python.org/downloads/"


def machine_fault(system, machine):
    """Return why this machine cannot run the course and what to do, "" if it can."""
    if (system, machine) == ("Darwin", "x86_64"):
        return (
            "TensorFlow no longer has packages for Macs with an Intel processor: run the course "
            "on Colab or Binder (see the README). On a Mac with Apple silicon, use a Python "
            "made for it (arm64)."
        )
    return ""


def command_for(word, arguments, root=ROOT):
    """Return a line to say, the arguments for Python, and settings: what a word stands for."""
    if word == "lab":
        pages = ("notebooks/00_start_here.ipynb", "notebooks", "")
        page = next(page for page in pages if (root / page).exists())
        options = [
            f"--ServerApp.root_dir={root}",
            "--LabApp.default_url=/lab/tree/" + page,
            f"--ServerApp.tornado_settings={UPLOADS}",
        ]
        line = "Opening the course in JupyterLab; Ctrl-C in this window ends it."
        return line, ["-m", "jupyterlab", *options, *arguments], {}
    if word == "demo":
        own = bool(arguments) and not arguments[0].startswith("-")
        pictures = [] if own else list(DEMO)
        out = ["-o", str(root / "out" / "demo.png")]
        line = "Turning a photograph into a painting."
        return line, ["-m", "nstkit", *pictures, *out, *arguments], {}
    if word in ("score", "sweep"):
        line = "Measuring entries." if word == "score" else "Painting a grid of settings."
        return line, ["-m", "nstkit", word, "-o", str(root / "out" / word), *arguments], {}
    if word == "demo-app":
        line = "Opening the live studio on a page of its own; Ctrl-C in this window ends it."
        page = str(root / "tools" / "notebooks" / "demo_app.ipynb")
        options = [f"--Voila.tornado_settings={UPLOADS}"]
        return line, ["-m", "voila", page, *options, *arguments], {}
    # Tests and stored outputs use the network that ships, whatever Keras's cache holds.
    shipped = {"KERAS_HOME": str(root / ".venv" / "keras")}
    if word == "test":
        named = any((root / part.split("::")[0]).exists() for part in arguments)
        what = [] if named else [part for part in ("tests", "notebooks") if (root / part).is_dir()]
        options = ["--nbval-lax", "--nbval-current-env", *what, *arguments]
        line = "Running every test and every notebook, the notebooks with quick settings."
        if arguments:
            line = "Running pytest " + " ".join([*what, *arguments])
        quick = os.environ.get("NSTKIT_QUICK", "1")
        return line, ["-m", "pytest", *options], {"NSTKIT_QUICK": quick, **shipped}
    if word == "render":
        tool = str(root / "tools" / "notebooks" / "render_notebooks.py")
        line = "Running the notebooks and storing their outputs: " + (" ".join(arguments) or "all")
        return line, [tool, *arguments], {"NSTKIT_QUICK": "0", **shipped}
    if word == "pytorch":
        question = "import torch; print('PyTorch ' + torch.__version__ + ' is there.')"
        return "Does PyTorch start?", ["-c", question, *arguments], {}
    tool = str(root / "tools" / "notebooks" / "student_edition.py")
    return "Writing the student edition.", [tool, *arguments], {}


def check(environment):
    """Run linter, formatter and type checker; return 0 if all of them pass."""
    failed = []
    for tool in (["ruff", "check"], ["ruff", "format", "--check"], ["mypy"]):
        print("Checking: " + " ".join(tool), flush=True)
        command = [environment.python, "-m", *tool]
        if environment.call(command, cwd=environment.root, env=environment.variables()):
            failed.append(" ".join(tool))
    print("Failed: " + ", ".join(failed) if failed else "Style and types are fine.", flush=True)
    return 1 if failed else 0


def main(arguments):
    """Do what the command line says; return the exit status."""
    if arguments and arguments[0] in ("-h", "--help", "help"):
        print(__doc__.strip())
        return 0
    word = "lab"
    if arguments and not arguments[0].startswith("-"):
        word, arguments = arguments[0], arguments[1:]
    if word not in WORDS:
        print(f"There is no word {word!r}; there are {', '.join(WORDS)}. More: course.py --help")
        return 2
    fault = python_fault() or machine_fault(platform.system(), platform.machine())
    if fault:
        print(fault)
        return 1
    sys.path.insert(0, str(ROOT / "tools" / "setup"))
    from environment import Environment, SetupError
    from processes import call

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    environment = Environment(ROOT, add="pytorch" if word == "pytorch" else "")
    try:
        environment.prepare()
        if word == "check":
            return check(environment)
        line, command, settings = command_for(word, arguments)
        print(line, flush=True)
        cwd = ROOT if word in ("test", "render") else None
        variables = dict(environment.variables(), **settings)
        return call([environment.python, *command], cwd=cwd, env=variables, patient=True)
    except SetupError as error:
        print(f"\n{error}")
    except PermissionError as error:
        print(f"\n{error}. Put the course in a folder where you may write.")
    except OSError as error:
        print(f"\nThe set-up failed: {error}")
    except KeyboardInterrupt:
        print("\nStopped. The next start repairs what is unfinished.")
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
