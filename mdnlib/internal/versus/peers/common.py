"""What the peers written in Python share: the workload that they read, and the line that they print.

Every peer is run as: python PEER.py TASK EPOCHS WORKLOAD.json, with the task dense or mdn.
"""

import itertools
import json
import sys

import numpy as np

RATE, BETA1, BETA2, EPSILON = 0.0003, 0.9, 0.999, 1e-8
HALF_LOG_2PI = float(0.5 * np.log(2 * np.pi))
BATCH = 50

task, epochs, path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
with open(path) as file:
    _workload = json.load(file)

# Arrays [batch][sample].
x = np.array(_workload["x"], np.float32).reshape(-1, BATCH)
y = np.array(_workload["y"], np.float32).reshape(-1, BATCH)

# The number of the batch that every step takes; after the last order the first comes again.
batches = np.array([b for order in itertools.islice(itertools.cycle(_workload["orders"]), epochs) for b in order], np.int32)

# The size of every step of Adam in TensorFlow's form, bias corrections included.
_t = np.arange(1, len(batches) + 1)
rates = (RATE * np.sqrt(1 - BETA2**_t) / (1 - BETA1**_t)).astype(np.float32)


def initial():
    """Weights [inputs][outputs] and biases in turn, layer by layer; the mdn's two heads, μ and z, are the last layers."""
    stored = [np.array(values, np.float32) for values in _workload["init_" + task]]
    return [values if i % 2 else values.reshape(-1, len(stored[i + 1])) for i, values in enumerate(stored)]


def report(peer, version, compile_s, train_s, costs):
    """Prints the line that versus reads. costs are the batch losses of all steps."""
    costs = np.asarray(costs, np.float64)
    print(json.dumps({
        "peer": peer,
        "version": version,
        "compile_s": compile_s,
        "train_s": train_s,
        "first_costs": costs[:100].tolist(),
        "final_cost": costs[-len(x):].mean(),
    }))
