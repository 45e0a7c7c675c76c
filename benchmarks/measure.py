"""What is measured: each function returns rows for the table."""

from __future__ import annotations

import functools
import json
import math
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import tensorflow as tf
from rivals import tensorflow_evaluate, torch_evaluate, torch_recipe, tutorial_recipe

from nstkit import samples
from nstkit.backbones import LAYERS, Backbone, block_of, load_backbone, untrained_backbone
from nstkit.images import save_image
from nstkit.runs import Run, coarse_start
from nstkit.transfer import Problem

Row = dict[str, Any]


def networks(names: Iterable[str]) -> dict[str, Backbone]:
    """Return the networks to measure; VGG-19 is drawn from a seed, which costs the same."""
    make = {
        "vgg19-slim": lambda: load_backbone("vgg19-slim"),
        "vgg19": lambda: untrained_backbone("vgg19"),
    }
    return {name: make[name]() for name in names}


def square_problem(backbone: Backbone, size: int, convention: str = "tensorflow") -> Problem:
    """Return the problem that all measurements share: chelsea as a night sky, size × size."""
    content = samples.load("chelsea", size=size, crop=True)
    style = samples.load("night_sky", size=size, crop=True)
    return Problem(content, style, backbone=backbone, convention=convention)


def interleave(calls: dict[str, Callable[[], Any]], repeats: int) -> dict[str, float]:
    """Time calls in turns, so that a busy moment hits all of them; return median seconds.

    The order changes each time, and a short pause lets the threads of the call before come to
    rest: PyTorch's go on spinning for a while.
    """
    times: dict[str, list[float]] = {name: [] for name in calls}
    for call in calls.values():
        call()
    order = np.random.default_rng(0)
    for _ in range(repeats):
        for name in order.permutation(list(calls)):
            time.sleep(0.02)
            start = time.perf_counter()
            calls[name]()
            times[name].append(time.perf_counter() - start)
    return {name: float(np.median(values)) for name, values in times.items()}


def evaluation_flop(problem: Problem) -> float:
    """Count the multiplications and additions of one evaluation's convolutions, both ways."""
    wanted = {*problem.content_layers, *problem.style_layers}
    last = max(LAYERS.index(layer) for layer in wanted)
    height, width = problem.shape[1:3]
    total = 0.0
    for layer in LAYERS[: last + 1]:
        rows, columns, _ = problem.backbone.feature_shape(layer, height, width)
        total += 2 * rows * columns * problem.backbone.parameters(layer)[0].size
    return 2 * total


def peak_flops(repeats: int = 7) -> float:
    """Measure how many operations a second a large matrix product reaches on this machine."""
    a = tf.random.stateless_normal((2048, 2048), (1, 2))
    seconds = interleave({"product": lambda: tf.matmul(a, a).numpy()}, repeats)["product"]
    return 2 * 2048**3 / seconds


def evaluation_cost(sizes: dict[str, list[int]], repeats: int, peak: float) -> list[Row]:
    """Measure one evaluation of value and gradient: nstkit beside TensorFlow and PyTorch."""
    rows = []
    for name, backbone in networks(sizes).items():
        for size in sizes[name]:
            problem = square_problem(backbone, size)
            image = problem.content_image
            rivals = {
                f"TensorFlow {m}": tensorflow_evaluate(problem, m)
                for m in ("graph", "xla", "eager")
            }
            if has_torch():
                rivals["PyTorch channels-last"] = torch_evaluate(problem, channels_last=True)
                rivals["PyTorch plain"] = torch_evaluate(problem, channels_last=False)
            own = problem.evaluate(image)
            for rival, call in rivals.items():
                total, gradient = call(image)
                check_same(rival, own.total, total, own.gradient, gradient)
            calls: dict[str, Callable[[], Any]] = {
                "nstkit": functools.partial(problem.evaluate, image)
            }
            calls |= {rival: functools.partial(call, image) for rival, call in rivals.items()}
            seconds = interleave(calls, repeats)
            work = evaluation_flop(problem)
            rows += [
                {
                    "network": name,
                    "size": size,
                    "with": key,
                    "seconds": value,
                    "times nstkit": value / seconds["nstkit"],
                    "of matrix-product speed": work / value / peak,
                }
                for key, value in seconds.items()
            ]
    return rows


def check_same(rival: str, own: float, total: float, own_gradient: Any, gradient: Any) -> None:
    """Refuse to time a rival that computes something else."""
    error = np.linalg.norm(own_gradient - gradient) / np.linalg.norm(own_gradient)
    if not (np.isclose(own, total, rtol=1e-3) and error < 1e-2):
        raise RuntimeError(
            f"{rival} computes {total:g}, nstkit {own:g}; gradients differ by {error:g}"
        )


