"""The PyTorch side of the protocol that alternate.py describes."""

import json
import sys
import time

UNAVAILABLE = 69  # the status of a program whose machine lacks what it needs


def serve(work):
    """Says `ready`, then repeats `work` as often as each line of the input asks, and prints the times."""
    print("ready", flush=True)
    for line in sys.stdin:
        times = []
        for _ in range(int(line)):
            start = time.perf_counter()
            work()
            times.append(time.perf_counter() - start)
        print(json.dumps(times), flush=True)
