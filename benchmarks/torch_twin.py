"""The recipe in PyTorch: nstkit's twin, which tests compare with and benchmarks time.

Pictures and features have the channels first: (1, channels, height, width).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from rivals import factors_of

from nstkit.losses import PICTURE
from nstkit.transfer import Problem

MEAN_BGR = (103.939, 116.779, 123.68)


class Normalise(torch.nn.Module):
    """RGB in [0, 1] to what VGG was trained on: BGR in [0, 255] without ImageNet's mean."""

    def forward(self, image):
        return image.flip(1) * 255 - image.new_tensor(MEAN_BGR).reshape(1, 3, 1, 1)


def build_vgg(state, pooling=torch.nn.MaxPool2d):
    """Return the network of a state dict with names like "block1_conv1.weight"."""
    vgg = torch.nn.Sequential()
    vgg.add_module("normalise", Normalise())
    for layer in [name.removesuffix(".weight") for name in state if name.endswith(".weight")]:
        block = layer.split("_")[0]
        outputs, inputs = state[f"{layer}.weight"].shape[:2]
        if layer.endswith("conv1") and block != "block1":
            vgg.add_module(f"pool_{block}", pooling(2))
        vgg.add_module(layer, torch.nn.Conv2d(inputs, outputs, 3, padding=1))
        vgg.add_module(layer.replace("conv", "relu"), torch.nn.ReLU())
    vgg.load_state_dict(state)
    return vgg.requires_grad_(False)


def features_of(vgg, image, layers):
    """Return the features after ReLU of some layers, by name, and run no deeper than needed."""
    x, found = image, {}
    for name, module in vgg.named_children():
        x = module(x)
        if name.replace("relu", "conv") in layers and isinstance(module, torch.nn.ReLU):
            found[name.replace("relu", "conv")] = x
            if len(found) == len(layers):
                break
    return found


def gram_matrix(features):
    """Return G_ij = Σ_k F_ik F_jk."""
    flat = features[0].flatten(1)
    return flat @ flat.T


class ContentLoss(torch.nn.Module):
    """The squared distance of features to those of the content picture, times a scale."""

    def __init__(self, features, scale):
        super().__init__()
        self.target, self.scale = features.detach(), scale

    def forward(self, features):
        return self.scale * ((features - self.target) ** 2).sum()


class StyleLoss(torch.nn.Module):
    """The squared distance of a Gram matrix to the style picture's, times a scale."""

    def __init__(self, features, scale):
        super().__init__()
        self.target, self.scale = gram_matrix(features).detach(), scale

    def forward(self, features):
        return self.scale * ((gram_matrix(features) - self.target) ** 2).sum()


class TotalVariation(torch.nn.Module):
    """How much neighbouring pixels differ, in the kinds that conventions have, times a scale."""

    def __init__(self, kind: str, scale: float):
        super().__init__()
        self.kind, self.scale = kind, scale

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        down = image[:, :, 1:] - image[:, :, :-1]
        right = image[:, :, :, 1:] - image[:, :, :, :-1]
        if self.kind == "absolute":
            return self.scale * (down.abs().sum() + right.abs().sum())
        if self.kind == "mean-absolute":
            return self.scale * (down.abs().mean() + right.abs().mean())
        both = down[..., :-1] ** 2 + right[:, :, :-1] ** 2
        return self.scale * (both.sum() / 2 if self.kind == "squared" else (both**1.25).sum())


class Twin(torch.nn.Module):
    """The total loss of a problem, computed from its pictures, network and constants alone.

    Parameters
    ----------
    problem : Problem
        One of content, style and total variation.
    dtype : torch.dtype
        Type of pictures, parameters and everything computed from them.
    layout : torch.memory_format
        ``torch.channels_last`` keeps channels together in memory, which is faster.
    vgg : torch.nn.Sequential, optional
        The problem's network where it is built already, in that type and layout.
    """

    def __init__(
        self,
        problem: Problem,
        dtype: torch.dtype = torch.float32,
        layout: torch.memory_format = torch.contiguous_format,
        vgg: torch.nn.Sequential | None = None,
    ):
        super().__init__()
        self.dtype, self.layout = dtype, layout
        self.vgg = vgg or vgg_of(problem.backbone).to(dtype=dtype, memory_format=layout)
        self.content, self.style = torch.nn.ModuleDict(), torch.nn.ModuleDict()
        factors = factors_of(problem)
        wanted = {"content": tuple(factors["content"]), "style": tuple(factors["style"])}
        content = features_of(self.vgg, self.picture(problem.content_image), wanted["content"])
        style = features_of(self.vgg, self.picture(problem.style_image), wanted["style"])
        for layer, factor in factors["content"].items():
            self.content[layer] = ContentLoss(content[layer], factor)
        for layer, factor in factors["style"].items():
            # A raw Gram matrix grows with the picture: as if the two had one size.
            ratio = problem.layers["style"][layer].positions / style[layer][0, 0].numel()
            self.style[layer] = StyleLoss(style[layer] * ratio**0.5, factor)
        self.variation = TotalVariation(problem.convention.tv_kind, factors["tv"][PICTURE])

    def picture(self, image: Any) -> torch.Tensor:
        """Return a picture of nstkit's, shape (1, height, width, 3), with its channels first."""
        tensor = torch.tensor(np.asarray(image), dtype=self.dtype)
        return tensor.permute(0, 3, 1, 2).contiguous(memory_format=self.layout)

    def parts(self, image: torch.Tensor) -> dict[str, dict[str, torch.Tensor]]:
        """Return the weighed losses by term and layer."""
        found = features_of(self.vgg, image, {*self.content, *self.style})
        return {
            "content": {layer: loss(found[layer]) for layer, loss in self.content.items()},
            "style": {layer: loss(found[layer]) for layer, loss in self.style.items()},
            "tv": {PICTURE: self.variation(image)} if self.variation.scale else {},
        }

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        """Return the total loss."""
        total = image.new_zeros(())
        for losses in self.parts(image).values():
            for value in losses.values():
                total = total + value
        return total

    def evaluate(self, image: np.ndarray) -> tuple[float, np.ndarray]:
        """Return total loss and gradient of a picture of nstkit's, both in its shapes."""
        picture = self.picture(image).requires_grad_(True)
        total = self(picture)
        (gradient,) = torch.autograd.grad(total, picture)
        return float(total.detach()), gradient.permute(0, 2, 3, 1).numpy()


def vgg_of(backbone: Any) -> torch.nn.Sequential:
    """Return a backbone's network."""
    kinds = {"max": torch.nn.MaxPool2d, "average": torch.nn.AvgPool2d}
    return build_vgg(state_of(backbone), kinds[backbone.pooling])


def state_of(backbone: Any) -> dict[str, torch.Tensor]:
    """Return a backbone's parameters as a state dict."""
    state = {}
    for layer in backbone.layers:
        kernel, bias = backbone.parameters(layer)
        state[f"{layer}.weight"] = torch.tensor(kernel.transpose(3, 2, 0, 1))
        state[f"{layer}.bias"] = torch.tensor(bias)
    return state
