"""The adapter of DeerFlow, with nodes and plans of its form: as test_client.py."""

import asyncio
import unittest
import warnings
from types import SimpleNamespace

from node import URL, model

from troupe_client import TroupeClient
from troupe_client.adapters.deerflow import execute_plan, research_team

CITIES = ["Oslo", "Rome", "Lima", "Cairo", "Quito", "Delhi", "Tokyo", "Paris", "Accra", "Hanoi"]


class Plan(SimpleNamespace):
    """What the adapter uses of DeerFlow's pydantic model."""

    def model_copy(self, update):
        return Plan(**{**vars(self), **update})

    def model_dump(self, mode):
        return {**vars(self), "steps": [vars(step) for step in self.steps]}


def step(title, kind, result=None):
    return SimpleNamespace(
        need_search=kind == "research",
        title=title,
        description=f"About {title}",
        step_type=kind,
        execution_res=result,
    )


def plan(*more):
    """Twelve steps: ten to look up, one to compare them, one to sum up."""
    return Plan(
        locale="en-US",
        has_enough_context=False,
        thought="Compare cities",
        title="Cities",
        steps=[
            *(step(city, "research") for city in CITIES),
            step("Compare all of them", "processing"),
            step("Sum up all results", "processing"),
            *more,
        ],
    )


class Agents:
    """DeerFlow's nodes: they do the first step without a result, as its agents would.

    The first `together` steps end only when all of them run.
    """

    def __init__(self, fails=(), together=1):
        self.seen = {}
        self.most = 0
        self._running = 0
        self._fails = fails
        self._together = together
        self._all = asyncio.Event()

    async def node(self, state, config):
        steps = state["current_plan"].steps
        current = next(each for each in steps if not each.execution_res)
        self.seen[current.title] = [each.execution_res for each in steps if each is not current]
        self._running += 1
        self.most = max(self.most, self._running)
        if self._running == self._together:
            self._all.set()
        await asyncio.wait_for(self._all.wait(), 30)
        self._running -= 1
        if current.title in self._fails:
            raise ValueError(f"nothing found of {current.title}")
        current.execution_res = f"found {current.title}"
        done = state["observations"] + [current.execution_res]
        return SimpleNamespace(update={"observations": done, "messages": [current.title]})

    @property
    def nodes(self):
        return {"research": self.node, "processing": self.node}


def done(client, agents, made, **asked):
    state = {"current_plan": made, "observations": ["before"], "messages": []}
    team = research_team(client, agents.nodes, **asked)
    return asyncio.run(team(state, {"configurable": {}}))


class AwayTest(unittest.TestCase):
    def test_does_what_deerflow_does_where_troupe_is_away(self):
        made = plan()
        with self.assertWarnsRegex(RuntimeWarning, "without Troupe"):
            update = done(TroupeClient("http://127.0.0.1:9"), Agents(), made)
        self.assertIsNone(update)
        self.assertEqual({each.execution_res for each in made.steps}, {None})

    def test_does_what_deerflow_does_where_it_is_off(self):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            client = TroupeClient("http://127.0.0.1:9")
            update = done(client, Agents(), plan(), parallelization={"enabled": False})
        self.assertIsNone(update)


@unittest.skipUnless(URL, "TROUPE_URL is not set")
class DeerFlowTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.client = TroupeClient(URL)

    def test_does_independent_steps_side_by_side_by_deerflows_agents(self):
        made, agents = plan(), Agents(together=10)
        update = done(self.client, agents, made)
        self.assertEqual(made.steps[-1].execution_res, "found Sum up all results")
        self.assertEqual(agents.most, 10)
        found = [f"found {city}" for city in CITIES]
        self.assertEqual(agents.seen["Oslo"], [])
        self.assertEqual(agents.seen["Compare all of them"], found)
        self.assertEqual(update["observations"][:11], ["before", *found])
        self.assertEqual(len(update["messages"]), 12)

    def test_runs_no_more_at_a_time_than_asked_and_repeats_nothing(self):
        made, agents = plan(), Agents(together=2)
        made.steps[0].execution_res = "known of Oslo"
        done(self.client, agents, made, parallelization={"max_concurrent_tasks": 2})
        self.assertEqual(agents.most, 2)
        self.assertNotIn("Oslo", agents.seen)
        self.assertEqual(agents.seen["Compare all of them"][0], "known of Oslo")

    def test_tells_failures_as_text(self):
        made, agents = plan(), Agents(fails=["Rome"])
        done(self.client, agents, made)
        error = "ERROR: nothing found of Rome"
        self.assertEqual(made.steps[1].execution_res, error)
        self.assertIn(error, agents.seen["Compare all of them"])
        self.assertEqual(made.steps[-1].execution_res, "found Sum up all results")

    def test_cancels_what_runs_and_begins_nothing_more_where_the_request_is_cancelled(self):
        made, ended = plan(), []

        async def endless(state, config):
            begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                ended.append(state)

        async def cancelled():
            team = research_team(self.client, {"research": endless, "processing": endless})
            state = {"current_plan": made, "observations": [], "messages": []}
            request = asyncio.create_task(team(state, {}))
            await asyncio.wait_for(begun.wait(), 30)
            request.cancel()
            with self.assertRaises(asyncio.CancelledError):
                await request

        begun = asyncio.Event()
        asyncio.run(cancelled())
        self.assertTrue(1 <= len(ended) <= 10)
        self.assertEqual({each.execution_res for each in made.steps}, {None})

    def test_has_a_model_do_a_plan_that_is_sent_unchanged(self):
        made = plan().model_dump("json")
        run = execute_plan(self.client, made, model(), timeout_seconds=60)
        self.assertEqual(run["state"], "completed")
        self.assertTrue(all(each["execution_res"] for each in made["steps"]))
        self.assertEqual(set(run["tasks"]["step-11"]["deps"]), {f"step-{n}" for n in range(1, 11)})

    def test_asks_a_model_what_waits_for_what_and_goes_on_where_that_says_nothing_of_use(self):
        made = plan().model_dump("json")
        run = execute_plan(self.client, made, model(), strategy="llm_based", timeout_seconds=60)
        self.assertEqual(run["state"], "completed")
        self.assertIn(run["analysis"]["strategy_used"], ["heuristic", "llm_based"])
        self.assertTrue(all(each["execution_res"] for each in made["steps"]))


if __name__ == "__main__":
    unittest.main()
