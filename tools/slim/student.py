"""The student, and the loss that compares it with its teachers."""

import keras
from keras import layers, ops

from slim.shape import ALIKE, INPUT_SCALE, KEPT, TAPS, WIDTH, layers_up_to


@keras.saving.register_keras_serializable(package="slim")
class Pool(layers.Layer):
    """2 x 2 pooling: for every picture of the batch its own share of average, the rest max."""

    def call(self, x, average):
        """Return half the height and width; `average` has shape (batch, 1, 1, 1)."""
        average = ops.cast(average, x.dtype)
        return average * ops.average_pool(x, 2, 2) + (1 - average) * ops.max_pool(x, 2, 2)


def pair_grams(features):
    """Return each picture's Gram matrix (batch, channels, channels), per position."""
    count = ops.cast(ops.shape(features)[1] * ops.shape(features)[2], "float32")
    return ops.einsum("nhwi,nhwj->nij", features, features) / count


class Distillation(keras.Model):
    """The student with a 1 x 1 projection per tap; its loss compares with the teacher.

    Per tap: the mean squared error of the projected features, the error of the differences
    between the Gram matrices of two pictures (relative to those differences), and in `ALIKE` how
    far similarities between any two positions differ from the teacher's. The projections have no
    bias: a Gram matrix of the student must tell what the teacher's is, and it knows no constant.
    However the student pools, its teacher pools by the maximum, as it was trained to.
    """

    gram_weight, kernel_weight, floor = 2.0, 0.5, 0.01

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        """Return the weighted sum over the taps and keep count of each tap's feature error."""
        total = 0.0
        seen = self.teacher({"image": x["image"] * INPUT_SCALE, "average": 0 * x["average"]})
        for tap in self.taps:
            weight = TAPS[tap]
            wanted = ops.stop_gradient(ops.cast(seen[tap], "float32"))
            own, projected = y_pred[f"{tap}/own"], y_pred[tap]
            error = ops.mean(ops.square(projected - wanted))
            gram, wanted_gram = pair_grams(projected), pair_grams(wanted)
            change = gram - ops.roll(gram, 1, axis=0)
            wanted_change = wanted_gram - ops.roll(wanted_gram, 1, axis=0)
            gram_error = ops.sum(ops.square(change - wanted_change), axis=(1, 2)) / (
                ops.sum(ops.square(wanted_change), axis=(1, 2))
                + self.floor * ops.sum(ops.square(wanted_gram), axis=(1, 2))
            )
            total += weight * (error + self.gram_weight * ops.mean(gram_error))
            if tap in ALIKE:
                total += weight * self.kernel_weight * unlikeness(own, wanted)
            self.trackers[tap].update_state(error)
            self.trackers[f"{tap}/gram"].update_state(ops.mean(gram_error))
        return total


def in_part(x, layer: str):
    """Return the part of a layer's features that is compared: of block 1 a corner will do."""
    return x[:, :64, :64] if layer[5] == "1" else x


def unlikeness(own, wanted):
    """Compare two kernels over all positions of the batch: 1 - cosine of (F F^T, T T^T)."""
    count = ops.cast(ops.size(own) / own.shape[-1], "float32")

    def energy(a, b):
        return ops.sum(ops.square(ops.einsum("nhwi,nhwj->ij", a, b) / count))

    return 1 - energy(own, wanted) / ops.sqrt(energy(own, own) * energy(wanted, wanted) + 1e-12)


def build_student(last: str, frozen: tuple[str, ...] = ()) -> Distillation:
    """Build the student up to a layer, with a projection to the teacher per tap.

    Inputs are pictures scaled to about 1 and each one's share of average pooling. The layers
    in `frozen` stay as they are and are not compared.
    """
    x = image = keras.Input((None, None, 3), name="image")
    average = keras.Input((1, 1, 1), name="average")
    outputs, taps = {}, []
    for name in layers_up_to(last):
        if name.endswith("conv1") and x is not image:
            x = Pool()(x, average)
        x = layers.Conv2D(
            WIDTH[name],
            3,
            padding="same",
            activation="relu",
            kernel_initializer="he_normal",
            name=name,
            trainable=name not in frozen,
        )(x)
        if name not in TAPS or name in frozen:
            continue
        own = in_part(x, name)
        # One projection for each way of pooling: features under the two differ in size.
        projected = [
            layers.Dense(KEPT[name[5]], use_bias=False, name=f"{name}_{pooling}")(own)
            for pooling in ("max", "average")
        ]
        outputs[f"{name}/own"] = own
        outputs[name] = average * projected[1] + (1 - average) * projected[0]
        taps.append(name)
    model = Distillation({"image": image, "average": average}, outputs)
    model.taps = taps
    model.trackers = {
        name: keras.metrics.Mean(name=name) for tap in taps for name in (tap, f"{tap}/gram")
    }
    return model


def student_layers(model: keras.Model) -> keras.Model:
    """Return the part pictures -> {layer: features} of the student."""
    names = [layer.name for layer in model.layers if layer.name in WIDTH]
    return keras.Model(model.input, {name: model.get_layer(name).output for name in names})
