"""The student, and the loss that compares it with its teachers."""

import keras
from keras import layers, ops

from slim.shape import KEPT, LAYERS, SIDE, TAPS, WIDTH


def pair_grams(features):
    """Return each picture's Gram matrix (batch, channels, channels), per position."""
    height, width, channels = features.shape[1:]
    flat = ops.reshape(features, (-1, height * width, channels))
    return ops.matmul(ops.transpose(flat, (0, 2, 1)), flat) / (height * width)


class Distillation(keras.Model):
    """The student with a 1 x 1 projection per tap; its loss compares with the teacher.

    Per tap: the mean squared error of the projected features, the error of the differences
    between the Gram matrices of two pictures (relative to those differences), and how far
    similarities between any two positions differ from the teacher's.
    """

    gram_weight, kernel_weight = 0.5, 0.5

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Return the weighted sum over the taps and keep count of each tap's feature error."""
        total = 0.0
        for tap, (_, weight) in TAPS.items():
            wanted = ops.cast(y[tap], "float32")
            own, projected = y_pred[f"{tap}/own"], y_pred[tap]
            error = ops.mean(ops.square(projected - wanted))
            gram, wanted_gram = pair_grams(projected), pair_grams(wanted)
            change = gram - ops.roll(gram, 1, axis=0)
            wanted_change = wanted_gram - ops.roll(wanted_gram, 1, axis=0)
            gram_error = ops.sum(ops.square(change - wanted_change), axis=(1, 2)) / (
                ops.sum(ops.square(wanted_change), axis=(1, 2))
                + 0.01 * ops.sum(ops.square(wanted_gram), axis=(1, 2))
            )
            total += weight * (error + self.gram_weight * ops.mean(gram_error))
            total += weight * self.kernel_weight * unlikeness(own, wanted)
            self.trackers[tap].update_state(error)
            self.trackers[f"{tap}/gram"].update_state(ops.mean(gram_error))
        return total


def unlikeness(own, wanted):
    """Compare two kernels over all positions of the batch: 1 - cosine of (F F^T, T T^T)."""
    own = ops.reshape(own, (-1, own.shape[-1]))
    wanted = ops.reshape(wanted, (-1, wanted.shape[-1]))
    count = ops.cast(ops.shape(own)[0], "float32")

    def energy(a, b):
        return ops.sum(ops.square(ops.matmul(ops.transpose(a), b) / count))

    return 1 - energy(own, wanted) / ops.sqrt(energy(own, own) * energy(wanted, wanted) + 1e-12)


def build_student() -> Distillation:
    """Build the student for input scaled to about 1, with a projection to the teacher per tap."""
    x = image = keras.Input((SIDE, SIDE, 3))
    seen = {}
    for name in LAYERS:
        if name.endswith("conv1") and seen:
            x = layers.MaxPooling2D()(x)
        x = layers.Conv2D(
            WIDTH[name],
            3,
            padding="same",
            activation="relu",
            kernel_initializer="he_normal",
            name=name,
        )(x)
        seen[name] = x
    outputs = {}
    for tap, (stride, _) in TAPS.items():
        own = seen[tap][:, ::stride, ::stride]
        outputs[f"{tap}/own"] = own
        outputs[tap] = layers.Dense(KEPT[tap[5]], name=f"{tap}_projection")(own)
    model = Distillation(image, outputs)
    model.trackers = {
        name: keras.metrics.Mean(name=name) for tap in TAPS for name in (tap, f"{tap}/gram")
    }
    return model


def student_layers(model: keras.Model) -> keras.Model:
    """Return the part crop -> {layer: features} of the student."""
    return keras.Model(model.input, {name: model.get_layer(name).output for name in LAYERS})
