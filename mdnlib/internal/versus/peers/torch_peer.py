"""PyTorch: an epoch of the post's is one graph, made by torch.compile, and of a wide network a step is, as it takes long enough.
Where that is not possible the operations run one by one.
"""

import os
import sys

import common
from common import BETA1, BETA2, EPSILON, HALF_LOG_2PI, clock

os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", os.path.join(os.path.dirname(os.path.abspath(__file__)), "cache"))

import torch

torch.set_num_threads(common.threads)
start = clock()
initial = [torch.from_numpy(p) for p in common.initial()]
shapes, sizes = [p.shape for p in initial], [p.numel() for p in initial]
x, y = torch.from_numpy(common.x), torch.from_numpy(common.y)[:, :, None]
steps = 1 if common.task == "wide" else len(x)  # in a graph
batches = torch.from_numpy(common.batches).reshape(-1, steps)
rates = torch.from_numpy(common.rates).reshape(-1, steps)


def cost(parameters, x, y):
    p = [part.view(shape) for part, shape in zip(parameters.split(sizes), shapes)]

    def dense(layer, inputs):
        return inputs @ p[2 * layer] + p[2 * layer + 1]

    h = x
    for layer in range(common.hidden):
        h = torch.tanh(dense(layer, h))
    mu = dense(common.hidden, h)
    if common.task == "dense":
        return torch.mean((mu - y) ** 2)
    sigma = torch.nn.functional.elu(dense(common.hidden + 1, h)) + 1
    losses = 0.5 * ((y - mu) / sigma) ** 2 + torch.log(sigma)
    if common.mixture:
        weights = torch.log_softmax(dense(common.hidden + 2, h), 1)
        losses = -torch.logsumexp(weights - losses, 1)
    return torch.mean(losses) + HALF_LOG_2PI


def by_autograd(p, x, y):
    """The gradient and the cost; one operation at a time, four times as fast as torch.func's, which torch.compile needs."""
    with torch.enable_grad():
        p = p.detach().requires_grad_()
        c = cost(p, x, y)
        return torch.autograd.grad(c, p)[0], c.detach()


gradient_and_cost = torch.func.grad_and_value(cost)


def graph(p, mean, square, x, y, rates):
    costs = []
    for batch_x, batch_y, rate in zip(x, y, rates):
        g, c = gradient_and_cost(p, batch_x, batch_y)
        mean = BETA1 * mean + (1 - BETA1) * g
        square = BETA2 * square + (1 - BETA2) * g * g
        p = p - rate * mean / (torch.sqrt(square) + EPSILON)
        costs.append(c)
    return p, mean, square, torch.stack(costs)


def train(graph, graphs):
    # The parameters lie in one array, so that Adam is a few operations on one array.
    p = torch.cat([part.flatten() for part in initial])
    mean, square = torch.zeros_like(p), torch.zeros_like(p)
    costs = []
    for i in range(graphs):
        p, mean, square, c = graph(p, mean, square, x[batches[i]], y[batches[i]], rates[i])
        costs.append(c)
    return torch.cat(costs).numpy()


form = "compiled"
try:
    with torch.no_grad():
        compiled = torch.compile(graph, fullgraph=True, dynamic=False)
        train(compiled, 1)
except Exception as problem:
    print("torch.compile failed:", problem, file=sys.stderr)
    form, compiled, gradient_and_cost = "eager", graph, by_autograd
compiling = clock() - start

start = clock()
with torch.no_grad():
    costs = train(compiled, len(batches))
training = clock() - start
common.report("PyTorch", f"{torch.__version__}, {form}", compiling, training, costs)
