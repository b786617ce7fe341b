"""Losses of Student's t by PyTorch in float64, and their derivatives by μ and z, with σ = elu(z) + 1 and σ = softplus(z).

usage: python student.py > student.json      (needs torch)
"""

import json

import torch
from torch.nn.functional import elu, softplus

torch.set_default_dtype(torch.float64)
SCALES = {"elu1": lambda z: elu(z) + 1, "softplus": softplus}

cases = []
for nu in (2.5, 5, 30, 1000):
    for scale, positive in SCALES.items():
        for outputs in ([0, -3], [1.5, -0.5], [-2, 0.25], [0.5, 4], [-30, 0.5]):
            for y in (-1.25, 0.5, 2):
                raw = torch.tensor(outputs, dtype=torch.float64, requires_grad=True)
                loss = -torch.distributions.StudentT(nu, raw[0], positive(raw[1])).log_prob(torch.tensor(y))
                loss.backward()
                cases.append(dict(nu=nu, scale=scale, raw=outputs, y=y, loss=loss.item(), gradient=raw.grad.tolist()))
print("[" + ",\n".join(json.dumps(case) for case in cases) + "]")
