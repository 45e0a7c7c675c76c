"""TensorFlow's start-up messages stay out of sight, and nothing else does."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from nstkit.machine.tensorflow import START_UP_MESSAGE, without_start_up_messages

MESSAGES = (
    "WARNING: All log messages before absl::InitializeLog() is called are written to STDERR\n",
    "I0000 00:00:1795581136.511954   10483 cudart_stub.cc:31] Could not find cuda drivers\n",
    "E0000 00:00:1795581138.928673   10483 cuda_platform.cc:52] failed call to cuInit\n",
    "2026-11-22 10:00:00.123456: I tensorflow/core/platform/cpu_feature_guard.cc:182] This\n",
    "To enable the following instructions: AVX2 FMA, in other operations, rebuild TensorFlow\n",
)


@pytest.mark.parametrize(
    "module", ["nstkit.transfer.problem", "nstkit.machine.tensorflow", "nstkit.setup_check"]
)
def test_starting_tensorflow_writes_nothing(module):
    code = (
        f"import {module}\nfrom nstkit.setup_check import visible_gpus\nvisible_gpus()\n"
        "from nstkit.machine.tensorflow import tf\n"
        "print(float(tf.function(lambda x: 2 * x)(tf.constant(3.0))))"
    )
    variables = {k: v for k, v in os.environ.items() if not k.startswith("TF_CPP")}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=variables
    )
    assert (done.stdout, done.stderr) == ("6.0\n", "")


@pytest.mark.parametrize("message", MESSAGES)
def test_a_start_up_message_is_known(message):
    assert START_UP_MESSAGE.match(message)


def test_what_is_no_start_up_message_is_passed_on(capfd):
    with without_start_up_messages():
        os.write(2, (MESSAGES[0] + "something is wrong\n" + MESSAGES[1]).encode())
    assert capfd.readouterr().err == "something is wrong\n"


def test_a_failure_is_passed_on_whole(capfd):
    def fail() -> None:
        with without_start_up_messages():
            os.write(2, MESSAGES[2].encode())
            raise ImportError

    with pytest.raises(ImportError):
        fail()
    assert capfd.readouterr().err == MESSAGES[2]


def test_a_program_without_a_console_does_not_mind(monkeypatch):
    def refuse(_: int) -> int:
        raise OSError

    monkeypatch.setattr(os, "dup", refuse)
    with without_start_up_messages():
        done = True
    assert done


@pytest.mark.parametrize("first", ["nstkit.machine.tensorflow", "nstkit.backbones.backbone"])
def test_tensorflow_uses_no_more_threads_than_the_process_may(first):
    code = (
        f"import {first}\nimport tensorflow as tf\nthreads = tf.config.threading\n"
        "print(threads.get_intra_op_parallelism_threads(),"
        " threads.get_inter_op_parallelism_threads())"
    )
    variables = {**os.environ, "NSTKIT_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=variables
    )
    assert (done.stdout, done.stderr) == ("1 1\n", "")


def test_a_tensorflow_that_computes_already_is_left_as_it_is():
    code = (
        "import tensorflow as tf\ntf.constant(1) + 1\n"
        "from nstkit.machine import tensorflow\nprint(tensorflow.tf is tf)"
    )
    variables = {**os.environ, "NSTKIT_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=variables
    )
    assert done.stdout == "True\n"
