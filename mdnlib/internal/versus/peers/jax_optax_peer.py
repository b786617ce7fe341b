"""JAX as its users write it: a sample a row, parameters in a list, optax's Adam; compiled as one scan over all steps."""

import os

import common
from common import BETA1, BETA2, EPSILON, HALF_LOG_2PI, clock

os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp
import numpy as np
import optax

start = clock()
initial = common.initial()
optimizer = optax.adam(common.RATE, BETA1, BETA2, EPSILON)


def cost(p, x, y):
    def dense(layer, inputs):
        return inputs @ p[2 * layer] + p[2 * layer + 1]

    h = x
    for layer in range(common.hidden):
        h = jnp.tanh(dense(layer, h))
    mu = dense(common.hidden, h)
    if common.task == "dense":
        return jnp.mean((mu - y) ** 2)
    sigma = jax.nn.elu(dense(common.hidden + 1, h)) + 1
    losses = 0.5 * ((y - mu) / sigma) ** 2 + jnp.log(sigma)
    if common.mixture:
        weights = jax.nn.log_softmax(dense(common.hidden + 2, h))
        losses = -jax.nn.logsumexp(weights - losses, axis=1)
    return jnp.mean(losses) + HALF_LOG_2PI


def train(parameters, batches, x, y):
    def step(state, batch):
        p, moments = state
        c, g = jax.value_and_grad(cost)(p, x[batch], y[batch])
        updates, moments = optimizer.update(g, moments)
        return (optax.apply_updates(p, updates), moments), c

    return jax.lax.scan(step, (parameters, optimizer.init(parameters)), batches)


arguments = jax.device_put((initial, common.batches, common.x, common.y[..., None]))
compiled = jax.jit(train).lower(*arguments).compile()
compiling = clock() - start

start = clock()
_, costs = compiled(*arguments)
costs = np.asarray(costs)
training = clock() - start
common.report("JAX with optax", f"{jax.__version__}, {optax.__version__}", compiling, training, costs)
