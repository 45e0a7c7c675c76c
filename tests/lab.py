"""JupyterLab on loopback and a real browser in it, for the tests marked `browser`."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import course

BROWSER_FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]


@contextlib.contextmanager
def served(folder: Path, private: Path, *, theme: str = "JupyterLab Light") -> Iterator[str]:
    """Serve `folder` in JupyterLab with settings of its own; yield a pattern for addresses.

    The pattern is to be formatted with `page`, a notebook's path inside `folder`.
    """
    settings = private / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension"
    write(settings / "themes.jupyterlab-settings", f'{{"theme": "{theme}"}}')
    write(
        settings / "notification.jupyterlab-settings",
        '{"fetchNews": "false", "checkForUpdates": false}',
    )
    token, port = secrets.token_hex(16), free_port()
    command = [
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        "--ip=127.0.0.1",
        f"--port={port}",
        "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={token}",
        f"--ServerApp.root_dir={folder}",
        f"--ServerApp.tornado_settings={course.UPLOADS}",
    ]
    with running(command, f"http://127.0.0.1:{port}/api?token={token}", private):
        yield f"http://127.0.0.1:{port}/lab/tree/{{page}}?token={token}&reset"


@contextlib.contextmanager
def demo_app(private: Path) -> Iterator[str]:
    """Start what `course.py demo-app` starts, but open no browser; yield its address."""
    port = free_port()
    options = ["--no-browser", "--Voila.ip=127.0.0.1", f"--port={port}"]
    _, command, _ = course.command_for("demo-app", options)
    address = f"http://127.0.0.1:{port}/"
    with running(command[1:], address + "voila/static/voila.js", private):
        yield address


@contextlib.contextmanager
def running(command: list[str], address: str, private: Path) -> Iterator[None]:
    """Run a Python module that serves pages, from when `address` answers until the end."""
    variables = dict(
        os.environ,
        JUPYTERLAB_SETTINGS_DIR=str(private / "lab" / "user-settings"),
        JUPYTERLAB_WORKSPACES_DIR=str(private / "lab" / "workspaces"),
        JUPYTER_CONFIG_DIR=str(private / "config"),
        JUPYTER_DATA_DIR=str(private / "data"),
        JUPYTER_RUNTIME_DIR=str(private / "runtime"),
        IPYTHONDIR=str(private / "ipython"),
        TF_CPP_MIN_LOG_LEVEL="2",
    )
    private.mkdir(parents=True, exist_ok=True)
    log = private / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", *command],
            env=variables,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        wait_for(address, server, log)
        yield
    finally:
        end(server)


@contextlib.contextmanager
def opened(browser_path: str | None, *, width: int = 1360, height: int = 900) -> Iterator[Any]:
    """Start the browser and yield one page of it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=browser_path, args=BROWSER_FLAGS, headless=True
        )
        try:
            yield browser.new_page(viewport={"width": width, "height": height})
        finally:
            browser.close()


def run_notebook(page: Any, address: str, *, patience: float = 120) -> None:
    """Open a notebook, wait for its kernel, run all cells, and wait until they are done."""
    page.set_default_timeout(patience * 1000)
    page.goto(address)
    page.wait_for_selector(".jp-NotebookPanel .jp-Cell")
    idle = page.get_by_role("button", name="Python 3 (ipykernel) | Idle")
    idle.first.wait_for()
    with contextlib.suppress(Exception):
        page.keyboard.press("Control+b") if page.locator(
            "#jp-left-stack:not(.lm-mod-hidden)"
        ).count() else None
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_function(
        """() => {
            const prompts = [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')];
            return prompts.length && prompts.every(p => /\\[\\d+\\]/.test(p.textContent)
                || /\\[ ?\\]/.test(p.textContent) && p.closest('.jp-CodeCell')
                   .querySelector('.cm-content').innerText.trim() === '');
        }"""
    )


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def write(path: Path, text: str) -> None:
    """Write a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def wait_for(
    address: str, server: subprocess.Popen[bytes], log: Path, patience: float = 90
) -> None:
    """Wait until the server answers; fail with its log if it ends instead."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError(f"the server ended: {log.read_text(errors='replace')[-2000:]}")
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5):
            return
        time.sleep(0.3)
    raise TimeoutError(f"no answer in {patience} s: {log.read_text(errors='replace')[-2000:]}")


def end(server: subprocess.Popen[bytes]) -> None:
    """End the server and its kernels, the group that was started with it."""
    if server.poll() is None:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait(10)
