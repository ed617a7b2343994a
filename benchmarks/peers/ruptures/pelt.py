"""Pelt of ruptures with the l2 cost and jump=1, as a yardstick: times as many runs as asked for.

Reads {"values": [...], "penalty": float, "minSize": int, "runs": int} from standard input and answers with one line of JSON: the version,
the changes, and the seconds of each run.
"""

import json
import sys
import time

import numpy
import ruptures

question = json.load(sys.stdin)
signal = numpy.asarray(question["values"], dtype=float)
# A cut of this penalty costs the same as ours: it works on z-scores.
signal = (signal - signal.mean()) / signal.std(ddof=1)
seconds = []
for _ in range(question["runs"]):
    began = time.perf_counter()
    search = ruptures.Pelt(model="l2", min_size=question["minSize"], jump=1).fit(signal)
    changes = search.predict(pen=question["penalty"])
    seconds.append(time.perf_counter() - began)
# The last of its changes is the end of the series.
print(json.dumps({"version": ruptures.__version__, "changes": changes[:-1], "seconds": seconds}))
