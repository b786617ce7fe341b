"""Plain NumPy: forward, backward and Adam by hand."""

import functools

import common
from common import BETA1, BETA2, EPSILON, HALF_LOG_2PI, clock

import numpy as np

F = np.float32


def loss(raw, y):
    """The mean loss of a batch, and its gradient by the outputs of each head."""
    share = F(1 / len(y))
    if common.task == "dense":
        residual = raw[0] - y
        return np.mean(residual * residual), [residual * (2 * share)]
    mu, z = raw[:2]
    exp_z = np.exp(np.minimum(z, F(0)))
    sigma = np.where(z > 0, z + F(1), exp_z)
    r = (y - mu) / sigma
    losses = F(0.5) * r * r + np.log(sigma)
    if common.mixture:
        logs = raw[2] - log_sum_exp(raw[2])  # of the weights
        joint = logs - losses
        losses = -log_sum_exp(joint)
        blame = np.exp(joint + losses)  # each component's part in y
        by_logits = [(np.exp(logs) - blame) * share]
        share = share * blame
    else:
        by_logits = []
    d_mu = -r / sigma * share
    d_z = (F(1) - r * r) / sigma * np.where(z > 0, F(1), exp_z) * share
    return np.mean(losses) + HALF_LOG_2PI, [d_mu, d_z] + by_logits


def log_sum_exp(terms):
    largest = terms.max(1, keepdims=True)
    return largest + np.log(np.exp(terms - largest).sum(1, keepdims=True))


def cost_and_gradient(p, x, y):
    activations = [x]
    for layer in range(common.hidden):
        activations.append(np.tanh(activations[-1] @ p[2 * layer] + p[2 * layer + 1]))
    h = activations[-1]
    heads = range(common.hidden, len(p) // 2)
    cost, deltas = loss([h @ p[2 * head] + p[2 * head + 1] for head in heads], y)
    gradient = [None] * len(p)
    for head, d in zip(heads, deltas):
        gradient[2 * head], gradient[2 * head + 1] = h.T @ d, d.sum(0)
    delta = functools.reduce(np.add, [d @ p[2 * head].T for head, d in zip(heads, deltas)])
    for layer in reversed(range(common.hidden)):
        d = delta * (F(1) - activations[layer + 1] * activations[layer + 1])
        gradient[2 * layer], gradient[2 * layer + 1] = activations[layer].T @ d, d.sum(0)
        if layer > 0:
            delta = d @ p[2 * layer].T
    return cost, gradient


def train():
    parameters = common.initial()
    # The parameters lie in one array, of which the layers are views, so that Adam is a few operations on one array.
    flat = np.concatenate([p.ravel() for p in parameters])
    ends = np.cumsum([p.size for p in parameters])
    views = [part.reshape(p.shape) for part, p in zip(np.split(flat, ends[:-1]), parameters)]
    mean, square = np.zeros_like(flat), np.zeros_like(flat)
    costs = np.empty(len(common.batches))
    xs, ys = common.x, common.y[:, :, None]
    for step, (batch, rate) in enumerate(zip(common.batches.tolist(), common.rates)):
        costs[step], gradient = cost_and_gradient(views, xs[batch], ys[batch])
        g = np.concatenate([part.ravel() for part in gradient])
        mean *= F(BETA1)
        mean += F(1 - BETA1) * g
        square *= F(BETA2)
        square += F(1 - BETA2) * g * g
        flat -= rate * mean / (np.sqrt(square) + F(EPSILON))
    return costs


start = clock()
costs = train()
common.report("NumPy", np.__version__, start - start, clock() - start, costs)
