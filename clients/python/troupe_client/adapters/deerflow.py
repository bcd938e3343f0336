"""Troupe under DeerFlow: the steps of a plan side by side, each as soon as what it needs is there.

DeerFlow does the steps of its plan one after the other. This adapter takes the place of its node
`research_team`; the plan, the agents and all other nodes stay as they are:

    from src.graph.nodes import coder_node, researcher_node
    team = research_team(client, {"research": researcher_node, "processing": coder_node})
    builder.add_node("research_team", team)

What a step waits for is found by Troupe, as docs/runs.md describes. A step gets the findings of the
steps that it depends on, and of no other. Where Troupe is away, or switched off, the node does what
DeerFlow's own does: nothing, and DeerFlow goes on step by step.
"""

from __future__ import annotations

import asyncio
import inspect
from dataclasses import dataclass
from typing import Any, Awaitable, Callable, Dict, List, Mapping, Optional, Set

from ..client import TroupeClient
from ..errors import TroupeError
from ..local import LocalStep, LocalSteps, Parallelization, warn_of

Node = Callable[[Mapping[str, Any], Any], Any]


def research_team(
    client: TroupeClient,
    nodes: Mapping[str, Node],
    parallelization: Optional[Mapping[str, Any]] = None,
    strategy: str = "heuristic",
) -> Callable[..., Awaitable[Optional[Dict[str, Any]]]]:
    """DeerFlow's node `research_team`, doing all steps of the plan that are missing.

    `nodes` are DeerFlow's own, by type of step: they do each step, in this process.
    `parallelization` is `{"enabled": ..., "max_concurrent_tasks": ...}`; that of a request, in its
    `configurable`, wins. `strategy` is `heuristic`, `explicit`, `sequential` or
    `llm_based`, which asks the model of the role `fast`.
    """

    async def team(state: Mapping[str, Any], config: Any = None) -> Optional[Dict[str, Any]]:
        plan = state.get("current_plan")
        wanted = ((config or {}).get("configurable") or {}).get("parallelization")
        asked = Parallelization.of({**(parallelization or {}), **(wanted or {})})
        if not asked.enabled or not getattr(plan, "steps", None):
            return None
        try:
            parents = await asyncio.to_thread(_parents, client, plan, strategy)
        except TroupeError as away:
            warn_of(away)
            return None
        work = _TeamWork(state, config, nodes, asyncio.get_running_loop())
        try:
            return await asyncio.to_thread(work.done, client, parents, asked)
        except asyncio.CancelledError:
            work.stop()
            raise

    return team


def execute_plan(
    client: TroupeClient,
    plan: Any,
    model: str,
    parallelization: Optional[Mapping[str, Any]] = None,
    strategy: str = "heuristic",
    timeout_seconds: Optional[float] = None,
) -> Dict[str, Any]:
    """Has a model do the steps of a plan, and returns the run.

    For plans whose steps need no tools. `strategy` may be `llm_based` too. Each step's
    `execution_res` becomes its result, or `ERROR: ...` where it failed. Raises UnreachableError
    where Troupe is away; the plan is then as it was.
    """
    submission = {
        **_outline(plan, model, strategy),
        "policy": {"failure_mode": "partial_completion"},
        "parallelization": dict(parallelization or {}),
    }
    run = client.runs.wait(client.runs.submit(submission)["id"], timeout_seconds)
    for number, step in enumerate(_get(plan, "steps"), 1):
        task = run["tasks"][f"step-{number}"]
        if not _get(step, "execution_res"):
            error = task["error"] or {}
            result = task["output"] or f"ERROR: {error.get('message', 'it was not done')}"
            _set(step, "execution_res", result)
    return run


