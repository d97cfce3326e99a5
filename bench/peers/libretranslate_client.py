"""Program: asks a server by libretranslatepy, as others wrote it. One request of JSON a line: address, source, target, lines."""
import json
import sys

from libretranslatepy import LibreTranslateAPI


def answer(request):
    client = LibreTranslateAPI(request["address"])
    return {
        "languages": client.languages(),
        "translations": [client.translate(line, request["source"], request["target"]) for line in request["lines"]],
    }


for line in sys.stdin:
    try:
        print(json.dumps(answer(json.loads(line))), flush=True)
    except Exception as error:  # Told to the program that asked.
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}), flush=True)
