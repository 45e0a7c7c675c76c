"""Every exercise, with many wrong answers and some unusual right ones; see wrong_answers/.

A wrong answer stands beside a word that the message or the hint must have, where there is one:
those first in a list are the commonest.
"""

from __future__ import annotations

import importlib.util
import runpy
from pathlib import Path
from typing import Any

import pytest

from nstkit import checks

NEEDS_TORCH = "notebook_12"
TABLES = {
    path.stem: runpy.run_path(str(path))
    for path in sorted((Path(__file__).parent / "wrong_answers").glob("*.py"))
    if path.stem != NEEDS_TORCH or importlib.util.find_spec("torch")
}
BY_EXERCISE: dict[str, list[tuple[str, Any]]] = {
    exercise: answers for table in TABLES.values() for exercise, answers in table["WRONG"].items()
}
WRONG = [
    pytest.param(exercise, word, answer, id=f"{exercise}-{place}")
    for exercise, answers in BY_EXERCISE.items()
    for place, (word, answer) in enumerate(answers)
]
RIGHT = [
    pytest.param(exercise, answer, id=f"{exercise}-{place}")
    for table in TABLES.values()
    for exercise, answers in table["RIGHT"].items()
    for place, answer in enumerate(answers)
]


def ask(exercise: str, answer: Any) -> Any:
    check = getattr(checks, exercise)
    return check(*answer) if exercise == "three_settings" else check(answer)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # what divides by 0 warns, before it is told
@pytest.mark.parametrize(("exercise", "word", "answer"), WRONG)
def test_a_wrong_answer_is_not_called_right_and_told_why(exercise, word, answer):
    result = ask(exercise, answer)
    assert result.status == "not yet", result
    assert "could not work with" not in result.message, result
    assert result.message, result
    assert result.hint, result
    assert word in f"{result.message} {result.hint}", result


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(("exercise", "answer"), RIGHT)
def test_an_unusual_right_answer_is_right(exercise, answer):
    assert ask(exercise, answer), ask(exercise, answer)


@pytest.mark.parametrize("exercise", BY_EXERCISE)
def test_there_are_ten_wrong_answers_and_words_for_the_five_commonest(exercise):
    words = [word for word, _ in BY_EXERCISE[exercise]]
    assert len(words) >= 10
    assert sum(map(bool, words)) >= 5


def test_no_exercise_is_left_out():
    names = [name for name in checks._modules() if name != "pytorch" or NEEDS_TORCH in TABLES]
    modules = [getattr(checks, name) for name in names]
    assert {name for module in modules for name in module.__all__} == set(BY_EXERCISE)
