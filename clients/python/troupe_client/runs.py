"""Plans that a node executes as programs."""

from __future__ import annotations

import json
import time
from typing import Any, Dict, Iterable, Iterator, Mapping, Optional, Union
from urllib.parse import quote, urlencode

from .errors import RunFailedError, TroupeError
from .transport import Transport

Run = Dict[str, Any]
"""A run as a node tells it: `id`, `state`, `tasks` by id, `usage`, `error` and more."""

OVER = frozenset({"completed", "failed", "aborted"})
"""The final states of a run."""

_SILENCE_SECONDS = 30.0
"""A node says something every ten seconds: one that is silent for so long is gone."""

_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 5.0


class Runs:
    """The runs of a node. Safe for use by many threads.

    Errors have the codes of docs/runs.md: `InvalidPlanError`, `NotFoundError`, `ConflictError`,
    `NotServedError`, else `TroupeError`.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def submit(
        self,
        plan: Union[Mapping[str, Any], str],
        idempotency_key: Optional[str] = None,
        wait_seconds: Optional[int] = None,
    ) -> Run:
        """Begins a run: of a plan, or of the YAML of one.

        A submission that is sent again with the same key is the same run. With `wait_seconds` the
        answer comes at the run's end, or once so many have passed.
        """
        headers = {} if idempotency_key is None else {"Idempotency-Key": idempotency_key}
        query = "" if wait_seconds is None else f"?wait={wait_seconds}s"
        return self._transport.call("POST", f"/v1/runs{query}", plan, headers)

    def preview(self, plan: Union[Mapping[str, Any], str]) -> Dict[str, Any]:
        """What a run of the plan would be: its graph, stages, time and cost, and what is wrong."""
        return self._transport.call("POST", "/v1/plans", plan)

    def get(self, run_id: str) -> Run:
        return self._transport.call("GET", _run(run_id))

    def list(
        self,
        state: Union[str, Iterable[str], None] = None,
        created_after: Union[str, int, None] = None,
        created_before: Union[str, int, None] = None,
        program: Optional[str] = None,
        metadata: Optional[Mapping[str, Any]] = None,
        page_size: int = 100,
    ) -> Iterator[Run]:
        """The tenant's runs, the youngest first, read page by page as they are asked for.

        Times are milliseconds since 1970, or such as `2027-01-31T08:00:00Z`.
        """
        states = state if state is None or isinstance(state, str) else ",".join(state)
        wanted = {
            "state": states,
            "created_after": created_after,
            "created_before": created_before,
            "program": program,
            **{f"metadata.{name}": value for name, value in (metadata or {}).items()},
        }
        query = {name: value for name, value in wanted.items() if value is not None}
        query["limit"] = page_size
        while True:
            page = self._transport.call("GET", f"/v1/runs?{urlencode(query)}")
            yield from page["data"]
            if page.get("next") is None:
                return
            query["cursor"] = page["next"]

    def events(
        self,
        run_id: str,
        after: int = 0,
        timeout_seconds: Optional[float] = None,
        patience_seconds: float = float("inf"),
    ) -> Iterator[Dict[str, Any]]:
        """What happens in a run, from the event after number `after` to the run's end.

        Each event has `sequence`, `at` (milliseconds since 1970) and its kind as `event`. Where the
        connection breaks the client comes back and goes on where it was; after `patience_seconds`
        without a word it gives up. Once `timeout_seconds` have passed, it raises TimeoutError.
        """
        deadline = None if timeout_seconds is None else time.monotonic() + timeout_seconds
        pause = _FIRST_PAUSE_SECONDS
        heard = time.monotonic()
        while True:
            # A node that leaves ends its answer in order.
            least = 0.0
            try:
                for event in self._connection(run_id, after, deadline):
                    heard = time.monotonic()
                    pause = _FIRST_PAUSE_SECONDS
                    if event is None:
                        continue
                    after = event["sequence"]
                    yield event
                    if event["event"] == "run_ended":
                        return
            except TroupeError as error:
                if not error.is_transient or time.monotonic() - heard >= patience_seconds:
                    raise
                least = error.retry_after or 0.0
            if _left(deadline) > 0:
                time.sleep(min(max(least, pause), max(0.0, _left(deadline))))
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
            if _left(deadline) <= 0:
                raise TimeoutError(f"Run `{run_id}` goes on after {timeout_seconds} s")

    def _connection(
        self, run_id: str, after: int, deadline: Optional[float]
    ) -> Iterator[Optional[Dict[str, Any]]]:
        """The events that one connection brings, up to the deadline; None for a sign of life."""
        headers = {"Accept": "text/event-stream", "Last-Event-ID": str(after)}
        silence = max(0.001, min(_SILENCE_SECONDS, _left(deadline)))
        for line in self._transport.lines(f"{_run(run_id)}/events", headers, silence):
            if line.startswith("data:"):
                yield json.loads(line[len("data:") :])
            elif line.startswith(":"):
                yield None
                if _left(deadline) < silence:
                    return

    def wait(
        self,
        run_id: str,
        timeout_seconds: Optional[float] = None,
        check: bool = False,
        patience_seconds: float = float("inf"),
    ) -> Run:
        """The run as it is at its end; TimeoutError if that does not come in time.

        With `check` a run that has not completed raises RunFailedError.
        """
        run = self.get(run_id)
        if run["state"] not in OVER:
            for _ in self.events(run_id, run["sequence"], timeout_seconds, patience_seconds):
                pass
            run = self.get(run_id)
        if check and run["state"] != "completed":
            raise RunFailedError(run)
        return run

    def graph(self, run_id: str, format: str = "json") -> Any:
        """The run's steps as a picture, each in its state: `json`, or a text: `mermaid`, `dot`."""
        text = self._transport.text("GET", f"{_run(run_id)}/graph?{urlencode({'format': format})}")
        return json.loads(text) if format == "json" else text

    def add_tasks(self, run_id: str, tasks: Iterable[Mapping[str, Any]]) -> Run:
        """Adds steps to a run that is not over."""
        return self._transport.call("POST", f"{_run(run_id)}/tasks", {"tasks": list(tasks)})

    def abort(self, run_id: str) -> Run:
        return self._act(run_id, "abort")

    def pause(self, run_id: str) -> Run:
        """Starts nothing more; what runs goes on."""
        return self._act(run_id, "pause")

    def resume(self, run_id: str) -> Run:
        return self._act(run_id, "resume")

    def retry(self, run_id: str, task_id: Optional[str] = None) -> Run:
        """Does a failed step again, or all, as long as nothing that depends on it has started."""
        return self._act(run_id, "retry", task_id)

    def skip(self, run_id: str, task_id: str) -> Run:
        return self._act(run_id, "skip", task_id)

    def approve(self, run_id: str, task_id: str, comment: str = "") -> Run:
        return self._act(run_id, "approve", task_id, {"comment": comment})

    def reject(self, run_id: str, task_id: str, comment: str = "") -> Run:
        return self._act(run_id, "reject", task_id, {"comment": comment})

    def signal(self, run_id: str, name: str, payload: Any = None) -> Run:
        """Gives the run a value; it ends the `wait` step of that name."""
        return self._act(run_id, "signal", body={"name": name, "payload": payload})

    def raise_budget(self, run_id: str, budget_limit: Mapping[str, Any]) -> Run:
        return self._act(run_id, "budget", body={"budget_limit": budget_limit})

    def fork(self, run_id: str, task_id: str, **more: Any) -> Run:
        """Begins a new run of the plan from a step on. `more` may be `id` and `budget_limit`."""
        return self._act(run_id, "fork", body={"task": task_id, **more})

    def rerun(self, run_id: str, **more: Any) -> Run:
        """Begins a new run of what an ended run is missing. `more` is as in `fork`."""
        return self._act(run_id, "rerun", body=more)

    def _act(
        self,
        run_id: str,
        verb: str,
        task_id: Optional[str] = None,
        body: Optional[Mapping[str, Any]] = None,
    ) -> Run:
        step = "" if task_id is None else f"/tasks/{quote(task_id, safe='')}"
        return self._transport.call("POST", f"{_run(run_id)}{step}/{verb}", body)


def _run(run_id: str) -> str:
    return f"/v1/runs/{quote(run_id, safe='')}"


def _left(deadline: Optional[float]) -> float:
    return float("inf") if deadline is None else deadline - time.monotonic()
