"""The shapes of `./troupe bench runs` in LangGraph: nodes that do nothing but note when they begin and end.

Prints one JSON object: milliseconds from the end of a node's last predecessor to its start, and from the first
node's start to the last one's end.
"""

import argparse
import json
import operator
import os
import sqlite3
import sys
import tempfile
import time
from typing import Annotated, TypedDict

from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.sqlite import SqliteSaver
from langgraph.graph import END, START, StateGraph


class State(TypedDict):
    done: Annotated[int, operator.add]


def shape(name, size):
    """The predecessors of each node, by number."""
    if name == "chain":
        return [[i - 1] if i else [] for i in range(size)]
    return [[]] + [[0] for _ in range(size)] + [list(range(1, size + 1))]


def graph(parents, starts, ends):
    builder = StateGraph(State)
    followed = {parent for each in parents for parent in each}
    for number, before in enumerate(parents):

        def node(state, number=number):
            starts[number] = time.perf_counter_ns()
            ends[number] = time.perf_counter_ns()
            return {"done": 1}

        builder.add_node(f"s{number}", node)
        if not before:
            builder.add_edge(START, f"s{number}")
        elif len(before) == 1:
            builder.add_edge(f"s{before[0]}", f"s{number}")
        else:
            builder.add_edge([f"s{each}" for each in before], f"s{number}")
        if number not in followed:
            builder.add_edge(f"s{number}", END)
    return builder


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--shape", choices=["chain", "fan"], required=True)
    arguments.add_argument("--size", type=int, required=True)
    arguments.add_argument("--keep", choices=["memory", "sqlite"], required=True)
    arguments.add_argument("--warm-up", type=int, default=3)
    arguments.add_argument("--rounds", type=int, default=10)
    asked = arguments.parse_args()
    parents = shape(asked.shape, asked.size)
    starts, ends = [0] * len(parents), [0] * len(parents)
    file = os.path.join(tempfile.mkdtemp(), "checkpoints.sqlite")
    saver = (
        InMemorySaver()
        if asked.keep == "memory"
        else SqliteSaver(sqlite3.connect(file, check_same_thread=False))
    )
    app = graph(parents, starts, ends).compile(checkpointer=saver)
    steps, wholes = [], []
    for round in range(asked.warm_up + asked.rounds):
        config = {"configurable": {"thread_id": f"t{round}"}, "recursion_limit": len(parents) + 10}
        app.invoke(
            {"done": 0}, config, durability="async" if asked.keep == "memory" else "sync"
        )
        if round >= asked.warm_up:
            wholes.append((max(ends) - min(starts)) / 1e6)
            for number, before in enumerate(parents):
                if before:
                    steps.append((starts[number] - max(ends[each] for each in before)) / 1e6)
    json.dump({"steps": steps, "wholes": wholes}, sys.stdout)


main()
