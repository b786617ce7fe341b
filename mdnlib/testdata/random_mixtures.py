"""Log density, CDF and CRPS of 600 random mixtures of normal distributions, each at a random y, by mpmath with 60 digits.
usage: python random_mixtures.py > random_mixtures.json"""
import json, random
import mpmath as mp
mp.mp.dps = 60


def distance(m, s):
    """The mean distance from 0 of a normal distribution."""
    return m * mp.erf(m / s / mp.sqrt(2)) + 2 * s * mp.npdf(m / s)


def case(source):
    n = source.randint(1, 6)
    scale = 10.0 ** source.randint(-3, 3)
    parts = [source.randint(1, 999) for _ in range(n)]
    weights = [p / sum(parts) for p in parts]
    mus = [float("%.4g" % (scale * source.gauss(0, 3))) for _ in range(n)]
    sigmas = [float("%.4g" % (scale * 10 ** source.uniform(-3, 1))) for _ in range(n)]
    k = source.randrange(n)
    y = float("%.6g" % (mus[k] + sigmas[k] * source.gauss(0, source.choice([1, 1, 5, 20]))))
    w, m, s, at = [mp.mpf(v) for v in weights], [mp.mpf(v) for v in mus], [mp.mpf(v) for v in sigmas], mp.mpf(y)
    density = mp.fsum(a * mp.npdf(at, b, c) for a, b, c in zip(w, m, s))
    cdf = mp.fsum(a * mp.erfc((b - at) / c / mp.sqrt(2)) / 2 for a, b, c in zip(w, m, s))
    crps = mp.fsum(a * distance(at - b, c) for a, b, c in zip(w, m, s)) - mp.fsum(
        w[i] * w[j] * distance(m[i] - m[j], mp.sqrt(s[i] ** 2 + s[j] ** 2)) for i in range(n) for j in range(n)) / 2
    return [weights, mus, sigmas, y] + [float(mp.nstr(v, 20)) for v in (mp.log(density), cdf, crps)]


source = random.Random(1)
print("[" + ",\n".join(json.dumps(case(source), separators=(",", ":")) for _ in range(600)) + "]")
