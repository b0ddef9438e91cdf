"""The end of every comparison: its rows for the run log, and the least ratios of limits.json."""

import json
import pathlib
import statistics


def complaints(rows, limits):
    """A sentence for each row whose median ratio is under its limit; a row without a limit keeps every ratio."""
    sentences = []
    for row in rows:
        limit, ratio = limits.get(row["row"]), statistics.median(row["metrics"]["ratio"])
        # Written so that a ratio that is no number fails as well.
        if limit is not None and not ratio >= limit:
            sentences.append(f"{row['row']}: the median ratio is {ratio:.4g}, under its limit of {limit}")
    return sentences


def finish(suite, rows):
    """Prints the rows as one line of JSON, and ends with a failure if one of them is under its limit."""
    print(json.dumps({"rows": rows}), flush=True)
    limits = json.loads((pathlib.Path(__file__).parent / "limits.json").read_text())
    if sentences := complaints(rows, limits.get(suite, {})):
        raise SystemExit("\n".join(sentences))
