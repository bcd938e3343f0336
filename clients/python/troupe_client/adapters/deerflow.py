"""DeerFlow: the steps of a plan, with `execution_res` filled in.

Research steps run side by side; a processing step comes after all steps before it, as it may use any of them.
"""

from __future__ import annotations

from typing import Any, Callable, List, Mapping, Tuple

from ..client import TroupeClient
from .tasks import Task, run_tasks

Findings = List[Tuple[str, Any]]
"""Title and result of each step that a step may use, in the plan's order."""


def execute_plan(
    troupe: TroupeClient,
    plan: Any,
    execute: Callable[[Any, Findings], Any],
    max_concurrent_tasks: int = 10,
    is_enabled: bool = True,
) -> Any:
    """Executes what a plan has not executed yet, and returns the plan.

    `plan` and its steps are DeerFlow's own, or dicts of the same fields. `execute` does a step as
    DeerFlow does: it gets the step and what was found before, and returns what it found.
    """
    steps = list(_get(plan, "steps"))
    ids = [f"step-{number}" for number in range(1, len(steps) + 1)]
    done = {
        id: _get(step, "execution_res")
        for id, step in zip(ids, steps)
        if _get(step, "execution_res") is not None
    }

    def task(number: int) -> Task:
        step = steps[number]
        before = [] if _is_research(step) else ids[:number]

        def do(results: Mapping[str, Any]) -> Any:
            known = {**done, **results}
            found = [
                (_get(other, "title"), known[id]) for id, other in zip(ids, steps) if id in before
            ]
            result = execute(step, found)
            _set(step, "execution_res", result)
            return result

        return Task(ids[number], [id for id in before if id not in done], do)

    tasks = [task(number) for number, id in enumerate(ids) if id not in done]
    run_tasks(troupe, tasks, max_concurrent_tasks, is_enabled)
    return plan


def _is_research(step: Any) -> bool:
    kind = _get(step, "step_type")
    return str(getattr(kind, "value", kind)).lower() == "research"


def _get(owner: Any, name: str) -> Any:
    return owner.get(name) if isinstance(owner, Mapping) else getattr(owner, name, None)


def _set(owner: Any, name: str, value: Any) -> None:
    if isinstance(owner, Mapping):
        owner[name] = value
    else:
        setattr(owner, name, value)
