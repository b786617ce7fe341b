"""JAX, arranged by hand to be as fast as we could make it: one compiled program, a scan over all steps.

A feature is a row and a sample a column, as in mdnlib: the usual layout, a sample a row, takes 1.5 to 1.9 times as long.
"""

import os

import common
from common import BETA1, BETA2, EPSILON, HALF_LOG_2PI, clock

os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp
import numpy as np
from jax.flatten_util import ravel_pytree

start = clock()
# The parameters lie in one array, so that Adam is a few operations on one array.
flat, layers = ravel_pytree(common.initial())


def cost(parameters, x, y):
    p = layers(parameters)

    def dense(layer, inputs):
        return p[2 * layer].T @ inputs + p[2 * layer + 1][:, None]

    h = x
    for layer in range(common.hidden):
        h = jnp.tanh(dense(layer, h))
    mu = dense(common.hidden, h)
    if common.task == "dense":
        return jnp.mean((mu - y) ** 2)
    sigma = jax.nn.elu(dense(common.hidden + 1, h)) + 1
    losses = 0.5 * ((y - mu) / sigma) ** 2 + jnp.log(sigma)
    if common.mixture:
        weights = jax.nn.log_softmax(dense(common.hidden + 2, h), axis=0)
        losses = -jax.nn.logsumexp(weights - losses, axis=0)
    return jnp.mean(losses) + HALF_LOG_2PI


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


arguments = jax.device_put((flat, common.batches, common.rates, common.x.swapaxes(1, 2), common.y))
compiled = jax.jit(train).lower(*arguments).compile()
compiling = clock() - start

start = clock()
_, costs = compiled(*arguments)
costs = np.asarray(costs)
training = clock() - start
common.report("JAX by hand", jax.__version__, compiling, training, costs)