RACES = {
    "tensorflow": ("tensorflow", 1.0),
    "relative": ("relative", 1.0),
    "relative-rescaled": ("relative", 1e8),
}
"""Losses under which the recipes race: the convention, and a scale of the loss that Adam sees.
With the last one its ε is as negligible under "relative" as under the tutorial's own loss."""


def time_to_loss(sizes: list[int], steps: int, pictures: Any = None) -> list[Row]:
    """Measure how long each takes to the loss that the tutorial's recipe ends with.

    Under the tutorial's own loss and under nstkit's default, this one with and without a scale.
    """
    rows = []
    backbone = load_backbone("vgg19-slim")
    for race, (convention, scale) in RACES.items():
        for size in sizes:
            problem = square_problem(backbone, size, convention)
            rival_seconds, goal, rival_image = tutorial_recipe(problem, steps, scale)
            problem.evaluate(problem.content_image)
            start = time.perf_counter()
            run = Run(problem, optimizer="lbfgs", steps=steps)
            step = next((step for step in run if step.total <= goal), None)
            seconds = time.perf_counter() - start if step else math.inf
            row = {
                "network": "vgg19-slim",
                "loss of": race,
                "size": size,
                "loss": goal,
                "tutorial seconds": rival_seconds,
                "nstkit seconds": seconds,
                "nstkit evaluations": run.last.evaluations,
                "times faster": rival_seconds / seconds,
            }
            if has_torch():
                torch_seconds, count = torch_recipe(problem, goal, limit=400)
                row |= {"PyTorch L-BFGS seconds": torch_seconds, "PyTorch evaluations": count}
            rows.append(row)
            if pictures is not None:
                save_image(rival_image, pictures / f"tutorial_{race}_{size}.jpg")
                save_image(run.image, pictures / f"nstkit_{race}_{size}.jpg")
    return rows


def full_estimate(slim: list[Row], repeats: int) -> list[Row]:
    """Estimate the same for the full network at 400 px from its measured seconds a step.

    The rival's thousand steps are not waited for: its measured step is taken a thousand times,
    and nstkit's evaluation as often as the slim network needed it.
    """
    problem = square_problem(untrained_backbone("vgg19"), 400)
    image = problem.content_image
    graph = tensorflow_evaluate(problem, "graph")
    calls = {"rival": lambda: graph(image), "nstkit": lambda: problem.evaluate(image)}
    seconds = interleave(calls, repeats)
    largest = {row["loss of"]: row for row in slim}  # the last row of each loss
    rows = []
    for race, row in largest.items():
        rival = seconds["rival"] * 1000
        own = seconds["nstkit"] * row["nstkit evaluations"]
        rows.append(
            {
                "network": "vgg19 (estimate)",
                "loss of": race,
                "size": 400,
                "tutorial seconds": rival,
                "nstkit seconds": own,
                "nstkit evaluations": row["nstkit evaluations"],
                "times faster": rival / own,
            }
        )
    return rows


def optimizer_share(size: int, steps: int = 30) -> list[Row]:
    """Measure the optimisers' own work, with the evaluations' time subtracted."""
    problem = square_problem(load_backbone("vgg19-slim"), size, "relative")
    rows = []
    for name in ("lbfgs", "adam"):
        spent: list[float] = []
        evaluate = problem.evaluate
        problem.evaluate = timed(evaluate, spent)  # type: ignore[method-assign]
        run = Run(problem, optimizer=name, steps=steps)
        start, before = time.perf_counter(), sum(spent)
        for _ in run:
            pass
        own = time.perf_counter() - start - (sum(spent) - before)
        problem.evaluate = evaluate  # type: ignore[method-assign]
        share = own / len(spent) / float(np.median(spent))
        rows.append(
            {"optimizer": name, "size": size, "own seconds a step": own / steps, "share": share}
        )
    return rows


def timed(call: Callable[..., Any], spent: list[float]) -> Callable[..., Any]:
    """Return a function that does what `call` does and notes how long it took."""

    def timing(*arguments: Any) -> Any:
        start = time.perf_counter()
        result = call(*arguments)
        spent.append(time.perf_counter() - start)
        return result

    return timing


def fresh_process(code: str) -> Row:
    """Run code in a new Python, which prints one line of JSON."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.strip().splitlines()[-1])


MEMORY = """
import json, resource
from pathlib import Path
import numpy as np
from nstkit.backbones import untrained_backbone
from nstkit.transfer import Problem
random = np.random.default_rng(0)
shape = (1, {size}, {size}, 3)
problem = Problem(random.random(shape, np.float32), random.random(shape, np.float32),
                  backbone=untrained_backbone({name!r}))
for _ in range(2):
    problem.evaluate(problem.content_image)
