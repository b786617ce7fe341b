"""Moments, entropy, density, CDF and quantiles of the named laws, written out again from their definitions with SciPy.

usage: python laws.py > laws.json      (needs scipy)
"""

import json
import math

import numpy as np
import scipy
from scipy import integrate, optimize, special, stats

NOISE, XS, SHARES = 0.3, [1.0, 2.3, 3.5, 5.0], [1e-6, 0.001, 0.1, 0.45, 0.5, 0.55, 0.9, 0.999]


class TwoNormals:
    """Normals at mu - 0.9 sd and mu + 0.9 sd, each with variance (1 - 0.81) sd²."""

    def __init__(self, mu, sd):
        scale = math.sqrt(0.19) * sd
        self.mu, self.sd = mu, sd
        self.parts = [stats.norm(mu - 0.9 * sd, scale), stats.norm(mu + 0.9 * sd, scale)]

    def logpdf(self, y):
        return float(special.logsumexp([p.logpdf(y) for p in self.parts]) - math.log(2))

    def cdf(self, y):
        return sum(p.cdf(y) for p in self.parts) / 2

    def ppf(self, p):
        return optimize.brentq(lambda y: self.cdf(y) - p, self.mu - 9 * self.sd, self.mu + 9 * self.sd, xtol=1e-14, rtol=1e-14)

    def mean(self):
        return integrate.quad(lambda y: y * math.exp(self.logpdf(y)), self.mu - 9 * self.sd, self.mu + 9 * self.sd,
                              epsabs=1e-13, limit=500)[0]

    def std(self):
        second = integrate.quad(lambda y: (y - self.mu) ** 2 * math.exp(self.logpdf(y)), self.mu - 9 * self.sd,
                                self.mu + 9 * self.sd, epsabs=1e-13, limit=500)[0]
        return math.sqrt(second)

    def entropy(self):
        return integrate.quad(lambda y: -self.logpdf(y) * math.exp(self.logpdf(y)), self.mu - 9 * self.sd,
                              self.mu + 9 * self.sd, epsabs=1e-13, limit=500)[0]


def student(mu, sd):
    return stats.t(5, mu, sd / stats.t(5).std())


def gumbel(mu, sd):
    scale = sd / stats.gumbel_r.std()
    return stats.gumbel_r(mu - scale * stats.gumbel_r.mean(), scale)


LAWS = {
    "growing": lambda mu, x: stats.norm(mu, NOISE * x),
    "constant": lambda mu, x: stats.norm(mu, NOISE * 3),
    "u-shaped": lambda mu, x: stats.norm(mu, NOISE * (1 + (x - 3) ** 2)),
    "periodic": lambda mu, x: stats.norm(mu, NOISE * (3 + 2 * math.sin(math.pi * x))),
    "heavy-tailed": lambda mu, x: student(mu, NOISE * x),
    "skewed": lambda mu, x: gumbel(mu, NOISE * x),
    "two-humped": lambda mu, x: TwoNormals(mu, NOISE * x),
}

cases = []
for name, law in LAWS.items():
    for x in XS:
        d = law((x - 3) ** 2, x)
        quantiles = [float(d.ppf(p)) for p in SHARES]
        mean, sd = float(d.mean()), float(d.std())
        ys = [mean + k * sd for k in (-4, -1.5, -0.9, -0.01, 0, 0.3, 2, 6)]
        cases.append({
            "law": name, "x": x, "mean": mean, "sd": sd, "entropy": float(d.entropy()), "quantiles": quantiles, "y": ys,
            "log_density": [float(d.logpdf(y)) for y in ys], "cdf": [float(d.cdf(y)) for y in ys],
        })
print(json.dumps({
    "made_by": f"laws.py, scipy {scipy.__version__}, numpy {np.__version__}",
    "noise": NOISE, "shares": SHARES, "cases": cases,
}, indent=1))
