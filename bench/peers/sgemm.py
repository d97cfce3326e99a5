"""OpenBLAS sgemm for `npm run bench train`, through numpy: reads {"m", "n", "k", "repeat"} a line, answers {"seconds": [...]}."""
import json
import sys
import time

import numpy as np

for line in sys.stdin:
    request = json.loads(line)
    a = np.random.rand(request["m"], request["k"]).astype(np.float32)
    b = np.random.rand(request["k"], request["n"]).astype(np.float32)
    c = np.empty((request["m"], request["n"]), np.float32)
    seconds = []
    for _ in range(request["repeat"]):
        start = time.perf_counter()
        np.matmul(a, b, out=c)
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"seconds": seconds}), flush=True)