@dataclass
class _TeamWork:
    """The steps of one plan, done by DeerFlow's nodes in the loop that called."""

    state: Mapping[str, Any]
    config: Any
    nodes: Mapping[str, Node]
    loop: asyncio.AbstractEventLoop

    def __post_init__(self) -> None:
        self._plan = self.state["current_plan"]
        self._by_name = {f"step-{n}": step for n, step in enumerate(self._plan.steps, 1)}
        self._updates: Dict[str, Mapping[str, Any]] = {}
        self._running: Set[Any] = set()
        self._is_stopped = False

    def stop(self) -> None:
        """Nobody waits any more: what runs is cancelled, and nothing else begins."""
        self._is_stopped = True
        for each in list(self._running):
            each.cancel()

    def done(
        self,
        client: TroupeClient,
        parents: Mapping[str, List[str]],
        asked: Parallelization,
    ) -> Dict[str, Any]:
        """Does what is missing and returns the state's update."""
        missing = {name: step for name, step in self._by_name.items() if not step.execution_res}
        steps = [
            LocalStep(
                name,
                lambda results, name=name: self._do(name, parents[name], results),
                tuple(parent for parent in parents[name] if parent in missing),
                step.title,
            )
            for name, step in missing.items()
        ]
        metadata = {"framework": "deerflow", "title": str(self._plan.title)}
        results = LocalSteps(client, steps, metadata, goes_on=True).run(asked)
        self._tell_errors(results)
        return self._update()

    def _tell_errors(self, results: Mapping[str, Any]) -> None:
        for name, result in results.items():
            if isinstance(result, Exception) and not self._is_stopped:
                self._by_name[name].execution_res = f"ERROR: {result}"

    def _do(self, name: str, parents: List[str], results: Mapping[str, Any]) -> str:
        """Has DeerFlow's node do a step, as if its plan were that step and those it depends on."""
        if self._is_stopped:
            raise RuntimeError("it was cancelled")
        self._tell_errors(results)
        step = self._by_name[name]
        needed = [self._by_name[parent] for parent in parents]
        plan = self._plan.model_copy(update={"steps": [*needed, step]})
        state = {**self.state, "current_plan": plan}
        kind = getattr(step.step_type, "value", step.step_type)
        made = self.nodes[kind](state, self.config)
        if inspect.iscoroutine(made):
            future = asyncio.run_coroutine_threadsafe(made, self.loop)
            self._running.add(future)
            if self._is_stopped:
                future.cancel()
            made = future.result()
        self._updates[name] = getattr(made, "update", None) or {}
        if not step.execution_res:
            raise RuntimeError(f"the node for {kind} gave no result")
        return str(step.execution_res)

    def _update(self) -> Dict[str, Any]:
        """What DeerFlow's nodes wrote into the state, in the order of the plan."""
        before = list(self.state.get("observations") or [])
        observations, messages = list(before), []
        for name in self._by_name:
            update = self._updates.get(name, {})
            observations += list(update.get("observations") or before)[len(before) :]
            messages += list(update.get("messages") or [])
        return {"current_plan": self._plan, "observations": observations, "messages": messages}


def _parents(client: TroupeClient, plan: Any, strategy: str) -> Dict[str, List[str]]:
    """What each step waits for."""
    graph = client.runs.preview(_outline(plan, "role:fast", strategy))["graph"]
    parents: Dict[str, List[str]] = {node["id"]: [] for node in graph["nodes"]}
    for edge in graph["edges"]:
        parents[edge["to"]].append(edge["from"])
    return parents


def _outline(plan: Any, model: str, strategy: str) -> Dict[str, Any]:
    outline = plan.model_dump(mode="json") if hasattr(plan, "model_dump") else dict(plan)
    return {"model": model, "analysis": {"strategy": strategy}, "plan": outline}


def _get(owner: Any, name: str) -> Any:
    return owner.get(name) if isinstance(owner, Mapping) else getattr(owner, name, None)


def _set(step: Any, name: str, value: Any) -> None:
    if isinstance(step, Mapping):
        step[name] = value
    else:
        setattr(step, name, value)
