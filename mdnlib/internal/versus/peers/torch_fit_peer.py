"""Mixture density networks as PyTorch's users write them, one for each fold: a tenth of its rows says when to stop.

Run as: python torch_fit_peer.py FOLDS.json. It prints the mean negative log likelihood of the held-out rows of each fold, in nats.
"""

import copy
import json
import math
import sys

import torch
from torch import nn

torch.set_num_threads(1)
EPOCHS, PATIENCE = 2000, 50


class MixtureDensityNetwork(nn.Module):
    def __init__(self, inputs, hidden, components, floor):
        super().__init__()
        widths = [inputs, *hidden]
        layers = [layer for before, after in zip(widths, hidden) for layer in (nn.Linear(before, after), nn.Tanh())]
        self.trunk = nn.Sequential(*layers)
        self.mu, self.z, self.logits = (nn.Linear(widths[-1], components) for _ in range(3))
        self.floor = floor

    def loss(self, x, y):
        h = self.trunk(x)
        sigma = nn.functional.elu(self.z(h)) + 1 + self.floor
        bells = -0.5 * ((y[:, None] - self.mu(h)) / sigma) ** 2 - sigma.log() - 0.5 * math.log(2 * math.pi)
        return -torch.logsumexp(torch.log_softmax(self.logits(h), 1) + bells, 1).mean()


def fit(x, y, task):
    """Trains on nine tenths of the rows, and returns the model of the epoch in which the last tenth costs least."""
    order = torch.randperm(len(x))
    validation, training = order[: len(x) // 10], order[len(x) // 10 :]
    model = MixtureDensityNetwork(x.shape[1], task["hidden"], task["components"], task["floor"])
    optimizer = torch.optim.Adam(model.parameters(), lr=task["rate"])
    lowest, best, waited = math.inf, None, 0
    for _ in range(EPOCHS):
        for batch in training[torch.randperm(len(training))].split(task["batch"]):
            optimizer.zero_grad()
            model.loss(x[batch], y[batch]).backward()
            optimizer.step()
        with torch.no_grad():
            cost = model.loss(x[validation], y[validation]).item()
        waited += 1
        if cost < lowest:
            lowest, best, waited = cost, copy.deepcopy(model.state_dict()), 0
        if waited == PATIENCE:
            break
    model.load_state_dict(best)
    return model


def held_out_cost(fold, task):
    x, y, held_x, held_y = (torch.tensor(fold[name], dtype=torch.float32) for name in ("x", "y", "held_x", "held_y"))
    x_mean, x_scale, y_mean, y_scale = x.mean(0), x.std(0), y.mean(), y.std()
    x_scale[x_scale == 0] = 1  # a word that only held-out rows have
    model = fit((x - x_mean) / x_scale, (y - y_mean) / y_scale, task)
    with torch.no_grad():
        return model.loss((held_x - x_mean) / x_scale, (held_y - y_mean) / y_scale).item() + y_scale.log().item()


with open(sys.argv[1]) as file:
    task = json.load(file)
costs = []
for number, fold in enumerate(task["folds"]):
    torch.manual_seed(number)
    costs.append(held_out_cost(fold, task))
print(json.dumps(costs))
