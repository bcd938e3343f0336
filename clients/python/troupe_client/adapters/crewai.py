"""Troupe under CrewAI: the tasks of a crew side by side, each as soon as its context is there.

CrewAI does the tasks of a sequential crew one after the other, whatever they need. This adapter
starts a task when the tasks named by its `context` have ended; agents, tasks and callbacks stay as
they are:

    crew = parallel(Crew(agents=[...], tasks=[...]), client)
    crew.kickoff(inputs={"topic": "Oslo"})

A task that does not say its context gets the results of all tasks before it, as CrewAI has it, and
waits for them. An agent does one task at a time. Where Troupe is away, the crew goes on one by one.
"""

from __future__ import annotations

import threading
from typing import Any, Callable, List, Mapping, Optional

from ..client import TroupeClient
from ..hook import Hook
from ..local import LocalStep, LocalSteps, Parallelization


def parallel(
    crew: Any, client: TroupeClient, parallelization: Optional[Mapping[str, Any]] = None
) -> Any:
    """The same crew, whose `kickoff` does independent tasks side by side.

    `parallelization` is `{"enabled": ..., "max_concurrent_tasks": ...}`. Off, and for crews with a
    manager or conditional tasks, and for replays, all is as CrewAI does it. The first task that
    fails ends the crew with its exception.
    """
    own = crew._execute_tasks
    asked = Parallelization.of(parallelization)

    def execute(tasks: List[Any], start: Optional[int] = 0, was_replayed: bool = False) -> Any:
        if asked.enabled and not start and not was_replayed and _is_suitable(crew, tasks):
            return _CrewWork(crew, tasks).done(client, asked)
        return own(tasks, start, was_replayed)

    # Crews are models of pydantic, which lets no attribute be set that is not one of their fields.
    object.__setattr__(crew, "_execute_tasks", execute)
    return crew


def interceptor(client: TroupeClient) -> Any:
    """For `LLM(base_url=f"{client.base_url}/v1", interceptor=...)`: calls are told with their task.

    Troupe then knows which calls belong to one crew, and which task waits for which.
    """
    from crewai.llms.hooks.base import BaseInterceptor

    hook = Hook(client.base_url)

    class Interceptor(BaseInterceptor):  # type: ignore[misc]
        def on_outbound(self, message: Any) -> Any:
            hook(message)
            return message

        def on_inbound(self, message: Any) -> Any:
            return message

        async def aon_outbound(self, message: Any) -> Any:
            return self.on_outbound(message)

        async def aon_inbound(self, message: Any) -> Any:
            return message

    return Interceptor()


class _CrewWork:
    """The tasks of one crew, done as CrewAI does each of them."""

    def __init__(self, crew: Any, tasks: List[Any]) -> None:
        self._crew = crew
        self._tasks = tasks
        self._lock = threading.Lock()

    def done(self, client: TroupeClient, asked: Parallelization) -> Any:
        names = [f"task-{number}" for number in range(1, len(self._tasks) + 1)]
        steps = [
            LocalStep(
                name,
                self._doing(index, names),
                tuple(names[parent] for parent in self._parents(index)),
                str(self._tasks[index].name or self._tasks[index].description)[:200],
                self._agent_key(self._tasks[index]),
            )
            for index, name in enumerate(names)
        ]
        metadata = {"framework": "crewai", "title": str(self._crew.name)}
        results = LocalSteps(client, steps, metadata).run(asked)
        return self._crew._create_crew_output([results[name] for name in names])

    def _parents(self, index: int) -> List[int]:
        task = self._tasks[index]
        if _says_its_context(task):
            places = {id(each): place for place, each in enumerate(self._tasks[:index])}
            return sorted({places[id(each)] for each in task.context or [] if id(each) in places})
        return [] if task.async_execution else list(range(index))

    def _doing(self, index: int, names: List[str]) -> Callable[[Mapping[str, Any]], Any]:
        def do(results: Mapping[str, Any]) -> Any:
            from crewai.crews.utils import prepare_task_execution

            task = self._tasks[index]
            before = [results[name] for name in names if name in results]
            with self._lock:
                execution, _, _ = prepare_task_execution(self._crew, task, index, 0, [], None)
                context = self._crew._get_context(task, before)
            output = task.execute_sync(
                agent=execution.agent, context=context, tools=execution.tools
            )
            with self._lock:
                self._crew._process_task_result(task, output)
                self._crew._store_execution_log(task, output, index, False)
            return output

        return do

    def _agent_key(self, task: Any) -> str:
        """An agent keeps the state of the task that it does, so it does one at a time."""
        return "" if task.async_execution else f"agent-{id(task.agent)}"


def _says_its_context(task: Any) -> bool:
    from crewai.utilities.constants import NOT_SPECIFIED

    return task.context is not NOT_SPECIFIED


def _is_suitable(crew: Any, tasks: List[Any]) -> bool:
    from crewai import Process
    from crewai.tasks.conditional_task import ConditionalTask

    return (
        crew.process == Process.sequential
        and not any(isinstance(task, ConditionalTask) for task in tasks)
        and crew._get_execution_start_index(tasks) is None
    )
