"""Checks for notebook 12: Gram matrix, Adam loop and closure in PyTorch, torchvision's names."""

from __future__ import annotations

import inspect
from typing import Any

import numpy as np

from nstkit.backbones import LAYERS, block_of
from nstkit.checks.asking import exercise
from nstkit.checks.comparing import array_of, close, expect
from nstkit.checks.report import require

__all__ = ["torch_adam", "torch_closure", "torch_gram_matrix", "torchvision_names"]


@exercise(
    "write `my_gram_matrix(features)`",
    right="Channels first, one product, and the gradient can flow through it.",
)
def torch_gram_matrix(answer: Any) -> None:
    """Check a Gram matrix of a tensor of shape (1, C, H, W): raw sums, (C, C)."""
    import torch

    array = np.random.default_rng(0).random((1, 5, 3, 4)).astype(np.float32)
    features = torch.tensor(array, requires_grad=True)
    found = answer(features)
    require(
        isinstance(found, torch.Tensor),
        f"your result is a {type(found).__name__}, not a tensor",
        "stay in PyTorch: flatten and @ both return tensors",
    )
    require(
        found.requires_grad,
        "your result has lost its connection to the features: no gradient could flow back",
        "no detach, no .data, no NumPy inside: the loss is to be differentiated through this",
    )
    flat = array.astype(np.float64).reshape(5, 12)
    gram = flat @ flat.T
    mixed = array.astype(np.float64).reshape(12, 5)
    mistakes = {
        "that reshape mixes channels and positions up: the channels are axis 1, so flatten what "
        "follows them, features[0].flatten(1)": (mixed.T @ mixed,),
        "you divided by the number of positions: here the Gram matrix is a raw sum": gram / 12,
        "you divided by channels × positions, as PyTorch's own tutorial does: here the Gram "
        "matrix is a raw sum, and the constant stands in the loss": gram / 60,
        "you divided by the number of channels: here the Gram matrix is a raw sum": gram / 5,
    }
    hints = {
        (12, 12): "you kept the positions and summed over the channels: the transpose belongs to "
        "the other factor",
        (1, 5, 5): "nearly: take the one picture out of its batch first, features[0]",
        (4, 4): "the last axis is not the channels, as it was in TensorFlow: axis 1 is",
        (3, 4, 4): "flatten the positions into one axis before you multiply",
        (5, 4, 4): "flatten the positions into one axis before you multiply",
        (5, 3, 3): "flatten the positions into one axis before you multiply",
        (1, 5, 3, 3): "flatten the positions into one axis before you multiply",
    }
    shape = tuple(found.shape)
    hint = hints.get(shape, "features[0].flatten(1) has shape (channels, positions)")
    require(
        shape == (5, 5),
        f"for features of shape (1, 5, 3, 4) your result has shape {shape}; it should be (5, 5)",
        hint,
    )
    expect(found.detach().numpy(), gram, "the sum over positions of F_i times F_j", mistakes)


def _loss(target: Any) -> Any:
    """Return a loss that pulls towards a target, partly outside [0, 1], more in some pixels."""
    import torch

    pull = torch.linspace(0.5, 2, target.numel()).reshape(target.shape)
    return lambda image: (pull * (image - target) ** 2).sum()


def _adam(loss: Any, start: Any, steps: int, rate: float, slip: str = "") -> np.ndarray:
    """Run the loop that is asked for, or one with a known slip."""
    import torch

    image = start.clone().requires_grad_(True)
    optimizer = torch.optim.Adam([image], lr=rate)
    for _ in range(steps):
        if slip != "zero_grad":
            optimizer.zero_grad()
        loss(image).backward()
        optimizer.step()
        if slip != "clamp":
            with torch.no_grad():
                image.clamp_(0, 1)
    return image.detach().numpy()


