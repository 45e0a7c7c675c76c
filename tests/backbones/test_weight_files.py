from __future__ import annotations

import dataclasses
import hashlib
import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nstkit.backbones import (
    ARCHITECTURES,
    LAYERS,
    Backbone,
    architecture,
    cached_weights,
    load_backbone,
    published,
    read_slim,
    untrained_backbone,
    weight_files,
)
from nstkit.errors import WeightsError


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file laid out as the one that Keras downloads, with random values."""
    path = tmp_path_factory.mktemp("weights") / "random.h5"
    write_weights(path, untrained_backbone("vgg19", seed=1))
    return path


def write_weights(path: Path, backbone: Backbone) -> None:
    import h5py

    pools = [f"block{block}_pool" for block in range(1, 6)]
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [
            name.encode() for name in ["input_1", *sorted([*LAYERS, *pools])]
        ]
        for name in ["input_1", *pools]:
            file.create_group(name).attrs["weight_names"] = []
        for layer in backbone.layers:
            group, names = file.create_group(layer), [f"{layer}_W_1:0", f"{layer}_b_1:0"]
            group.attrs["weight_names"] = [name.encode() for name in names]
            for name, array in zip(names, backbone.parameters(layer), strict=True):
                group[name] = array


@pytest.fixture
def keras_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    return tmp_path / "keras"


def expect_md5(monkeypatch: pytest.MonkeyPatch, md5: str) -> None:
    """Have VGG-19's published file be one with another MD5."""
    vgg19 = ARCHITECTURES["vgg19"]
    other = dataclasses.replace(vgg19, weights=dataclasses.replace(published("vgg19"), md5=md5))
    monkeypatch.setitem(ARCHITECTURES, "vgg19", other)


def holds(backbone: Backbone, seed: int) -> bool:
    """Say whether a backbone has the values drawn from a seed, in every layer."""
    drawn = untrained_backbone("vgg19", seed=seed)
    return all(
        np.array_equal(one, other)
        for layer in LAYERS
        for one, other in zip(backbone.parameters(layer), drawn.parameters(layer), strict=True)
    )


def test_a_path_is_read_and_named(weights: Path, keras_home: Path) -> None:
    backbone = load_backbone(weights=weights)
    assert backbone.name == "vgg19"
    assert str(weights) in backbone.describe()
    assert holds(backbone, seed=1)


def test_keras_s_cache_is_used(weights: Path, keras_home: Path) -> None:
    cached_weights().parent.mkdir(parents=True)
    cached_weights().symlink_to(weights)
    assert cached_weights() == keras_home / "models" / published("vgg19").name
    backbone = load_backbone("vgg19")
    assert holds(backbone, seed=1)


def test_without_keras_home_the_cache_is_keras_s_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KERAS_HOME", raising=False)
    assert cached_weights() == Path.home() / ".keras" / "models" / published("vgg19").name


def test_missing_weights_are_told_with_every_way_out(keras_home: Path) -> None:
    with pytest.raises(WeightsError) as caught:
        load_backbone("vgg19")
    for part in (str(cached_weights()), "80 MB", "download=True", "weights=PATH", "vgg19-slim"):
        assert part in str(caught.value)
    assert not keras_home.exists()


def test_a_path_that_is_not_there_or_a_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"there is no weights file .*80,134,624 bytes"):
        load_backbone("vgg19", weights=tmp_path / "none.h5", download=True)
    with pytest.raises(WeightsError, match=f"{tmp_path} is a folder: give the path of"):
        load_backbone("vgg19", weights=tmp_path)


