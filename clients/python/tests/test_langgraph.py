"""The adapter of LangGraph, with LangGraph itself where it is installed: as test_client.py."""

import importlib.util
import operator
import unittest
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, TypedDict

from node import URL, eventually, model

from troupe_client import TroupeClient
from troupe_client.adapters.langgraph import base_url, configured, langgraph_hook, tasks_node

HAS_LANGGRAPH = importlib.util.find_spec("langgraph") is not None


class State(TypedDict):
    said: Annotated[list, operator.add]


def node(call):
    """The node of a call, and which of its calls it is: LangGraph adds the task between them."""
    name, _, rest = call.partition(":")
    return name + "".join(rest.partition("#")[1:])


AWAY = "http://127.0.0.1:9"


class ConfigurationTest(unittest.TestCase):
    def test_leaves_a_configuration_as_it_is_where_it_is_off(self):
        given = {"tags": ["a"]}
        self.assertEqual(configured(given, {"enabled": False}), given)
        self.assertEqual(configured(None, {"enabled": False}), {})

    def test_gives_a_run_a_thread_and_its_limit(self):
        made = configured({"tags": ["a"]}, {"max_concurrent_tasks": 3})
        self.assertEqual((made["tags"], made["max_concurrency"]), (["a"], 3))
        self.assertTrue(made["configurable"]["thread_id"])
        own = configured({"configurable": {"thread_id": "mine"}})
        self.assertEqual(own, {"configurable": {"thread_id": "mine"}})

    def test_calls_models_elsewhere_where_troupe_is_away(self):
        with self.assertWarnsRegex(RuntimeWarning, "without Troupe"):
            chosen = base_url(TroupeClient(AWAY), "http://elsewhere/v1")
        self.assertEqual(chosen, "http://elsewhere/v1")


class TasksNodeTest(unittest.TestCase):
    STATE = {"tasks": [{"id": "b", "n": 2, "deps": ["a"]}, {"id": "a", "n": 1}]}
    DONE = {"results": {"a": 1, "b": 3}}

    @staticmethod
    def do(task, results):
        return task["n"] + sum(results.values())

    @unittest.skipUnless(URL, "TROUPE_URL is not set")
    def test_answers_with_the_results_of_its_tasks(self):
        self.assertEqual(tasks_node(TroupeClient(URL), self.do)(self.STATE), self.DONE)

    def test_answers_with_the_same_where_troupe_is_away(self):
        with self.assertWarnsRegex(RuntimeWarning, "without Troupe"):
            answer = tasks_node(TroupeClient(AWAY), self.do)(self.STATE)
        self.assertEqual(answer, self.DONE)

    def test_answers_with_the_same_where_it_is_off(self):
        node = tasks_node(TroupeClient(AWAY), self.do, parallelization={"enabled": False})
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            self.assertEqual(node(self.STATE), self.DONE)


@unittest.skipUnless(URL and HAS_LANGGRAPH, "TROUPE_URL is not set, or there is no LangGraph")
class LangGraphTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.client = TroupeClient(URL)
        cls.model = model()

    def graph(self, hook):
        """plan, then twice side by side: one that calls twice, and one; then sum."""
        import httpx
        from langgraph.graph import END, START, StateGraph

        http = httpx.Client(
            base_url=base_url(self.client, "http://nowhere/v1"),
            event_hooks={"request": [hook]},
            timeout=60,
        )

        def calling(name, times=1):
            def node(state):
                for _ in range(times):
                    message = {"role": "user", "content": f"Say {name}."}
                    body = {"model": self.model, "messages": [message], "max_tokens": 2}
                    http.post("chat/completions", json=body).raise_for_status()
                return {"said": [name]}

            return node

        builder = StateGraph(State)
        for name, times in [("plan", 1), ("left", 2), ("right", 1), ("sum", 1)]:
            builder.add_node(name, calling(name, times))
        builder.add_edge(START, "plan")
        for side in ["left", "right"]:
            builder.add_edge("plan", side)
        builder.add_edge(["left", "right"], "sum")
        builder.add_edge("sum", END)
        self.addCleanup(http.close)
        return builder.compile()

    def calls(self, program):
        view = eventually(
            lambda: self.client.describe(program),
            lambda view: view["total_calls"] == 5 and view["active_calls"] == 0,
        )
        return {call["id"]: call["parents"] for call in view["calls"]}

    def test_tells_programs_and_edges_of_runs_side_by_side(self):
        graph = self.graph(langgraph_hook(self.client))
        configs = [configured() for _ in range(3)]
        with ThreadPoolExecutor(3) as threads:
            states = list(threads.map(lambda each: graph.invoke({"said": []}, each), configs))
        for state, config in zip(states, configs):
            self.assertEqual(sorted(state["said"]), ["left", "plan", "right", "sum"])
            calls = self.calls(config["configurable"]["thread_id"])
            self.assertEqual(
                {node(call): sorted(map(node, parents)) for call, parents in calls.items()},
                {
                    "plan": [],
                    "left": ["plan"],
                    "left#2": ["left"],
                    "right": ["plan"],
                    "sum": ["left#2", "right"],
                },
            )

    def test_leaves_requests_as_they_are_where_it_is_off(self):
        seen = []
        hook = langgraph_hook(self.client, {"enabled": False})

        def looking(request):
            hook(request)
            seen.append(set(request.headers))

        self.graph(looking).invoke({"said": []}, configured())
        self.assertEqual(len(seen), 5)
        self.assertFalse(any(name.startswith("x-") for names in seen for name in names))


if __name__ == "__main__":
    unittest.main()
