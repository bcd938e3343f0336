"""LangGraph: a node that does the tasks in its graph's state, each as soon as those before it are done.

    builder.add_node("work", tasks_node(troupe, do))
"""

from __future__ import annotations

from typing import Any, Callable, Dict, Mapping

from ..client import TroupeClient
from .tasks import Task, run_tasks


def tasks_node(
    troupe: TroupeClient,
    do: Callable[[Mapping[str, Any], Mapping[str, Any]], Any],
    tasks_key: str = "tasks",
    results_key: str = "results",
    max_concurrent_tasks: int = 10,
    is_enabled: bool = True,
) -> Callable[[Mapping[str, Any]], Dict[str, Any]]:
    """A node for `StateGraph.add_node`.

    The state has under `tasks_key` a list of dicts with `id` and, where a task needs others,
    `deps`. `do` gets a task and the results of its `deps` by id. The node answers with the results
    of all tasks by id under `results_key`.
    """

    def task(given: Mapping[str, Any]) -> Task:
        return Task(given["id"], given.get("deps", []), lambda results: do(given, results))

    def node(state: Mapping[str, Any]) -> Dict[str, Any]:
        tasks = [task(given) for given in state[tasks_key]]
        return {results_key: run_tasks(troupe, tasks, max_concurrent_tasks, is_enabled)}

    return node
