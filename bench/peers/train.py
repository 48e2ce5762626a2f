#!/usr/bin/env python3
"""Times one training step of the 3DGAN (doc/format/train.md, the recipe of `caloforge train`) in TensorFlow/Keras, as a
compiled graph, and in Caloforge, by turns in one run, on the CPU.

    bench/peers/train.py [--batch 16] [--threads 2] [--rounds 3] [--caloforge build/release/app/caloforge]

The step is the same: a discriminator step on real and one on generated showers (made in inference mode), then two
generator steps; the three losses, RMSprop, label flips, dropout and batch normalisation. Showers are made up: their
content does not matter for the time. Parameters are counted before anything is timed.
"""

import argparse
import json
import os
import statistics
import subprocess
import time


def keras_step(batch, threads):
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
    import tensorflow as tf
    from tensorflow.keras import Model, layers, losses, optimizers

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)

    latent = layers.Input((200,))
    x = layers.Dense(3136)(latent)
    x = layers.Reshape((7, 7, 8, 8))(x)
    x = layers.BatchNormalization()(layers.LeakyReLU(negative_slope=0.3)(layers.Conv3D(64, (6, 6, 8), padding="same")(x)))
    x = layers.ZeroPadding3D((2, 2, 0))(layers.UpSampling3D((2, 2, 2))(x))
    x = layers.BatchNormalization()(layers.LeakyReLU(negative_slope=0.3)(layers.Conv3D(6, (6, 5, 8))(x)))
    x = layers.ZeroPadding3D((1, 0, 3))(layers.UpSampling3D((2, 2, 3))(x))
    x = layers.LeakyReLU(negative_slope=0.3)(layers.Conv3D(6, (3, 3, 8))(x))
    generator = Model(latent, layers.Conv3D(1, (2, 2, 2), use_bias=False, activation="relu")(x))

    image = layers.Input((25, 25, 25, 1))
    x = layers.Conv3D(32, (5, 5, 5), padding="same")(image)
    x = layers.Dropout(0.2)(layers.LeakyReLU(negative_slope=0.3)(x))
    for pad in (2, 2, 1):
        x = layers.LeakyReLU(negative_slope=0.3)(layers.Conv3D(8, (5, 5, 5))(layers.ZeroPadding3D((pad,) * 3)(x)))
        x = layers.Dropout(0.2)(layers.BatchNormalization()(x))
    x = layers.Flatten()(layers.AveragePooling3D((2, 2, 2))(x))
    total = layers.Lambda(lambda cells: tf.reduce_sum(cells, axis=(1, 2, 3)))(image)
    discriminator = Model(image, [layers.Dense(1, activation="sigmoid")(x), layers.Dense(1)(x), total])

    def trainable(model):
        return sum(int(tf.size(weight)) for weight in model.trainable_weights)

    assert (trainable(generator), trainable(discriminator)) == (872808, 73402), "not the 3DGAN"

    entropy, percentage = losses.BinaryCrossentropy(), losses.MeanAbsolutePercentageError()
    of_generator, of_discriminator = (optimizers.RMSprop(1e-3, rho=0.9) for _ in range(2))

    def loss(outputs, labels, energies, sums):
        real, energy, total = outputs
        return 6 * entropy(labels, real) + 0.2 * percentage(energies, energy) + 0.1 * percentage(sums, total)

    def labels(value):
        flipped = tf.random.uniform((batch, 1)) < 0.05
        return tf.where(flipped, 1.0 - value, value)

    def conditions():
        energies = tf.random.uniform((batch, 1), 0.1, 5)
        return energies, tf.random.normal((batch, 200)) * energies

    def train_discriminator(showers, value, energies, sums):
        with tf.GradientTape() as tape:
            value = loss(discriminator(showers, training=True), labels(value), energies, sums)
        gradients = tape.gradient(value, discriminator.trainable_weights)
        of_discriminator.apply_gradients(zip(gradients, discriminator.trainable_weights))

    @tf.function
    def step(showers, energies):
        train_discriminator(showers, 1.0, energies, tf.reduce_sum(showers, axis=(1, 2, 3)))
        asked, noise = conditions()
        train_discriminator(generator(noise, training=False), 0.0, asked, 2 * asked)
        for _ in range(2):
            asked, noise = conditions()
            with tf.GradientTape() as tape:
                judged = discriminator(generator(noise, training=True), training=True)
                value = loss(judged, tf.ones((batch, 1)), asked, 2 * asked)
            gradients = tape.gradient(value, generator.trainable_weights)
            of_generator.apply_gradients(zip(gradients, generator.trainable_weights))
        return value

    showers = tf.random.uniform((batch, 25, 25, 25, 1))
    showers = tf.where(showers < 0.1, showers * 1e-2, 0.0)
    energies = tf.ones((batch, 1))
    step(showers, energies).numpy()  # compiles
    return tf.__version__, lambda: step(showers, energies).numpy()


def caloforge(program, batch, threads):
    line = [program, "bench", "train", "--batch", str(batch), "--threads", str(threads), "--kernels", "native", "--seconds",
            "5", "--json"]
    done = subprocess.run(line, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)["results"][0]["ms_per_shower"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--caloforge", default="build/release/app/caloforge")
    options = parser.parse_args()
    version, step = keras_step(options.batch, options.threads)
    theirs, ours = [], []
    for _ in range(options.rounds):
        for _ in range(3):
            start = time.perf_counter()
            step()
            theirs.append(1e3 * (time.perf_counter() - start) / options.batch)
        ours.append(caloforge(options.caloforge, options.batch, options.threads))
    print(f"batch {options.batch}, {options.threads} threads, ms per shower of one training step (median, range)")
    for name, times in ((f"TensorFlow/Keras {version}", theirs), ("Caloforge", ours)):
        print(f"  {name:24} {statistics.median(times):7.1f}   {min(times):.1f} to {max(times):.1f}")
    print(f"  ratio {statistics.median(theirs) / statistics.median(ours):.1f}")


if __name__ == "__main__":
    main()