@exercise(
    "write `my_adam(loss_of, start, steps, learning_rate)`",
    right="The very path of the reference, the start picture as it was, nothing left attached.",
)
def torch_adam(answer: Any) -> None:
    """Check a loop of PyTorch's Adam that keeps a picture in [0, 1]."""
    import torch

    start = torch.full((1, 3, 2, 2), 0.5)
    start[0, :, 0, 0] = torch.tensor([0.1, 0.9, 0.3])
    target = torch.linspace(-0.4, 1.4, 12).reshape(start.shape)
    loss_of, kept = _loss(target), start.clone()
    found = answer(loss_of, start, 12, 0.1)
    require(
        isinstance(found, torch.Tensor),
        f"your function returned a {type(found).__name__}; a picture is a tensor",
        "return the picture at the end, not the loss or a list of losses",
    )
    require(
        torch.equal(start.detach(), kept),
        "the start picture was painted over: it has other values than before the call",
        "an optimiser changes its tensor in place: give it a copy, "
        "start.clone().requires_grad_(True)",
    )
    require(
        not found.requires_grad,
        "the picture you return still wants a gradient: what is computed from it is recorded",
        "return image.detach()",
    )
    moved = array_of(found.numpy(), "your picture", shape=tuple(start.shape))
    require(
        not close(moved, kept.numpy()),
        "the picture is still the start picture",
        "give the optimiser the very tensor that the loss is computed from; a line such as "
        "image = image.clamp(0, 1) makes a new tensor, and the optimiser keeps the old one",
    )
    first = _adam(loss_of, kept, 1, 0.1)
    mistakes = {
        "gradients of earlier steps are still in image.grad, since backward adds: "
        "optimizer.zero_grad() at the beginning of every step": _adam(
            loss_of, kept, 12, 0.1, slip="zero_grad"
        ),
        "pixels leave [0, 1]: clamp after every step, image.clamp_(0, 1) under torch.no_grad()": (
            _adam(loss_of, kept, 12, 0.1, slip="clamp"),
        ),
        "you clamp at the end only: clamp after every step": np.clip(
            _adam(loss_of, kept, 12, 0.1, slip="clamp"), 0, 1
        ),
        "only the first step moved the picture: image = image.clamp(0, 1) makes a new tensor that "
        "the optimiser does not know; clamp_ with an underscore changes the old one": first,
        "as many steps as `steps` says: you took one less": _adam(loss_of, kept, 11, 0.1),
        "as many steps as `steps` says: you took one more": _adam(loss_of, kept, 13, 0.1),
        "use learning_rate: this is Adam's own default, 0.001": _adam(loss_of, kept, 12, 1e-3),
    }
    hint = "each step: zero_grad, loss, backward, step, clamp"
    expect(moved, _adam(loss_of, kept, 12, 0.1), hint, mistakes, case="after twelve steps")


@exercise(
    "write `my_closure_for(loss_of, image, optimizer)`, which returns a closure",
    right="It clears, computes, goes backwards, returns the loss, and leaves the picture alone.",
)
def torch_closure(answer: Any) -> None:
    """Check a maker of closures for PyTorch's L-BFGS."""
    import torch

    target = torch.linspace(0.1, 0.9, 12).reshape(1, 3, 2, 2)
    start = torch.full((1, 3, 2, 2), 1.5)  # outside [0, 1], so that clamping inside shows
    image, loss_of = start.clone().requires_grad_(True), _loss(target)
    closure = answer(loss_of, image, torch.optim.LBFGS([image]))
    require(
        callable(closure),
        f"your function returned a {type(closure).__name__}; L-BFGS needs a function to call",
        "define closure inside and return it by its name, without calling it: return closure",
    )
    given = inspect.signature(closure).parameters.items()
    needed = [name for name, each in given if each.default is each.empty]
    require(
        not needed,
        f"your closure wants {' and '.join(needed)}; L-BFGS calls it without any argument",
        "write def closure(): loss_of, image and optimizer are known inside it",
    )
    value = closure()
    require(
        value is not None,
        "your closure returns nothing, and L-BFGS asks it for the loss",
        "end the closure with return loss",
    )
    require(
        bool((image.detach() == start).all()),
        "your closure changes the picture, while L-BFGS believes that it stands where it put it",
        "no clamping inside the closure: the next section shows what it does",
    )
    require(
        image.grad is not None,
        "after your closure image.grad is None: L-BFGS would have no gradient",
        "call loss.backward() inside",
    )
    expected = loss_of(start)
    expect(_number(value), _number(expected), "return the loss of image", case="as the loss")
    wanted = torch.autograd.functional.jacobian(loss_of, start).numpy()
    closure()
    mistakes = {
        "backward adds to what is there: optimizer.zero_grad() at the beginning of the closure": (
            2 * wanted,
            3 * wanted,
        )
    }
    assert image.grad is not None
    case = "called twice at one picture, in image.grad"
    expect(image.grad.numpy(), wanted, "one backward in each call", mistakes, case=case)
    with torch.no_grad():
        image.copy_(target)
    case, hint = "with another picture", "compute the loss inside the closure, not before it"
    expect(_number(closure()), 0.0, hint, case=case)


def _number(loss: Any) -> Any:
    """Return what a loss is, without what it remembers of its making."""
    return loss.detach().numpy() if hasattr(loss, "detach") else loss


@exercise(
    "write `my_torchvision_name(layer)`",
    right="All sixteen names, as torchvision has them.",
)
def torchvision_names(answer: Any) -> None:
    """Check the names by which torchvision's VGG-19 calls its convolutions."""
    for place, layer in enumerate(LAYERS):
        found = answer(layer)
        block = block_of(layer)
        expected = 2 * place + block - 1
        likely = {
            f"features.{place}": "between two convolutions there is a ReLU, which counts too",
            f"features.{2 * place}": "a pooling stands between two blocks and counts too",
            f"features.{expected + 1}": "count from 0; no pooling stands before the first block",
            str(expected): f"the number is right; the name is 'features.{expected}'",
        }
        hint = "before it stand two modules for each convolution and one for each finished block"
        require(
            found == f"features.{expected}",
            f"for {layer!r} you have {found!r}; it should be 'features.{expected}'",
            likely.get(str(found), hint),
        )
