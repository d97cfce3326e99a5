"""OpenBLAS's sgemm for `npm run bench train`, through NumPy: a line of JSON answers each line of JSON.

{"do": "describe"} -> {"library"}
{"do": "multiply", "m", "n", "k", "transposeA", "transposeB", "milliseconds"} -> {"seconds", "sample"}: the product of the matrices that
bench/support/products.ts makes too; NumPy passes transposed views to sgemm as such, without a copy.
"""
import ctypes
import functools
import glob
import json
import os
import statistics
import sys
import time

import numpy as np


def describe():
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    return f"NumPy {np.__version__}, {runtime_configuration() or blas['name'] + ' ' + blas['version']}"


def runtime_configuration():
    """What the OpenBLAS in NumPy's wheel says of itself, the kernels that it chose for this processor included; None in other builds."""
    for file in glob.glob(os.path.join(os.path.dirname(np.__file__), "..", "numpy.libs", "libscipy_openblas64_*")):
        configuration = ctypes.CDLL(file).scipy_openblas_get_config64_
        configuration.restype = ctypes.c_char_p
        return configuration().decode().strip()
    return None


def factor(rows, columns, multiplier):
    ids = np.arange(rows * columns, dtype=np.uint32)
    return (ids * np.uint32(multiplier) / 2**32 - 0.5).astype(np.float32).reshape(rows, columns)


@functools.lru_cache(maxsize=1)
def operands(m, n, k, transpose_a, transpose_b):
    a = factor(k, m, 2654435761).T if transpose_a else factor(m, k, 2654435761)
    b = factor(n, k, 2246822519).T if transpose_b else factor(k, n, 2246822519)
    return a, b, np.empty((m, n), np.float32)


def multiply(m, n, k, transposeA, transposeB, milliseconds):
    a, b, c = operands(m, n, k, transposeA, transposeB)
    np.matmul(a, b, out=c)
    seconds = []
    end = time.perf_counter() + milliseconds / 1000
    while time.perf_counter() < end or len(seconds) < 3:
        start = time.perf_counter()
        np.matmul(a, b, out=c)
        seconds.append(time.perf_counter() - start)
    elements = c.reshape(-1)
    sample = [float(elements[i]) for i in (0, elements.size // 2, elements.size - 1)]
    return {"seconds": statistics.median(seconds), "sample": sample}


for line in sys.stdin:
    request = json.loads(line)
    answer = {"library": describe()} if request.pop("do") == "describe" else multiply(**request)
    print(json.dumps(answer), flush=True)
