"""Tasks that depend on each other, each done as soon as those it depends on are."""

from __future__ import annotations

import json
import threading
import uuid
import warnings
from concurrent.futures import Future
from contextlib import suppress
from graphlib import TopologicalSorter
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Sequence

from ..client import TroupeClient
from ..errors import RunFailedError, TroupeError
from ..runs import OVER

_LOOK_SECONDS = 2.0
_WAIT_SECONDS = 5


class Task(NamedTuple):
    """One step. `do` is called once, in some thread, with the results of `after` by id."""

    id: str
    after: Sequence[str]
    do: Callable[[Mapping[str, Any]], Any]


def run_tasks(
    troupe: TroupeClient,
    tasks: Sequence[Task],
    max_concurrent_tasks: int = 10,
    is_enabled: bool = True,
) -> Dict[str, Any]:
    """Does all tasks and returns their results by id; each comes after those that it names.

    What a task raises ends the run and is raised here. Switched off, or when the node fails, tasks
    that are not done are done one after the other. Tasks that wait for each other are a ValueError.
    """
    work = _Work(tasks)
    if is_enabled and tasks:
        try:
            _side_by_side(troupe, work, max_concurrent_tasks)
        except RunFailedError:
            work.raise_failure()
            raise
        except TroupeError as error:
            warnings.warn(
                f"Troupe does not help, so steps run one after the other: {error}", RuntimeWarning, 3
            )
    work.raise_failure()
    return {task.id: work.result(task.id) for task in tasks}


class _Work:
    """What is done, and by whom. Safe for use by many threads."""

    def __init__(self, tasks: Sequence[Task]) -> None:
        self.tasks = {task.id: task for task in tasks}
        self.over = threading.Event()
        self._futures: Dict[str, Future] = {task.id: Future() for task in tasks}
        self._lock = threading.Lock()
        for each in TopologicalSorter({task.id: task.after for task in tasks}).static_order():
            if each not in self.tasks:
                raise ValueError(f"there is no task {each!r}")

    def result(self, id: str) -> Any:
        """The result of a task, which is done here unless somebody has begun it."""
        future = self._futures[id]
        with self._lock:
            is_begun = future.running() or future.done()
            if not is_begun:
                future.set_running_or_notify_cancel()
        if not is_begun:
            task = self.tasks[id]
            try:
                future.set_result(task.do({each: self.result(each) for each in task.after}))
            except BaseException as error:
                future.set_exception(error)
                self.over.set()
        if all(each.done() for each in self._futures.values()):
            self.over.set()
        return future.result()

    def raise_failure(self) -> None:
        """Raises what a task has raised."""
        for each in self._futures.values():
            if each.done():
                each.result()


def _side_by_side(troupe: TroupeClient, work: _Work, width: int) -> None:
    function = f"tasks-{uuid.uuid4().hex}"
    steps = [
        {
            "id": task.id,
            "kind": "function",
            "name": function,
            "args": {"task": {"$literal": task.id}},
            "deps": list(task.after),
            "retry": {"preset": "none"},
        }
        for task in work.tasks.values()
    ]
    policy = {"max_parallelism": width, "durability": "none"}
    run = troupe.runs.submit({"tasks": steps, "policy": policy})["id"]
    failures: List[TroupeError] = []
    for _ in range(min(width, len(steps))):
        worker = threading.Thread(target=_serve, args=(troupe, work, function, failures))
        worker.daemon = True
        worker.start()
    while not work.over.wait(_LOOK_SECONDS):
        seen = troupe.runs.get(run)
        if seen["state"] in OVER - {"completed"}:
            work.over.set()
            raise RunFailedError(seen)
    if failures:
        raise failures[0]


def _serve(troupe: TroupeClient, work: _Work, name: str, failures: List[TroupeError]) -> None:
    try:
        while not work.over.is_set():
            call = troupe.functions.take(name, _WAIT_SECONDS)
            if call is None:
                continue
            ended = threading.Event()
            extending = threading.Thread(target=_extend, args=(troupe, name, call, ended))
            extending.daemon = True
            extending.start()
            try:
                result = work.result(call["arguments"]["task"])
            except Exception as error:
                troupe.functions.fail(name, call["id"], repr(error))
            else:
                troupe.functions.finish(name, call["id"], _shown(result))
            finally:
                ended.set()
    except TroupeError as error:
        if not work.over.is_set():
            failures.append(error)
            work.over.set()


def _extend(
    troupe: TroupeClient, name: str, call: Mapping[str, Any], ended: threading.Event
) -> None:
    """Says three times in each lease that the work goes on."""
    while not ended.wait(call["lease_ms"] / 3000):
        with suppress(TroupeError):
            troupe.functions.extend(name, call["id"])


def _shown(result: Any) -> Any:
    """What the run shows of a result; the framework has the result itself."""
    try:
        json.dumps(result)
        return result
    except (TypeError, ValueError):
        return str(result)
