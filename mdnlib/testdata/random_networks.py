"""Losses of 240 random networks and their derivatives by every weight and bias, by JAX in float64.
usage: python random_networks.py > random_networks.json"""
import json
import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)


def sigma(z, softplus, floor):
    return (jax.nn.softplus(z) if softplus else jnp.where(z > 0, z + 1, jnp.exp(jnp.minimum(z, 0)))) + floor


def loss(layers, shape, x, y):
    h = x
    for weight, bias in layers[: len(shape["hidden"])]:
        h = jnp.tanh(h @ weight.T + bias)
    raw = [h @ weight.T + bias for weight, bias in layers[len(shape["hidden"]) :]]
    if shape["head"] == "mean":
        return jnp.mean((y - raw[0][:, 0]) ** 2)
    s = sigma(raw[1], shape["softplus"], shape["floor"])
    r = (y[:, None] - raw[0]) / s
    log = -r * r / 2 - jnp.log(s) - jnp.log(2 * jnp.pi) / 2
    if shape["head"] == "student":
        nu = shape["nu"]
        constant = jax.scipy.special.gammaln((nu + 1) / 2) - jax.scipy.special.gammaln(nu / 2) - jnp.log(nu * jnp.pi) / 2
        log = constant - jnp.log(s) - (nu + 1) / 2 * jnp.log1p(r * r / nu)
    if shape["head"] == "mixture":
        return -jnp.mean(jax.scipy.special.logsumexp(log + jax.nn.log_softmax(raw[2], axis=1), axis=1))
    return -jnp.mean(log[:, 0])


def floats(values):
    """What float32 holds of numbers with few digits, which is what the library computes with."""
    return np.asarray(np.round(values, 3), dtype=np.float32).astype(np.float64)


def case(source):
    head = source.choice(["mean", "gaussian", "mixture", "student"])
    k = int(source.integers(1, 5)) if head == "mixture" else 1
    shape = {"head": str(head), "k": k, "softplus": bool(source.integers(2)), "floor": float(source.choice([0, 0.125])), "nu": 5.0,
             "inputs": int(source.integers(1, 4)), "hidden": [int(source.integers(1, 7)) for _ in range(source.integers(0, 3))]}
    widths = {"mean": [1], "gaussian": [1, 1], "student": [1, 1], "mixture": [k, k, k]}[shape["head"]]
    layers, inputs = [], shape["inputs"]
    for width in shape["hidden"]:
        layers.append((floats(source.normal(size=(width, inputs))), floats(source.normal(size=width) / 2)))
        inputs = width
    layers += [(floats(source.normal(size=(width, inputs)) / 2), floats(source.normal(size=width) / 2)) for width in widths]
    x, y = floats(source.normal(size=(4, shape["inputs"]))), floats(source.normal(size=4))
    value, gradient = jax.value_and_grad(loss)(layers, shape, x, y)
    flat = lambda pairs: [[np.asarray(part).ravel().tolist() for part in pair] for pair in pairs]
    short = lambda v: [short(part) for part in v] if isinstance(v, list) else float("%.9g" % v)
    return shape | {"layers": short(flat(layers)), "x": short(x.tolist()), "y": short(y.tolist()), "loss": short(float(value)), "gradient": short(flat(gradient))}


source = np.random.default_rng(1)
print("[" + ",\n".join(json.dumps(case(source), separators=(",", ":")) for _ in range(240)) + "]")
