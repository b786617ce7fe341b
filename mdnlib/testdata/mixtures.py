"""More values of Gaussian mixtures, and of scores, by mpmath with 40 digits.
usage: python mixtures.py > mixtures.json      It reads the mixtures of golden.json."""
import json, os
import mpmath as mp
mp.mp.dps = 40

golden = json.load(open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden.json")))["mixtures"]


def exact(values):
    return [mp.mpf(v) for v in values]  # the doubles themselves


class Mixture:
    def __init__(self, weights, mus, sigmas):
        self.w, self.m, self.s = exact(weights), exact(mus), exact(sigmas)

    def parts(self):
        return zip(self.w, self.m, self.s)

    def pdf(self, y):
        return mp.fsum(w * mp.npdf(y, m, s) for w, m, s in self.parts())

    def cdf(self, y):
        return mp.fsum(w * mp.erfc((m - y) / s / mp.sqrt(2)) / 2 for w, m, s in self.parts())

    def survival(self, y):
        return mp.fsum(w * mp.erfc((y - m) / s / mp.sqrt(2)) / 2 for w, m, s in self.parts())

    def marks(self, reach=14):
        return sorted({m + k * s for _, m, s in self.parts() for k in range(-reach, reach + 1)})

    def integral(self, f, marks):
        return mp.quad(f, marks, maxdegree=6)

    def entropy(self):
        def f(y):
            p = self.pdf(y)
            return -p * mp.log(p) if p > 0 else mp.mpf(0)
        return self.integral(f, self.marks())

    def kl(self, other):
        return self.integral(lambda y: self.pdf(y) * (mp.log(self.pdf(y)) - mp.log(other.pdf(y))),
                             sorted(set(self.marks()) | set(other.marks())))

    def quantile(self, p, upper):
        """The y with the share p below it, or above it where upper."""
        lo, hi = min(m - 60 * s for _, m, s in self.parts()), max(m + 60 * s for _, m, s in self.parts())
        for _ in range(200):
            mid = (lo + hi) / 2
            if (self.survival(mid) > p) if upper else (self.cdf(mid) < p):
                lo = mid
            else:
                hi = mid
        return (lo + hi) / 2

    def slope(self, y):
        return mp.fsum(w * mp.npdf(y, m, s) * (m - y) / s ** 2 for w, m, s in self.parts())

    def modes(self, steps=20000):
        lo, hi = min(self.m), max(self.m)
        if lo == hi:
            return [lo]
        grid = [lo + (hi - lo) * k / steps for k in range(steps + 1)]
        found = []
        mp.mp.dps = 20
        signs = [self.slope(y) > 0 for y in grid]
        mp.mp.dps = 40
        for a, b, up, still in zip(grid, grid[1:], signs, signs[1:]):
            if up and not still:
                for _ in range(150):
                    mid = (a + b) / 2
                    a, b = (mid, b) if self.slope(mid) > 0 else (a, mid)
                found.append(a)
        return found


def crps(cdf, y, marks):
    y = mp.mpf(y)
    left = [m for m in marks if m < y] + [y]
    right = [y] + [m for m in marks if m > y]
    return mp.quad(lambda t: cdf(t) ** 2, left) + mp.quad(lambda t: (1 - cdf(t)) ** 2, right)


def student_cdf(nu):
    def cdf(t):
        tail = mp.betainc(nu / 2, mp.mpf(1) / 2, 0, nu / (nu + t * t), regularized=True) / 2
        return tail if t < 0 else 1 - tail
    return cdf


def student_pdf(nu):
    c = mp.gamma((nu + 1) / 2) / mp.gamma(nu / 2) / mp.sqrt(nu * mp.pi)
    return lambda t: c * (1 + t * t / nu) ** (-(nu + 1) / 2)


if __name__ == "__main__":
    tails = [1e-300, 1e-100, 1e-12, 1e-9]
    near_one = [1 - 1e-9, 1 - 1e-12, 1 - 2.0 ** -53]
    mixtures = {}
    for name, g in golden.items():
        m = Mixture(g["weights"], g["mus"], g["sigmas"])
        mixtures[name] = dict(
            entropy=float(m.entropy()), modes=[float(v) for v in m.modes()],
            p=tails + near_one,
            quantile=[float(m.quantile(mp.mpf(p), False)) for p in tails] + [float(m.quantile(1 - mp.mpf(p), True)) for p in near_one])
    three, two = (Mixture(golden[n]["weights"], golden[n]["mus"], golden[n]["sigmas"]) for n in ("three", "two_bimodal"))
    wide = Mixture([1.0], [0.5], [2.0])

    # Scores of laws that are no mixtures, in units of their scale. Infinite ends are cut where the integral of the square of
    # the share beyond is below 1e-20.
    y = [-6.0, -0.5, 0.0, 1.25, 30.0]
    scores = {}
    powers = [mp.mpf(2) ** k for k in range(-3, 40)]
    wide_marks = [-v for v in reversed(powers)] + [mp.mpf(0)] + powers
    far_powers = powers + [mp.mpf(2) ** k for k in range(40, 140)]  # for tails too heavy for a mean
    far_marks = [-v for v in reversed(far_powers)] + [mp.mpf(0)] + far_powers
    near_marks = [mp.mpf(k) for k in range(-80, 81, 2)]
    logistic = lambda t: 1 / (1 + mp.exp(-t))
    laplace = lambda t: mp.exp(t) / 2 if t < 0 else 1 - mp.exp(-t) / 2
    gumbel = lambda t: mp.exp(-mp.exp(-t))
    mp.mp.dps = 25
    for name, cdf, marks in (("student5", student_cdf(mp.mpf(5)), wide_marks),
                             ("student_three_quarters", student_cdf(mp.mpf(3) / 4), far_marks),
                             ("cauchy", lambda t: mp.atan2(1, -t) / mp.pi, far_marks), ("logistic", logistic, near_marks),
                             ("laplace", laplace, near_marks), ("gumbel", gumbel, near_marks)):
        scores[name] = [float(crps(cdf, v, marks)) for v in y]

    # Kullback and Leibler's divergence from Student's t to the normal with its standard deviation.
    students = {}
    for nu in (3, 5):
        p, sigma = student_pdf(mp.mpf(nu)), mp.sqrt(mp.mpf(nu) / (nu - 2))
        f = lambda t: p(t) * (mp.log(p(t)) + (t / sigma) ** 2 / 2 + mp.log(sigma * mp.sqrt(2 * mp.pi)))
        students[str(nu)] = float(2 * mp.quad(f, [0] + powers + [mp.inf]))
    print(json.dumps(dict(
        note="mpmath " + mp.__version__, mixtures=mixtures,
        kl=dict(three_to_two_bimodal=float(three.kl(two)), two_bimodal_to_three=float(two.kl(three)),
                two_bimodal_to_normal=float(two.kl(wide)), student_to_normal=students),
        crps=dict(y=y, **scores)), indent=1))