def truncated(folder: Path, whole: bytes) -> bytes:
    return whole[: len(whole) // 3]


def damaged_head(folder: Path, whole: bytes) -> bytes:
    return b"<html>" + whole[6:1000]


def empty(folder: Path, whole: bytes) -> bytes:
    return b""


def no_network(folder: Path, whole: bytes) -> bytes:
    import h5py

    with h5py.File(folder / "other.h5", "w") as file:
        file["temperatures"] = np.arange(10.0)
    return (folder / "other.h5").read_bytes()


def another_network(folder: Path, whole: bytes) -> bytes:
    write_weights(folder / "other.h5", untrained_backbone("vgg19-slim"))
    return (folder / "other.h5").read_bytes()


@pytest.mark.parametrize("make", [truncated, damaged_head, empty, no_network, another_network])
@pytest.mark.parametrize("place", ["path", "cache"])
def test_a_wrong_file_is_told_and_left_as_it_is(
    weights: Path, keras_home: Path, tmp_path: Path, make: Any, place: str
) -> None:
    path = tmp_path / "wrong.h5" if place == "path" else cached_weights()
    path.parent.mkdir(parents=True, exist_ok=True)
    content = make(tmp_path, weights.read_bytes())
    path.write_bytes(content)
    with pytest.raises(WeightsError) as caught:
        load_backbone("vgg19", weights=path if place == "path" else None, download=True)
    message = str(caught.value)
    for part in (str(path), f"{len(content):,} bytes", "80,134,624 bytes", "MD5 253f8cb5"):
        assert part in message
    assert "left as it is" in message
    assert path.read_bytes() == content


@pytest.fixture
def server(weights: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Serve the weights on this machine's own address; yield the user agents that asked."""
    agents: list[str] = []

    class Handler(SimpleHTTPRequestHandler):
        def do_GET(self) -> None:
            agents.append(self.headers["User-Agent"])
            assert self.path.endswith(f"/vgg19/{published('vgg19').name}")
            self.path = f"/{weights.name}"
            super().do_GET()

        def log_message(self, *_: Any) -> None:
            pass

    handler = partial(Handler, directory=str(weights.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as http:
        address = f"http://127.0.0.1:{http.server_port}/files"
        monkeypatch.setattr(architecture, "PUBLISHED_AT", address)
        expect_md5(monkeypatch, hashlib.md5(weights.read_bytes()).hexdigest())
        thread = threading.Thread(target=http.serve_forever, daemon=True)
        thread.start()
        yield agents
        http.shutdown()
        thread.join()


def test_a_download_lands_in_the_cache_and_is_used_from_then_on(
    server: list[str], weights: Path, keras_home: Path
) -> None:
    backbone = load_backbone("vgg19", download=True)
    assert cached_weights().read_bytes() == weights.read_bytes()
    assert [path.name for path in cached_weights().parent.iterdir()] == [published("vgg19").name]
    assert holds(backbone, seed=1)
    asked = len(server)
    load_backbone("vgg19", download=True)
    assert len(server) == asked


def test_a_download_with_another_hash_is_refused_and_leaves_nothing(
    server: list[str], keras_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expect_md5(monkeypatch, "0" * 32)
    with pytest.raises(WeightsError, match=r"the download of .* failed.*Without a network"):
        load_backbone("vgg19", download=True)
    assert not [path for path in keras_home.rglob("*") if path.is_file()]


def test_without_a_network_the_download_fails_within_seconds(
    keras_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(architecture, "PUBLISHED_AT", "http://127.0.0.1:9")
    start = time.perf_counter()
    with pytest.raises(WeightsError, match=r"cannot download http://127.* take 'vgg19-slim'"):
        load_backbone("vgg19", download=True)
    assert time.perf_counter() - start < 5
    assert not cached_weights().exists()


@pytest.fixture
def slim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a stand-in for the slim network's file, with its hash set to match."""
    backbone = untrained_backbone("vgg19-slim")
    arrays: dict[str, Any] = {}
    for layer in LAYERS:
        kernel, bias = backbone.parameters(layer)
        arrays[f"{layer}/kernel"] = kernel.astype(np.float16)
        arrays[f"{layer}/bias"] = bias.astype(np.float16)
    path = tmp_path / "slim.npz"
    np.savez(path, **arrays)
    monkeypatch.setattr(weight_files, "SLIM_FILE", path)
    monkeypatch.setattr(weight_files, "SLIM_SHA256", hashlib.sha256(path.read_bytes()).hexdigest())
    read_slim.cache_clear()
    yield path
    read_slim.cache_clear()


def test_the_slim_weights_are_read_as_float32(slim: Path) -> None:
    backbone = load_backbone("vgg19-slim")
    assert backbone.name == "vgg19-slim"
    kernel, bias = backbone.parameters("block5_conv4")
    assert kernel.shape == (3, 3, 128, 128)
    assert kernel.dtype == bias.dtype == np.float32


def test_damaged_or_missing_slim_weights_are_told(slim: Path) -> None:
    whole = slim.read_bytes()
    slim.write_bytes(whole[:-1] + b"x")
    with pytest.raises(WeightsError, match=r"slim\.npz is damaged: its SHA-256 .*install nstkit"):
        read_slim()
    slim.unlink()
    with pytest.raises(WeightsError, match=r"are missing \(.*slim\.npz\): install nstkit again"):
        read_slim()
    slim.write_bytes(whole)
    assert set(read_slim()) == set(LAYERS)
