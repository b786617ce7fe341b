"""Prints the table of tanh in ../math.go. It needs mpmath:

    python3 tanh.py
"""

import struct

import mpmath

mpmath.mp.dps = 40
DEGREE = 6
FIRST, HIGHEST = 0.25, 9.5  # where the table's second interval begins, and its last one ends


def float32(x):
    return struct.unpack("f", struct.pack("f", float(x)))[0]


def bits(x):
    return struct.unpack("I", struct.pack("f", x))[0]


def from_bits(b):
    return struct.unpack("f", struct.pack("I", b))[0]


def polynomial(f, nodes, powers):
    """The coefficients of those powers in the polynomial that goes through f at the nodes, in float32."""
    matrix = mpmath.matrix([[x**p for p in powers] for x in nodes])
    solution = mpmath.lu_solve(matrix, mpmath.matrix([f(x) for x in nodes]))
    return [float32(c) for c in solution]


def chebyshev(count, low, high):
    """Nodes whose polynomial is nearly the one of the smallest error."""
    middle, half = (mpmath.mpf(low) + mpmath.mpf(high)) / 2, (mpmath.mpf(high) - mpmath.mpf(low)) / 2
    return [middle + half * mpmath.cos(mpmath.pi * (2 * k + 1) / (2 * count)) for k in range(count)]


# The first interval is around 0: tanh x = x + x·(a polynomial without its constant), so that x itself is exact.
near = polynomial(lambda x: mpmath.tanh(x) / x - 1, chebyshev(DEGREE - 1, 0, FIRST), range(1, DEGREE))
columns = [[0.0, 0.0, 0.0] + near]

# The others are half an octave each. Their centre is moved a little, to where its tanh is nearly a float32.
for octave in range(bits(FIRST) >> 22, (bits(HIGHEST) >> 22) + 1):
    low, high = from_bits(octave << 22), min(from_bits((octave + 1) << 22), HIGHEST)
    middle = bits(float32((low + high) / 2))
    centre = min(
        (from_bits(middle + step) for step in range(-3000, 3001)),
        key=lambda x: abs(mpmath.tanh(x) - mpmath.mpf(float32(mpmath.tanh(x)))),
    )
    value = mpmath.tanh(centre)
    nodes = [x for x in chebyshev(DEGREE + 1, -(high - low) / 2, (high - low) / 2) if abs(x) > 1e-20]
    slopes = polynomial(lambda r: mpmath.tanh(centre + r) - value, nodes, range(1, DEGREE + 1))
    columns.append([centre, float32(value)] + slopes)

for row in zip(*columns):
    print("\t{" + ", ".join(repr(x) for x in row) + "},")
