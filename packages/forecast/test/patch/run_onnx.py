"""Runs an exported model in Python's onnxruntime. Arguments: model, feeds as JSON, name of the output; prints a JSON array."""
import json
import sys

import numpy
import onnxruntime

model, feeds, output = sys.argv[1:]
session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
inputs = {
    name: numpy.array([numpy.nan if value is None else value for value in feed["data"]], numpy.float32).reshape(feed["dims"])
    for name, feed in json.loads(feeds).items()
}
(result,) = session.run([output], inputs)
print(json.dumps(result.ravel().tolist()))
