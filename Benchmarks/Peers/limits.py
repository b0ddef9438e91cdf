"""The end of every comparison: its rows for the run log, and the least values of limits.json."""

import json
import os
import pathlib
import statistics


def complaints(rows, limits):
    """A sentence for each median that is under its limit; a row without a limit may have any.

    A limit is that of the ratio, or an object of limits by the names of metrics.
    """
    sentences = []
    for row in rows:
        limit = limits.get(row["row"], {})
        for name, least in (limit if isinstance(limit, dict) else {"ratio": limit}).items():
            values = row["metrics"][name]
            median = statistics.median(values if isinstance(values, list) else [values])
            # Written so that a value that is no number fails as well.
            if not median >= least:
                sentences.append(f"{row['row']}: the median {name} is {median:.4g}, under its limit of {least}")
    return sentences


def finish(suite, rows):
    """Prints the rows as one line of JSON, and ends with a failure if a median is under its limit.

    The limits are those of one machine: one with a name of its own (MACHINE) has none.
    """
    print(json.dumps({"rows": rows}), flush=True)
    if os.environ.get("MACHINE"):
        return
    limits = json.loads((pathlib.Path(__file__).parent / "limits.json").read_text())
    if sentences := complaints(rows, limits.get(suite, {})):
        raise SystemExit("\n".join(sentences))
