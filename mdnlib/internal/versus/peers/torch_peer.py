"""PyTorch: an epoch is one graph, made by torch.compile. Where that is not possible the operations run one by one."""

import os
import sys
import time

os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", os.path.join(os.path.dirname(os.path.abspath(__file__)), "cache"))

import torch

import common
from common import BETA1, BETA2, EPSILON, HALF_LOG_2PI

torch.set_num_threads(1)  # the arrays are too small to share out
start = time.perf_counter()
initial = [torch.from_numpy(p) for p in common.initial()]
shapes, sizes = [p.shape for p in initial], [p.numel() for p in initial]
x, y = torch.from_numpy(common.x)[:, :, None], torch.from_numpy(common.y)[:, :, None]
batches = torch.from_numpy(common.batches).reshape(common.epochs, -1)
rates = torch.from_numpy(common.rates).reshape(common.epochs, -1)


def cost(parameters, x, y):
    p = [part.view(shape) for part, shape in zip(parameters.split(sizes), shapes)]

    def dense(layer, inputs):
        return inputs @ p[2 * layer] + p[2 * layer + 1]

    h = x
    for layer in range(3):
        h = torch.tanh(dense(layer, h))
    mu = dense(3, h)
    if common.task == "dense":
        return torch.mean((mu - y) ** 2)
    sigma = torch.nn.functional.elu(dense(4, h)) + 1
    return torch.mean(0.5 * ((y - mu) / sigma) ** 2 + torch.log(sigma)) + HALF_LOG_2PI


def by_autograd(p, x, y):
    """The gradient and the cost; one operation at a time, four times as fast as torch.func's, which torch.compile needs."""
    with torch.enable_grad():
        p = p.detach().requires_grad_()
        c = cost(p, x, y)
        return torch.autograd.grad(c, p)[0], c.detach()


gradient_and_cost = torch.func.grad_and_value(cost)


def epoch(p, mean, square, x, y, rates):
    costs = []
    for batch_x, batch_y, rate in zip(x, y, rates):
        g, c = gradient_and_cost(p, batch_x, batch_y)
        mean = BETA1 * mean + (1 - BETA1) * g
        square = BETA2 * square + (1 - BETA2) * g * g
        p = p - rate * mean / (torch.sqrt(square) + EPSILON)
        costs.append(c)
    return p, mean, square, torch.stack(costs)


def train(epoch, epochs):
    # The parameters lie in one array, so that Adam is a few operations on one array.
    p = torch.cat([part.flatten() for part in initial])
    mean, square = torch.zeros_like(p), torch.zeros_like(p)
    costs = []
    for e in range(epochs):
        p, mean, square, c = epoch(p, mean, square, x[batches[e]], y[batches[e]], rates[e])
        costs.append(c)
    return torch.cat(costs).numpy()


form = "compiled"
try:
    with torch.no_grad():
        compiled = torch.compile(epoch, fullgraph=True, dynamic=False)
        train(compiled, 1)
except Exception as problem:
    print("torch.compile failed:", problem, file=sys.stderr)
    form, compiled, gradient_and_cost = "eager", epoch, by_autograd
compile_s = time.perf_counter() - start

start = time.perf_counter()
with torch.no_grad():
    costs = train(compiled, common.epochs)
train_s = time.perf_counter() - start
common.report("PyTorch", f"{torch.__version__}, {form}", compile_s, train_s, costs)
