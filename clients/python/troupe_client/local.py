"""Steps that this process does, in the order and at the pace that a run decides."""

from __future__ import annotations

import contextvars
import threading
import uuid
import warnings
from contextlib import suppress
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import Any, Callable, Dict, Iterable, Mapping, Optional, Tuple

from .client import TroupeClient
from .errors import RunFailedError, TroupeError
from .hook import Calls, current_step

_LONGEST_MILLIS = 86_400_000
"""After which a run ends whose process does not ask for its steps."""

_MOST_SHOWN = 10_000
"""Characters of a result that the run shows; the process has all of it."""


@dataclass(frozen=True)
class Parallelization:
    """What a caller may ask for: whether steps run side by side at all, and how many."""

    enabled: bool = True
    max_concurrent_tasks: int = 10

    @classmethod
    def of(cls, asked: Optional[Mapping[str, Any]]) -> "Parallelization":
        """Reads `{"enabled": ..., "max_concurrent_tasks": ...}`; what is missing is as usual."""
        return cls(**(asked or {}))


@dataclass(frozen=True)
class LocalStep:
    """A step of this process.

    `do` gets the results of the steps that `parents` names, by id: whatever they returned, or the
    exception of one that failed. Of steps with one `key` one is done at a time.
    """

    id: str
    do: Callable[[Mapping[str, Any]], Any]
    parents: Tuple[str, ...] = ()
    title: str = ""
    key: str = ""


@dataclass
class LocalSteps:
    """Steps whose results stay in this process; a run says when each is due.

    Where the node is away, stays away for `patience_seconds` meanwhile, or gives the run up, the
    steps that are missing are done one by one, with a warning. A run that somebody aborts ends with
    RunFailedError. With `goes_on` what depends on a failed step gets its exception; without, the
    first failure ends everything and is raised. Steps that wait for each other, or for one that is
    not there, are a ValueError.
    """

    client: TroupeClient
    steps: Iterable[LocalStep]
    metadata: Mapping[str, Any] = field(default_factory=dict)
    goes_on: bool = False
    patience_seconds: float = 30.0

    def __post_init__(self) -> None:
        self._steps = {step.id: step for step in self.steps}
        order = TopologicalSorter({step.id: step.parents for step in self._steps.values()})
        for each in order.static_order():
            if each not in self._steps:
                raise ValueError(f"there is no step {each!r}")
        self._locks = {step: threading.Lock() for step in self._steps}
        self._results: Dict[str, Any] = {}
        self._context = contextvars.copy_context()

    def run(self, parallelization: Parallelization = Parallelization()) -> Dict[str, Any]:
        """Does all steps and returns their results by id, as exceptions where they failed."""
        if parallelization.enabled and self._steps:
            try:
                self._run_in_parallel(parallelization.max_concurrent_tasks)
            except TroupeError as away:
                self._raise_first()
                if isinstance(away, RunFailedError) and away.run["state"] == "aborted":
                    raise
                warn_of(away)
        self._raise_first()
        while len(self._results) < len(self._steps):
            self._do(next(step for step in self._steps.values() if self._is_due(step)), None)
            self._raise_first()
        return self._results

    def _run_in_parallel(self, most: int) -> None:
        function = f"local-{uuid.uuid4()}"
        runs = self.client.runs
        run = runs.submit(self._plan(function, most))
        calls = Calls(run["id"])

        def do(arguments: Mapping[str, Any]) -> Any:
            step = self._steps[arguments["step"]]
            # Whoever lost touch with the node for a while may be asked again for what it does.
            with self._locks[step.id]:
                if step.id not in self._results:
                    self._context.copy().run(self._do, step, calls)
            result = self._results[step.id]
            if isinstance(result, BaseException):
                raise result
            return result[:_MOST_SHOWN] if isinstance(result, str) else None

        try:
            with self.client.worker({function: do}, most):
                run = runs.wait(run["id"], patience_seconds=self.patience_seconds)
        except BaseException:
            with suppress(TroupeError):
                runs.abort(run["id"])
            raise
        if len(self._results) < len(self._steps):
            raise RunFailedError(run)

    def _is_due(self, step: LocalStep) -> bool:
        return step.id not in self._results and all(each in self._results for each in step.parents)

    def _raise_first(self) -> None:
        """Raises the first failure that ends everything."""
        for result in self._results.values():
            is_end = not self.goes_on or not isinstance(result, Exception)
            if isinstance(result, BaseException) and is_end:
                raise result

    def _plan(self, function: str, most: int) -> Dict[str, Any]:
        mode = "partial_completion" if self.goes_on else "fail_fast"
        tasks = [
            {
                "id": step.id,
                "kind": "function",
                "name": function,
                "args": {"step": {"$literal": step.id}},
                "deps": list(step.parents),
                "metadata": {"title": step.title},
                **({"concurrency_key": step.key} if step.key else {}),
            }
            for step in self._steps.values()
        ]
        # What this process has done is not to be had elsewhere: nothing is gained by keeping it.
        policy = {
            "max_parallelism": most,
            "failure_mode": mode,
            "durability": "none",
            "timeout_ms": _LONGEST_MILLIS,
        }
        return {"tasks": tasks, "metadata": dict(self.metadata), "policy": policy}

    def _do(self, step: LocalStep, calls: Optional[Calls]) -> None:
        if calls is not None:
            current_step.set(calls.step(step.id, step.parents))
        try:
            parents = {parent: self._results[parent] for parent in step.parents}
            self._results[step.id] = step.do(parents)
        except BaseException as error:
            self._results[step.id] = error


def warn_of(error: TroupeError) -> None:
    """Says that a framework goes on by itself."""
    warnings.warn(f"Going on one by one, without Troupe: {error}", RuntimeWarning, stacklevel=3)
