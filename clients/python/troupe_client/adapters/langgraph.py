"""Troupe under LangGraph: every model call is told with its program, and the calls it follows.

LangGraph runs independent nodes side by side by itself. What it does not tell is which calls
belong to one run of a graph, and which wait for which. With this hook on the model's HTTP client
Troupe knows, and schedules the graph as one program; nodes, edges and state stay as they are:

    hook = langgraph_hook(client)
    model = ChatOpenAI(
        base_url=base_url(client, "https://api.openai.com/v1"),
        http_client=httpx.Client(event_hooks={"request": [hook]}),
        http_async_client=httpx.AsyncClient(event_hooks={"request": [hook.asynchronous]}),
    )
    graph.invoke(state, configured(config, {"max_concurrent_tasks": 4}))

The program is the thread of the run. A call is named after its node; its parents are the last
calls of the nodes of the step before, for which LangGraph makes the node wait.

Tasks that a graph only finds while it runs are no nodes. A node does them, side by side too:

    builder.add_node("work", tasks_node(client, do))
"""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple

from ..client import TroupeClient
from ..errors import TroupeError
from ..hook import Calls, Hook, Step, current_step
from ..local import LocalStep, LocalSteps, Parallelization, warn_of

_MOST_THREADS = 1_000
_MOST_NODES = 10_000
_LONGEST_NAME = 240


def langgraph_hook(
    client: TroupeClient, parallelization: Optional[Mapping[str, Any]] = None
) -> Hook:
    """A hook for clients of httpx. With `{"enabled": False}` it leaves every request as it is."""
    steps = _Steps()
    is_on = Parallelization.of(parallelization).enabled
    return Hook(client.base_url, steps.current if is_on else lambda: None)


def configured(
    config: Optional[Mapping[str, Any]] = None,
    parallelization: Optional[Mapping[str, Any]] = None,
) -> Dict[str, Any]:
    """The configuration of one run: a thread of its own unless it has one, and its limit.

    `parallelization` is `{"enabled": ..., "max_concurrent_tasks": ...}`; off, the configuration is
    what was given.
    """
    given = dict(config or {})
    asked = Parallelization.of(parallelization)
    if not asked.enabled:
        return given
    if parallelization and "max_concurrent_tasks" in parallelization:
        given["max_concurrency"] = asked.max_concurrent_tasks
    thread = {"thread_id": str(uuid.uuid4()), **(given.get("configurable") or {})}
    return {**given, "configurable": thread}


def base_url(client: TroupeClient, otherwise: str) -> str:
    """Where models are: at Troupe, or with a warning elsewhere if Troupe is away."""
    try:
        client.health()
        return f"{client.base_url}/v1"
    except TroupeError as away:
        warn_of(away)
        return otherwise


def tasks_node(
    client: TroupeClient,
    do: Callable[[Mapping[str, Any], Mapping[str, Any]], Any],
    tasks_key: str = "tasks",
    results_key: str = "results",
    parallelization: Optional[Mapping[str, Any]] = None,
) -> Callable[[Mapping[str, Any]], Dict[str, Any]]:
    """A node that does the tasks in its graph's state, each as soon as those it needs are done.

    The state has under `tasks_key` a list of dicts with `id` and, where a task needs others,
    `deps`. `do` gets a task and the results of its `deps` by id. The node answers with the results
    of all tasks by id under `results_key`, or raises what the first that failed has raised.
    """

    def step(task: Mapping[str, Any]) -> LocalStep:
        return LocalStep(task["id"], lambda results: do(task, results), tuple(task.get("deps", ())))

    def node(state: Mapping[str, Any]) -> Dict[str, Any]:
        steps = [step(task) for task in state[tasks_key]]
        results = LocalSteps(client, steps, {"framework": "langgraph"})
        return {results_key: results.run(Parallelization.of(parallelization))}

    return node


class _Steps:
    """The nodes of running graphs that have made calls, in the steps of their graphs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._threads: "OrderedDict[str, _Thread]" = OrderedDict()

    def current(self) -> Optional[Step]:
        """The node that the current code is in, by the variable that LangGraph sets round it."""
        inner = current_step.get()
        if inner is not None:
            return inner
        from langchain_core.runnables.config import var_child_runnable_config

        config = var_child_runnable_config.get() or {}
        metadata = config.get("metadata") or {}
        configurable = config.get("configurable") or {}
        thread = configurable.get("thread_id") or metadata.get("thread_id")
        place = metadata.get("langgraph_checkpoint_ns") or metadata.get("checkpoint_ns")
        if not thread or not place:
            return None
        with self._lock:
            known = self._threads.pop(str(thread), None) or _Thread(str(thread))
            self._threads[str(thread)] = known
            if len(self._threads) > _MOST_THREADS:
                self._threads.popitem(last=False)
            return known.step(place, metadata.get("langgraph_step", 0))


class _Thread:
    """The calls of one run, or of several with one thread."""

    def __init__(self, thread: str) -> None:
        self._calls = Calls(thread)
        self._steps: "OrderedDict[str, Step]" = OrderedDict()
        self._latest: Dict[str, List[Tuple[int, List[str]]]] = {}

    def step(self, place: str, number: int) -> Step:
        """The node at this place: `node:task`, after those that it is nested in, and `|`."""
        name = place[-_LONGEST_NAME:]
        if name not in self._steps:
            outer, _, _ = place.rpartition("|")
            before = self._before(outer, number)
            self._steps[name] = self._calls.step(
                name, before or ([outer[-_LONGEST_NAME:]] if outer else [])
            )
            self._latest[outer][-1][1].append(name)
            if len(self._steps) > _MOST_NODES:
                self._calls.forget(self._steps.popitem(last=False)[0])
        return self._steps[name]

    def _before(self, outer: str, number: int) -> List[str]:
        """The nodes of the step before, in one graph. A smaller number is another invocation."""
        levels = self._latest.setdefault(outer, [])
        if not levels or levels[-1][0] != number:
            levels.append((number, []))
            del levels[:-2]
        return levels[0][1] if len(levels) == 2 else []
