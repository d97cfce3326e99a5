"""Program: checks ONNX files by onnx.checker, and computes logits with them by ONNX Runtime. One request of JSON a line."""
import json
import sys

import numpy as np
import onnx
import onnxruntime


def outputs_of(session, feeds):
    return dict(zip([output.name for output in session.get_outputs()], session.run(None, feeds)))


def logits_of(encoder, decoder, source, target):
    """[sentences, length, types], step by step."""
    feeds = outputs_of(encoder, {"source": source})
    rows, steps = target.shape
    logits = []
    for step in range(steps):
        outputs = outputs_of(decoder, {**feeds, "ids": target[:, step], "step": np.array(step, np.int32),
                                       "parents": np.arange(rows, dtype=np.int32)})
        logits.append(outputs.pop("logits"))
        feeds.update((name.replace("present", "past"), value) for name, value in outputs.items())
    return np.stack(logits, 1)


def answer(request):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    sessions = []
    for name in ("encoder", "decoder"):
        file = f"{request['folder']}/{name}.onnx"
        onnx.checker.check_model(file, full_check=True)
        sessions.append(onnxruntime.InferenceSession(file, options))
    source, target = (np.array(request[side], np.int32).reshape(request["size"], -1) for side in ("source", "input"))
    logits = logits_of(*sessions, source, target)
    return {"version": onnxruntime.__version__, "logits": logits.ravel().tolist()}


for line in sys.stdin:
    try:
        print(json.dumps(answer(json.loads(line))), flush=True)
    except Exception as error:  # Told to the program that asked.
        print(json.dumps({"error": str(error)}), flush=True)
