"""JAX as its users write it: a sample a row, parameters in a list, optax's Adam; compiled as one scan over all steps."""

import os
import time

# One thread: the arrays are too small to share out.
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp
import numpy as np
import optax

import common
from common import BETA1, BETA2, EPSILON, HALF_LOG_2PI

start = time.perf_counter()
initial = common.initial()
optimizer = optax.adam(common.RATE, BETA1, BETA2, EPSILON)


def cost(p, x, y):
    h = x
    for layer in range(3):
        h = jnp.tanh(h @ p[2 * layer] + p[2 * layer + 1])
    mu = h @ p[6] + p[7]
    if common.task == "dense":
        return jnp.mean((mu - y) ** 2)
    sigma = jax.nn.elu(h @ p[8] + p[9]) + 1
    return jnp.mean(0.5 * ((y - mu) / sigma) ** 2 + jnp.log(sigma)) + HALF_LOG_2PI


def train(parameters, batches, x, y):
    def step(state, batch):
        p, moments = state
        c, g = jax.value_and_grad(cost)(p, x[batch], y[batch])
        updates, moments = optimizer.update(g, moments)
        return (optax.apply_updates(p, updates), moments), c

    return jax.lax.scan(step, (parameters, optimizer.init(parameters)), batches)


arguments = jax.device_put((initial, common.batches, common.x[..., None], common.y[..., None]))
compiled = jax.jit(train).lower(*arguments).compile()
compile_s = time.perf_counter() - start

start = time.perf_counter()
_, costs = compiled(*arguments)
costs = np.asarray(costs)
train_s = time.perf_counter() - start
common.report("JAX with optax", f"{jax.__version__}, {optax.__version__}", compile_s, train_s, costs)
