"""CrewAI: the tasks of a crew, each as soon as the tasks of its `context` are done.

A crew does its tasks one after the other, or those marked as asynchronous side by side until the next one
that is not. Here `context` alone says what waits for what. A task that leaves it unsaid gets all before it,
as in a sequential crew, and so waits for them.
"""

from __future__ import annotations

from typing import Any, Callable, List, Mapping, Optional, Sequence

from ..client import TroupeClient
from .tasks import Task, run_tasks

_DIVIDER = "\n\n----------\n\n"
"""Between the outputs in a context, as CrewAI writes it."""


def kickoff(
    troupe: TroupeClient,
    tasks: Sequence[Any],
    execute: Optional[Callable[[Any, str], Any]] = None,
    max_concurrent_tasks: int = 10,
    is_enabled: bool = True,
) -> List[Any]:
    """Executes tasks and returns their outputs in the order of the tasks.

    `execute` gets a task and its context; without it, a task is executed by its own agent.
    """
    do = execute or (lambda task, context: task.execute_sync(agent=task.agent, context=context))
    ids = {id(task): f"task-{number}" for number, task in enumerate(tasks, 1)}

    def after(number: int, task: Any) -> List[str]:
        context = getattr(task, "context", None)
        if context is None:
            return []
        if isinstance(context, (list, tuple)):
            return [ids[id(each)] for each in context]
        return list(ids.values())[:number]

    def as_task(number: int, task: Any) -> Task:
        before = after(number, task)

        def run(results: Mapping[str, Any]) -> Any:
            return do(task, _DIVIDER.join(_raw(results[each]) for each in before))

        return Task(ids[id(task)], before, run)

    results = run_tasks(
        troupe,
        [as_task(number, task) for number, task in enumerate(tasks)],
        max_concurrent_tasks,
        is_enabled,
    )
    return [results[ids[id(task)]] for task in tasks]


def _raw(output: Any) -> str:
    return str(getattr(output, "raw", output))
