"""Ten steps of PyTorch's AdamW in float64, on networks and data of golden.py: with a constant rate, and with one that falls to 0.

usage: python adamw.py > adamw.json      (needs torch, numpy and mpmath)
"""

import io
import sys

import torch

from golden import XT, YT, dump, forward, init, lst

RATE, DECAY, STEPS = 0.01, 0.5, 10


def train(case, annealed):
    parameters = {name: values.clone().requires_grad_() for name, values in init(case).items()}
    adam = torch.optim.AdamW(parameters.values(), lr=RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.LambdaLR(adam, lambda step: 1 - step / STEPS if annealed else 1)
    losses = []
    for _ in range(STEPS):
        adam.zero_grad()
        loss, _, _ = forward(case, parameters, XT, YT)
        loss.backward()
        losses.append(loss.item())
        adam.step()
        schedule.step()
    return dict(losses_before_each_step=losses, after_10={name: lst(values) for name, values in parameters.items()})


if __name__ == "__main__":
    text = io.StringIO()
    dump(
        dict(
            torch=torch.__version__,
            rate=RATE,
            decay=DECAY,
            **{case: dict(constant=train(case, False), annealed=train(case, True)) for case in ("mse", "gauss_elu1", "mix3_elu1")},
        ),
        text,
    )
    sys.stdout.write(text.getvalue() + "\n")
