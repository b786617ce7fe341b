"""The loss of each of the first 100 steps of the workload in seed0.json, by JAX in float64 with its own derivatives.

usage: python first_steps.py > first_steps.json      (needs jax; optax for its Adam)
"""

import json
import os

import jax
import jax.numpy as jnp
import optax

jax.config.update("jax_enable_x64", True)
here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "seed0.json")) as file:
    workload = json.load(file)
x = jnp.asarray(workload["x"]).reshape(21, 50, 1)
y = jnp.asarray(workload["y"]).reshape(21, 50, 1)


def shaped(flat):
    """Weights as [inputs][outputs] and biases, in turn."""
    parameters, inputs = [], 1
    for i in range(0, len(flat), 2):
        outputs = len(flat[i + 1])
        inputs = len(flat[i]) // outputs
        parameters += [jnp.asarray(flat[i]).reshape(inputs, outputs), jnp.asarray(flat[i + 1])]
    return parameters


def loss(p, x, y):
    h = x
    for layer in range(3):
        h = jnp.tanh(h @ p[2 * layer] + p[2 * layer + 1])
    mu = h @ p[6] + p[7]
    if len(p) == 8:
        return jnp.mean((mu - y) ** 2)
    sigma = jax.nn.elu(h @ p[8] + p[9]) + 1
    return -jnp.mean(jax.scipy.stats.norm.logpdf(y, mu, sigma))


adam = optax.adam(0.0003)


@jax.jit
def step(p, state, x, y):
    value, gradient = jax.value_and_grad(loss)(p, x, y)
    update, state = adam.update(gradient, state, p)
    return optax.apply_updates(p, update), state, value


result = {"made_by": f"first_steps.py, jax {jax.__version__}, optax {optax.__version__}, float64"}
for task in ("dense", "mdn"):
    p = shaped(workload["init_" + task])
    state = adam.init(p)
    losses = []
    for batch in [b for order in workload["orders"][:5] for b in order][:100]:
        p, state, value = step(p, state, x[batch], y[batch])
        losses.append(float(value))
    result[task] = losses
print(json.dumps(result, indent=1))
