"""The network, the predictor and the table under training, and the loss."""

import keras
from keras import ops

from fast.data import TABLE
from fast.loss_network import CONTENT_LAYERS, STYLE_LAYERS, gram

SEEN = ("pixel", "content", "style", "log", *STYLE_LAYERS)
"""What is reported: each a mean over the pictures of a batch that it concerns."""


class Teaching(keras.Model):
    """What paints, with the loss that teaches it.

    loss = content C + style log(S + floor) + variation TV, averaged over the batch, and
    pixel |x - p|^2 in place of style where a photograph is given its own; with C and S relative
    to their targets and averaged over their layers, like the kit's convention "relative". The
    logarithm makes the gradient of every style about equally strong: without it the few with the
    largest loss decide where the network goes.
    """

    floor = 1e-3

    def __init__(self, network, predictor, loss_network):
        super().__init__()
        self.network, self.predictor, self.loss_network = network, predictor, loss_network
        self.autocast = False
        shape = (len(TABLE), predictor.output_shape[-1])
        self.table = self.add_weight(
            shape=shape, initializer="zeros", dtype="float32", name="table", autocast=False
        )
        # Changed while training, without compiling again.
        names = ("pixel", "content", "style", "variation")
        self.factors = {
            name: self.add_weight(
                shape=(), trainable=False, dtype="float32", name=name, autocast=False
            )
            for name in names
        }
        self.trackers = {name: keras.metrics.Mean(name=name) for name in SEEN}

    def numbers(self, statistics, row):
        """Return the numbers of styles: predicted, plus the table's row where there is one."""
        return self.predictor(statistics) + ops.matmul(row, ops.convert_to_tensor(self.table))

    def call(self, x):
        """Paint."""
        return self.network(
            {"image": x["image"], "numbers": self.numbers(x["statistics"], x["row"])}
        )

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Return the loss of painted pictures `y_pred`."""
        image, styled = x["image"], x["styled"]
        found = self.loss_network(y_pred)
        wanted = self.loss_network(image)
        content = 0.0
        for name in CONTENT_LAYERS:
            target = ops.stop_gradient(ops.cast(wanted[name], "float32"))
            error = ops.mean(ops.square(ops.cast(found[name], "float32") - target), axis=(1, 2, 3))
            content += (
                error / (ops.mean(ops.square(target), axis=(1, 2, 3)) + 1.0) / len(CONTENT_LAYERS)
            )
        style = 0.0
        for name in STYLE_LAYERS:
            relative = gram(found[name]) / x[f"size_{name}"][:, None, None]
            part = ops.sum(ops.square(relative - x[f"gram_{name}"]), axis=(1, 2))
            style += part / len(STYLE_LAYERS)
            self.trackers[name].update_state(part, styled)
        log = ops.log(style + self.floor)
        pixel = ops.mean(ops.square(y_pred - image), axis=(1, 2, 3))
        down, right = y_pred[:, 1:] - y_pred[:, :-1], y_pred[:, :, 1:] - y_pred[:, :, :-1]
        variation = ops.mean(ops.abs(down)) + ops.mean(ops.abs(right))
        self.trackers["pixel"].update_state(pixel, 1 - styled)
        for name, value in {"content": content, "style": style, "log": log}.items():
            self.trackers[name].update_state(value, styled)
        factor = self.factors
        # In its own style a photograph shall stay as it is: the pixel loss, and no style's.
        by_pixel = factor["pixel"] * (1 - styled)
        total = by_pixel * pixel + factor["content"] * content + styled * factor["style"] * log
        return ops.mean(total) + factor["variation"] * variation


def variables(model: Teaching) -> list:
    """Return what is trained, always in the same order."""
    return [*model.network.trainable_variables, *model.predictor.trainable_variables, model.table]


class Average:
    """The running mean of the trained variables, quieter than they are."""

    def __init__(self, model: Teaching, momentum: float = 0.999):
        self.model, self.momentum = model, momentum
        self.arrays = [v.numpy().copy() for v in variables(model)]

    def update(self, batches: int) -> None:
        """Take in the variables as they are after so many more batches."""
        keep = self.momentum**batches
        for array, variable in zip(self.arrays, variables(self.model), strict=True):
            array *= keep
            array += (1 - keep) * variable.numpy()

    def swap(self) -> None:
        """Exchange the mean and the variables; twice is as before."""
        for number, variable in enumerate(variables(self.model)):
            now = variable.numpy().copy()
            variable.assign(self.arrays[number])
            self.arrays[number] = now
