"""What the peers written in Python share: the workload that they read, and the line that they print.

Every peer is run as: python PEER.py TASK EPOCHS WORKLOAD.json [THREADS], with the task dense, mdn or wide. It imports this module
before any other that has threads, as they look at the environment when they are imported.
"""

import itertools
import json
import os
import sys
import time

threads = int(sys.argv[4]) if len(sys.argv) > 4 else 1
for _variable in ("NPROC", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
    os.environ[_variable] = str(threads)
if threads == 1:  # XLA's flag keeps a product on one thread, and NPROC, which JAX reads, products that could go side by side
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"

import numpy as np

RATE, BETA1, BETA2, EPSILON = 0.0003, 0.9, 0.999, 1e-8
HALF_LOG_2PI = float(0.5 * np.log(2 * np.pi))

task, epochs, path = sys.argv[1], int(sys.argv[2]), sys.argv[3]
with open(path) as file:
    _workload = json.load(file)

# Arrays [batch][sample][input] and [batch][sample].
x = np.array(_workload["x"], np.float32).reshape(-1, _workload.get("batch", 50), _workload.get("inputs", 1))
y = np.array(_workload["y"], np.float32).reshape(x.shape[:2])

# How many of the network's layers are hidden. The others are the heads, side by side: that of μ, unless the task is dense that of
# z, and if the network is a mixture's that of the logits.
mixture = _workload.get("mixture", False)
hidden = len(_workload["init_" + task]) // 2 - (1 if task == "dense" else 3 if mixture else 2)

# The number of the batch that every step takes; after the last order the first comes again.
batches = np.array([b for order in itertools.islice(itertools.cycle(_workload["orders"]), epochs) for b in order], np.int32)

# The size of every step of Adam in TensorFlow's form, bias corrections included.
_t = np.arange(1, len(batches) + 1)
rates = (RATE * np.sqrt(1 - BETA2**_t) / (1 - BETA1**_t)).astype(np.float32)


def initial():
    """Weights [inputs][outputs] and biases in turn, layer by layer; the heads are the last layers."""
    stored = [np.array(values, np.float32) for values in _workload["init_" + task]]
    return [values if i % 2 else values.reshape(-1, len(stored[i + 1])) for i, values in enumerate(stored)]


def clock():
    """The time, and the processor time of all threads together, in seconds."""
    return np.array([time.perf_counter(), time.process_time()])


def report(peer, version, compiling, training, costs):
    """Prints the line that versus reads. Differences of clock say how long things took; costs are the batch losses of all steps."""
    costs = np.asarray(costs, np.float64)
    print(json.dumps({
        "peer": peer,
        "version": version,
        "compile_s": compiling[0],
        "train_s": training[0],
        "cpu_s": training[1],
        "first_costs": costs[:100].tolist(),
        "final_cost": costs[-len(x):].mean(),
    }))
