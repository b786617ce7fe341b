"""Golden values of networks with three inputs, by golden.py's functions: PyTorch in float64.
usage: torch/bin/python rows.py > rows.json"""
import sys

import torch

import golden

X = [[1.0, -0.5, 0.25], [1.8, 0.75, -1.0], [2.6, 0.0, 0.5], [3.7, -1.25, 1.5], [5.0, 0.5, -0.75], [0.4, 2.0, 1.0], [2.2, -0.8, -1.6]]
Y = [4.05, 1.3, 0.1, 0.65, 3.6, 2.5, -0.4]

if __name__ == "__main__":
    golden.SIZES = [3, 4, 3]
    golden.XT, golden.YT = torch.tensor(X), torch.tensor(Y).reshape(-1, 1)
    golden.dump(dict(versions=dict(torch=torch.__version__), x=X, y=Y,
                     networks={case: golden.run_case(case) for case in golden.HEADS}), sys.stdout)
    print()
