"""The node that the tests speak to."""

import json
import os
import sys
import threading
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

URL = os.environ.get("TROUPE_URL")


def first_model():
    with urllib.request.urlopen(URL.rstrip("/") + "/v1/models", timeout=30) as response:
        return json.load(response)["data"][0]["id"]


def model():
    return os.environ.get("TROUPE_MODEL") or first_model()


def eventually(read, holds, seconds=30):
    """What is read, as soon as it holds."""
    until = time.monotonic() + seconds
    value = read()
    while not holds(value):
        if time.monotonic() > until:
            raise AssertionError(f"does not hold of {value}")
        threading.Event().wait(0.02)
        value = read()
    return value
