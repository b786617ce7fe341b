"""JAX, arranged by hand to be as fast as we could make it: one compiled program, a scan over all steps.

A feature is a row and a sample a column, as in mdnlib: the usual layout, a sample a row, takes 1.5 to 1.9 times as long.
"""

import os
import time

# One thread: the arrays are too small to share out.
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree

import common
from common import BETA1, BETA2, EPSILON, HALF_LOG_2PI

start = time.perf_counter()
# The parameters lie in one array, so that Adam is a few operations on one array.
flat, layers = ravel_pytree(common.initial())


def cost(parameters, x, y):
    p = layers(parameters)

    def dense(layer, inputs):
        return p[2 * layer].T @ inputs + p[2 * layer + 1][:, None]

    h = x[None, :]
    for layer in range(3):
        h = jnp.tanh(dense(layer, h))
    mu = dense(3, h)
    if common.task == "dense":
        return jnp.mean((mu - y) ** 2)
    sigma = jax.nn.elu(dense(4, h)) + 1
    return jnp.mean(0.5 * ((y - mu) / sigma) ** 2 + jnp.log(sigma)) + HALF_LOG_2PI


def train(parameters, batches, rates, x, y):
    def step(state, now):
        p, mean, square = state
        batch, rate = now
        c, g = jax.value_and_grad(cost)(p, x[batch], y[batch])
        mean = BETA1 * mean + (1 - BETA1) * g
        square = BETA2 * square + (1 - BETA2) * g * g
        p -= rate * mean / (jnp.sqrt(square) + EPSILON)
        return (p, mean, square), c

    zeros = jnp.zeros_like(parameters)
    return jax.lax.scan(step, (parameters, zeros, zeros), (batches, rates))


arguments = jax.device_put((flat, common.batches, common.rates, common.x, common.y))
compiled = jax.jit(train).lower(*arguments).compile()
compile_s = time.perf_counter() - start

start = time.perf_counter()
_, costs = compiled(*arguments)
costs = np.asarray(costs)
train_s = time.perf_counter() - start
common.report("JAX by hand", jax.__version__, compile_s, train_s, costs)
