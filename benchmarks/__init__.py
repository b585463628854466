"""Side-by-side measurements against other libraries, each a command: `python -m benchmarks.<name> --json`."""

import os

# Before numpy is imported anywhere: both sides of every comparison compute on the same two threads at most.
THREADS = 2
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, str(THREADS))
