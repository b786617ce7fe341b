"""TensorFlow: the whole training is one function that XLA compiles. A feature is a row, as in mdnlib, and a sample a column."""

import os

import common
from common import BETA1, BETA2, EPSILON, HALF_LOG_2PI, clock

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import numpy as np
import tensorflow as tf

tf.config.threading.set_intra_op_parallelism_threads(common.threads)
tf.config.threading.set_inter_op_parallelism_threads(common.threads)
start = clock()
initial = common.initial()
shapes, sizes = [p.shape for p in initial], [p.size for p in initial]
flat = tf.constant(np.concatenate([p.ravel() for p in initial]))
x, y = tf.constant(common.x.swapaxes(1, 2)), tf.constant(common.y)


def cost(parameters, x, y):
    p = [tf.reshape(part, shape) for part, shape in zip(tf.split(parameters, sizes), shapes)]

    def dense(layer, inputs):
        return tf.matmul(p[2 * layer], inputs, transpose_a=True) + p[2 * layer + 1][:, None]

    h = x
    for layer in range(common.hidden):
        h = tf.tanh(dense(layer, h))
    mu = dense(common.hidden, h)
    if common.task == "dense":
        return tf.reduce_mean((mu - y) ** 2)
    sigma = tf.nn.elu(dense(common.hidden + 1, h)) + 1
    losses = 0.5 * ((y - mu) / sigma) ** 2 + tf.math.log(sigma)
    if common.mixture:
        weights = tf.nn.log_softmax(dense(common.hidden + 2, h), axis=0)
        losses = -tf.reduce_logsumexp(weights - losses, axis=0)
    return tf.reduce_mean(losses) + HALF_LOG_2PI


@tf.function(jit_compile=True)
def train(p, batches, rates):
    mean, square = tf.zeros_like(p), tf.zeros_like(p)
    costs = tf.TensorArray(tf.float32, size=len(common.batches), element_shape=())
    for step in tf.range(len(common.batches)):
        batch, rate = tf.gather(batches, step), tf.gather(rates, step)
        with tf.GradientTape() as tape:
            tape.watch(p)
            c = cost(p, tf.gather(x, batch), tf.gather(y, batch))
        g = tape.gradient(c, p)
        mean = BETA1 * mean + (1 - BETA1) * g
        square = BETA2 * square + (1 - BETA2) * g * g
        p -= rate * mean / (tf.sqrt(square) + EPSILON)
        costs = costs.write(step, c)
    return costs.stack()


arguments = flat, tf.constant(common.batches), tf.constant(common.rates)
train(*arguments).numpy()  # the first call compiles, and trains as the second does
first = clock() - start

start = clock()
costs = train(*arguments).numpy()
training = clock() - start
common.report("TensorFlow", tf.__version__, first - training, training, costs)
