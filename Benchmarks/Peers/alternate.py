"""Measures two programs in alternating rounds.

Both speak the same small protocol. Started with their own arguments, they set up, warm up and print `ready`. For each
line `N` on standard input they repeat the measured work N times and print a JSON list of N wall times in seconds. At
the end of their input they exit. Alternating rounds give both programs the same weather: what else the machine does,
and how warm it is, changes from round to round and not from program to program.
"""

import json
import os
import statistics
import subprocess
import time


def environment(threads):
    """Tells the libraries of both sides how many threads to make."""
    return dict(os.environ, OMP_NUM_THREADS=str(threads), OPENBLAS_NUM_THREADS=str(threads))


class Probe:
    """A running program that measures itself on request."""

    def __init__(self, command, threads):
        self.command = command
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment(threads)
        )
        self.expect("ready")

    def expect(self, word):
        line = self.process.stdout.readline().strip()
        if line != word:
            raise SystemExit(f"{' '.join(self.command)} said '{line}' instead of '{word}'")

    def measure(self, repetitions):
        self.process.stdin.write(f"{repetitions}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{' '.join(self.command)} ended early with status {self.process.wait()}")
        return json.loads(line)

    def peak_memory(self):
        """The highest resident memory so far, in MiB."""
        with open(f"/proc/{self.process.pid}/status") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) / 1024
        raise SystemExit("the kernel reports no VmHWM")

    def close(self):
        self.process.stdin.close()
        if self.process.wait() != 0:
            raise SystemExit(f"{' '.join(self.command)} failed with status {self.process.returncode}")


class FreshProcess:
    """A program whose whole life is measured: each repetition starts it anew."""

    def __init__(self, command, threads):
        self.command = command
        self.environment = environment(threads)
        self.peak = 0

    def measure(self, repetitions):
        return [self.once() for _ in range(repetitions)]

    def once(self):
        start = time.perf_counter()
        process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL, env=self.environment)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise SystemExit(f"{' '.join(self.command)} failed with status {process.returncode}")
        self.peak = max(self.peak, usage.ru_maxrss / 1024)
        return seconds

    def peak_memory(self):
        """The highest resident memory of any repetition, in MiB."""
        return self.peak


def alternate(ours, theirs, rounds, repetitions):
    """The median time of each program in each round, in seconds. The first repetition of a round is not counted.

    The number of repetitions is one for both programs, or a pair.
    """
    counts = repetitions if isinstance(repetitions, tuple) else (repetitions, repetitions)
    times = ([], [])
    for number in range(rounds):
        # Who goes first changes as well.
        order = ((0, ours), (1, theirs)) if number % 2 == 0 else ((1, theirs), (0, ours))
        for place, probe in order:
            times[place].append(statistics.median(probe.measure(counts[place] + 1)[1:]))
    return times


def summary(ours, theirs, scale, peer="pytorch"):
    """The metrics of a row: the rounds of both, scaled, and how many times faster ours was in each.

    The peer's rounds are named `peer`.
    """

    def rounded(values):
        return [float(f"{value:.4g}") for value in values]

    return {
        "ours": rounded(time * scale for time in ours),
        peer: rounded(time * scale for time in theirs),
        "ratio": rounded(their / our for our, their in zip(ours, theirs)),
    }
