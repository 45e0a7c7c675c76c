"""Notebook 12: answers to its exercises, wrong with a word of the message, and unusually right."""

import torch

from nstkit.backbones import LAYERS, block_of


def gram(features):
    flat = features[0].flatten(1)
    return flat @ flat.T


def mixed_up(features):
    flat = features.reshape(-1, features.shape[1])
    return flat.T @ flat


def painted(loss_of, start, steps, rate, *, clear=True, clamp="step", copy=True, detach=True):
    image = (start.clone() if copy else start).requires_grad_(True)
    optimizer = torch.optim.Adam([image], lr=rate)
    for _ in range(steps):
        if clear:
            optimizer.zero_grad()
        loss_of(image).backward()
        optimizer.step()
        if clamp == "step":
            with torch.no_grad():
                image.clamp_(0, 1)
    if clamp == "end":
        image = image.clamp(0, 1)
    return image.detach() if detach else image


def painted_by_data(loss_of, start, steps, rate):
    image = torch.nn.Parameter(start.detach().clone())
    optimizer = torch.optim.Adam([image], lr=rate)
    for _ in range(steps):
        image.grad = None
        loss_of(image).backward()
        optimizer.step()
        image.data = image.data.clamp(0, 1)
    return image.data


def painted_with_another(optimizer_of):
    def paint(loss_of, start, steps, rate):
        image = start.clone().requires_grad_(True)
        optimizer = optimizer_of([image], lr=rate)
        for _ in range(steps):
            optimizer.zero_grad()
            loss_of(image).backward()
            optimizer.step()
            with torch.no_grad():
                image.clamp_(0, 1)
        return image.detach()

    return paint


def losing_the_picture(loss_of, start, steps, rate):
    image = start.clone().requires_grad_(True)
    optimizer = torch.optim.Adam([image], lr=rate)
    for _ in range(steps):
        optimizer.zero_grad()
        loss_of(image).backward()
        optimizer.step()
        image = image.clamp(0, 1).detach().requires_grad_(True)
    return image.detach()


def closure_for(clear=True, back=True, give=True, clamp=False, early=False, step=False, scale=1):
    def make(loss_of, image, optimizer):
        first = loss_of(image)

        def closure():
            if clamp:
                with torch.no_grad():
                    image.clamp_(0, 1)
            if clear:
                optimizer.zero_grad()
            loss = scale * loss_of(image)
            if back:
                loss.backward()
            if step:
                with torch.no_grad():
                    image.sub_(0.1 * image.grad)
            if give:
                return first if early else loss

        return closure

    return make


def name_of(layer, shift=0):
    return f"features.{2 * LAYERS.index(layer) + block_of(layer) - 1 + shift}"


def name_by_counting(layer):
    place = 0
    for block, convolutions in enumerate((2, 2, 4, 4, 4), start=1):
        for number in range(1, convolutions + 1):
            if layer == f"block{block}_conv{number}":
                return f"features.{place}"
            place += 2
        place += 1


RIGHT = {
    "torch_gram_matrix": [
        gram,
        lambda f: torch.einsum("bchw,bdhw->cd", f, f),
        lambda f: torch.mm(f.reshape(f.shape[1], -1), f.reshape(f.shape[1], -1).t()),
        lambda f: torch.tensordot(f, f, dims=([0, 2, 3], [0, 2, 3])),
        lambda f: sum(torch.outer(v, v) for v in f[0].flatten(1).T),
    ],
    "torch_adam": [painted, painted_by_data],
    "torch_closure": [
        closure_for(),
        lambda loss_of, image, optimizer: (
            lambda: (
                optimizer.zero_grad(),
                (loss := loss_of(image)).backward(),
                loss,
            )[-1]
        ),
    ],
    "torchvision_names": [name_of, name_by_counting],
}

