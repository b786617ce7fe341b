"""Plain NumPy: forward, backward and Adam by hand."""

import time

import numpy as np

import common
from common import BETA1, BETA2, EPSILON, HALF_LOG_2PI

F = np.float32


def cost_and_gradient(p, x, y):
    activations = [x]
    for layer in range(3):
        activations.append(np.tanh(activations[-1] @ p[2 * layer] + p[2 * layer + 1]))
    h = activations[-1]
    mu = h @ p[6] + p[7]
    share = F(1 / len(x))
    gradient = [None] * len(p)
    if common.task == "dense":
        residual = mu - y
        cost = np.mean(residual * residual)
        d_mu = residual * (2 * share)
        delta = d_mu @ p[6].T
    else:
        z = h @ p[8] + p[9]
        exp_z = np.exp(np.minimum(z, F(0)))
        sigma = np.where(z > 0, z + F(1), exp_z)
        r = (y - mu) / sigma
        cost = np.mean(F(0.5) * r * r + np.log(sigma)) + HALF_LOG_2PI
        d_mu = -r / sigma * share
        d_z = (F(1) - r * r) / sigma * np.where(z > 0, F(1), exp_z) * share
        delta = d_mu @ p[6].T + d_z @ p[8].T
        gradient[8], gradient[9] = h.T @ d_z, d_z.sum(0)
    gradient[6], gradient[7] = h.T @ d_mu, d_mu.sum(0)
    for layer in (2, 1, 0):
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
    xs, ys = common.x[:, :, None], common.y[:, :, None]
    for step, (batch, rate) in enumerate(zip(common.batches.tolist(), common.rates)):
        costs[step], gradient = cost_and_gradient(views, xs[batch], ys[batch])
        g = np.concatenate([part.ravel() for part in gradient])
        mean *= F(BETA1)
        mean += F(1 - BETA1) * g
        square *= F(BETA2)
        square += F(1 - BETA2) * g * g
        flat -= rate * mean / (np.sqrt(square) + F(EPSILON))
    return costs


start = time.perf_counter()
costs = train()
common.report("NumPy", np.__version__, 0, time.perf_counter() - start, costs)