status = Path("/proc/self/status")
if status.exists():  # on Linux getrusage also counts the process that started this one
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    peak = int(line.split()[1]) * 1024
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({{"network": {name!r}, "size": {size}, "peak GB": peak / 1e9}}))
"""

GROWTH_OF_MEMORY = """
import json
import numpy as np, psutil
from nstkit import load_backbone
from nstkit.transfer import Problem
random, process = np.random.default_rng(0), psutil.Process()
backbone, seen = load_backbone("vgg19-slim"), []
for number in range({count}):
    height = 96 if not {alternate} else 64 + 8 * (number % 12)
    content, style = random.random((2, 1, height, 96, 3), np.float32)
    problem = Problem(content, style, backbone=backbone)
    problem.evaluate(style)
    problem.gradient_shares(style)
    del problem
    seen.append(process.memory_info().rss / 1e6)
print(json.dumps({{"network": "vgg19-slim", "problems in a row": {count},
    "sizes": "twelve in turn" if {alternate} else "96 x 96", "first MB": seen[0],
    "middle MB": seen[{count} // 2], "last MB": seen[-1]}}))
"""

STARTUP = """
import json, time
start = time.perf_counter()
import nstkit
imported = time.perf_counter()
import tensorflow
loaded = time.perf_counter()
from nstkit import samples
from nstkit.runs import Run
from nstkit.transfer import Problem
from nstkit.backbones import load_backbone
backbone = load_backbone("vgg19-slim")
weights = time.perf_counter()
problem = Problem(samples.load("chelsea", size=256, crop=True),
                  samples.load("night_sky", size=256, crop=True), backbone=backbone)
targets = time.perf_counter()
run = Run(problem, steps=30)
traced = time.perf_counter()
for step in run:
    pass
done = time.perf_counter()
print(json.dumps({"import nstkit": imported - start, "import TensorFlow": loaded - imported,
    "load the slim network": weights - loaded, "targets": targets - weights,
    "first evaluation (trace)": traced - targets, "30 steps at 256 px": done - traced,
    "from nothing to the picture": done - start}))
"""


def memory(cases: list[tuple[str, int]]) -> list[Row]:
    """Measure a process that does nothing but evaluate.

    Its peak resident size, and its size after the first and the last of many problems.
    """
    rows = [fresh_process(MEMORY.format(name=name, size=size)) for name, size in cases]
    count = 121 if len(cases) > 1 else 8
    return rows + [
        fresh_process(GROWTH_OF_MEMORY.format(count=count, alternate=alternate))
        for alternate in (False, True)
    ]


def startup() -> list[Row]:
    """Measure a new process from its first import to the first picture."""
    return [{"what": key, "seconds": value} for key, value in fresh_process(STARTUP).items()]


def growth(sizes: list[int], repeats: int) -> list[Row]:
    """Measure how the cost of one slim evaluation grows with pixels and with depth."""
    backbone = load_backbone("vgg19-slim")
    problems = {f"{size} px, five blocks": square_problem(backbone, size) for size in sizes}
    content = samples.load("chelsea", size=256, crop=True)
    style = samples.load("night_sky", size=256, crop=True)
    for depth in range(1, 6):
        layers = [f"block{block}_conv1" for block in range(1, depth + 1)]
        problems[f"256 px, {depth} of the blocks"] = Problem(
            content, style, backbone=backbone, style_layers=layers, content_layers=layers[-1:]
        )
    calls = {k: functools.partial(p.evaluate, p.content_image) for k, p in problems.items()}
    seconds = interleave(calls, repeats)
    return [
        {
            "case": key,
            "deepest block": max(block_of(name) for name in problems[key].style_layers),
            "seconds": value,
            "ns a pixel": value * 1e9 / (problems[key].shape[1] * problems[key].shape[2]),
        }
        for key, value in seconds.items()
    ]


def coarse_to_fine(sizes: list[int], steps: int) -> list[Row]:
    """Measure when smaller sizes first pay: time to the loss that a plain run ends with."""
    rows = []
    backbone = load_backbone("vgg19-slim")
    for size in sizes:
        problem = square_problem(backbone, size, "relative")
        coarse_start(problem, steps=1)  # nothing is compiled while the clock runs
        for init in ("noise", "content"):
            run = Run(problem, steps=steps, init=init)
            for _ in run:
                pass
            start = time.perf_counter()
            image, _ = coarse_start(problem, init=init, steps=steps // 2)
            before = time.perf_counter() - start
            fine = Run(problem, steps=4 * steps, init=image)
            reached = next((s for s in fine if s.total <= run.last.total), fine.last)
            seconds = before + reached.seconds
            rows.append(
                {
                    "size": size,
                    "start": init,
                    "loss": run.last.total,
                    "plain seconds": run.last.seconds,
                    "smaller sizes first, seconds": seconds,
                    "of these at smaller sizes": before,
                    "steps at full size": reached.step,
                    "times faster": run.last.seconds / seconds,
                }
            )
    return rows


def has_torch() -> bool:
    """Say whether PyTorch, the benchmark-only rival, is installed."""
    try:
        import torch  # noqa: F401
    except ImportError:
        return False
    return True