WRONG = {
    "torch_gram_matrix": [
        ("mixes channels", mixed_up),
        ("other factor", lambda f: f[0].flatten(1).T @ f[0].flatten(1)),
        ("number of positions", lambda f: gram(f) / f[0, 0].numel()),
        ("tutorial", lambda f: gram(f) / f.numel()),
        ("lost its connection", lambda f: gram(f.detach())),
        ("not a tensor", lambda f: gram(f).detach().numpy()),
        ("batch", lambda f: gram(f)[None]),
        ("number of channels", lambda f: gram(f) / f.shape[1]),
        ("flatten the positions", lambda f: f @ f.transpose(2, 3)),
        ("axis 1 is", lambda f: f.reshape(-1, f.shape[-1]).T @ f.reshape(-1, f.shape[-1])),
        ("RuntimeError", lambda f: f @ f.T),
        ("", lambda f: gram(f) / 2),
        ("", lambda f: gram(f).sum()),
        ("", lambda f: gram(f - f.mean((2, 3), keepdim=True))),
        ("", lambda f: torch.triu(gram(f))),
    ],
    "torch_adam": [
        ("zero_grad", lambda *args: painted(*args, clear=False)),
        ("leave [0, 1]", lambda *args: painted(*args, clamp="never")),
        ("at the end only", lambda *args: painted(*args, clamp="end")),
        ("painted over", lambda *args: painted(*args, copy=False)),
        ("return image.detach()", lambda *args: painted(*args, detach=False)),
        ("makes a new tensor", losing_the_picture),
        ("one less", lambda loss, start, steps, rate: painted(loss, start, steps - 1, rate)),
        ("one more", lambda loss, start, steps, rate: painted(loss, start, steps + 1, rate)),
        ("learning_rate", lambda loss, start, steps, rate: painted(loss, start, steps, 1e-3)),
        ("start picture", lambda loss, start, steps, rate: start.clone()),
        ("a picture is a tensor", lambda loss, start, steps, rate: [float(loss(start))]),
        ("", painted_with_another(torch.optim.SGD)),
        ("", painted_with_another(torch.optim.AdamW)),
        ("", lambda loss, start, steps, rate: painted(loss, start, 100, rate)),
        ("", lambda loss, start, steps, rate: painted(lambda x: -loss(x), start, steps, rate)),
    ],
    "torch_closure": [
        ("zero_grad", closure_for(clear=False)),
        ("return loss", closure_for(give=False)),
        ("loss.backward", closure_for(back=False)),
        ("no clamping", closure_for(clamp=True)),
        ("not before it", closure_for(early=True)),
        ("without calling it", lambda *args: closure_for()(*args)()),
        ("changes the picture", closure_for(step=True)),
        ("", closure_for(scale=2)),
        ("", closure_for(scale=-1)),
        ("", closure_for(clear=False, give=False)),
        ("", lambda loss_of, image, optimizer: lambda: loss_of(image)),
        ("", lambda loss_of, image, optimizer: loss_of),
        ("", lambda loss_of, image, optimizer: optimizer.step),
    ],
    "torchvision_names": [
        ("ReLU", lambda layer: f"features.{LAYERS.index(layer)}"),
        ("pooling", lambda layer: f"features.{2 * LAYERS.index(layer)}"),
        ("count from 0", lambda layer: name_of(layer, 1)),
        ("the number is right", lambda layer: name_of(layer).split(".")[1]),
        ("the number is right", lambda layer: int(name_of(layer).split(".")[1])),
        ("", lambda layer: layer),
        ("", lambda layer: f"features.{block_of(layer)}"),
        ("", lambda layer: name_of(layer, -1)),
        ("", lambda layer: name_of("block1_conv1")),
        ("", lambda layer: f"features[{name_of(layer).split('.')[1]}]"),
        ("", lambda layer: f"features.{2 * LAYERS.index(layer) + 2 * block_of(layer) - 2}"),
        ("", lambda layer: name_of(layer) if block_of(layer) < 5 else "features.27"),
    ],
}
