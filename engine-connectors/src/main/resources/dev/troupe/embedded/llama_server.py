"""Runs llama.cpp's HTTP server in this process until its parent is gone.

The parent holds the other end of standard input and never writes to it. When the parent dies, however
it dies, the operating system closes that end, the read returns, and this process ends: no engine is
left behind. Exit code 3: the server or its model cannot be loaded, so that starting again is no use.
"""

import argparse
import os
import signal
import sys
import threading

CANNOT_LOAD = 3


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--library", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--alias", required=True)
    parser.add_argument("--chat-template")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--slots", type=int, required=True)
    parser.add_argument("--context-tokens", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--prompt-cache-mebibytes", type=int, required=True)
    return parser.parse_args()


def end_with_parent():
    while os.read(0, 1):
        pass
    os._exit(0)


def parameters(xllamacpp, given):
    params = xllamacpp.CommonParams()
    params.model.path = given.model
    params.model_alias = {given.alias}
    params.hostnames = ["127.0.0.1"]
    params.port = given.port
    params.n_parallel = given.slots
    params.n_ctx = given.slots * given.context_tokens
    params.cpuparams.n_threads = given.threads
    params.cpuparams_batch.n_threads = given.threads
    # A step of the server is one batch for all slots: in a long one, no other call gets a token and
    # nobody who left is noticed. Small ones cost a tenth more.
    params.n_batch = 64
    params.n_ubatch = 64
    params.cache_ram_mib = given.prompt_cache_mebibytes
    params.endpoint_metrics = True
    params.endpoint_slots = True
    params.use_jinja = True
    params.ui = False
    # No page in a browser may talk to it: only the node is meant to.
    params.cors_origins = params.hostnames[0]
    params.cors_origins_explicit = True
    # Fitting to GPU memory loads the model twice; the warm-up costs more than it saves a first call.
    params.fit_params = False
    params.warmup = False
    # Warnings and errors only: the log of a node that runs for weeks must not grow by the call.
    params.verbosity = 2
    if given.chat_template:
        with open(given.chat_template, encoding="utf-8") as template:
            params.chat_template = template.read()
    return params


def main():
    given = arguments()
    # A Ctrl-C in the terminal reaches the whole foreground group. The parent drains its calls first
    # and then ends this process itself.
    os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=end_with_parent, daemon=True).start()
    sys.path.insert(0, given.library)
    try:
        import xllamacpp

        server = xllamacpp.Server(parameters(xllamacpp, given))
    except Exception as failure:
        print(f"cannot load {given.model}: {failure}", file=sys.stderr, flush=True)
        os._exit(CANNOT_LOAD)
    print(f"serving {given.alias} at {server.listening_address}", file=sys.stderr, flush=True)
    while True:
        signal.pause()


main()
