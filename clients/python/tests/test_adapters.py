"""Plans of other frameworks, done against a real node and without one: as test_client.py.

The frameworks' objects are ones with their fields; their own code is not needed for what is tested here.
"""

import threading
import unittest
import warnings
from types import SimpleNamespace

from node import URL

from troupe_client import TroupeClient
from troupe_client.adapters import Task, run_tasks
from troupe_client.adapters.crewai import kickoff
from troupe_client.adapters.deerflow import execute_plan
from troupe_client.adapters.langgraph import tasks_node

NOWHERE = TroupeClient("http://127.0.0.1:9")


def plan(*kinds):
    return {
        "title": "Cities",
        "steps": [
            {"title": f"{kind} {number}", "step_type": kind, "execution_res": None}
            for number, kind in enumerate(kinds, 1)
        ],
    }


def told(step, found):
    return f"{step['title']} after {[title for title, _ in found]}"


class Both(unittest.TestCase):
    """With a node that answers, and with one that does not."""

    def setUp(self):
        self.troupe = TroupeClient(URL)

    def both(self, does):
        """The same comes of it with and without a node; without one there is a warning."""
        helped = does(self.troupe)
        with self.assertWarnsRegex(RuntimeWarning, "one after the other"):
            alone = does(NOWHERE)
        self.assertEqual(helped, alone)
        return helped


class TasksTest(Both):
    def test_tasks_run_side_by_side_and_after_what_they_need(self):
        together = threading.Barrier(3)

        def meet(_):
            together.wait(60)
            return "met"

        tasks = [Task(name, [], meet) for name in "abc"]
        tasks.append(Task("all", ["a", "b", "c"], lambda results: sorted(results.items())))

        results = run_tasks(self.troupe, tasks)

        self.assertEqual(results["all"], [("a", "met"), ("b", "met"), ("c", "met")])

    def test_never_more_than_allowed_run(self):
        running, most, lock = 0, 0, threading.Lock()

        def count(_):
            nonlocal running, most
            with lock:
                running += 1
                most = max(most, running)
            with lock:
                running -= 1

        tasks = [Task(f"t{number}", [], count) for number in range(8)]
        run_tasks(self.troupe, tasks, max_concurrent_tasks=1)

        self.assertEqual(most, 1)

    def test_what_a_task_raises_is_raised_and_nothing_follows(self):
        done = []

        def fail(_):
            raise LookupError("no such city")

        tasks = [Task("bad", [], fail), Task("after", ["bad"], done.append)]
        with self.assertRaisesRegex(LookupError, "no such city"):
            run_tasks(self.troupe, tasks)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with self.assertRaisesRegex(LookupError, "no such city"):
                run_tasks(NOWHERE, tasks)

        self.assertEqual(done, [])

    def test_switched_off_the_node_is_not_asked(self):
        order = []
        tasks = [Task(name, [], lambda _, name=name: order.append(name)) for name in "zya"]

        run_tasks(NOWHERE, tasks, is_enabled=False)

        self.assertEqual(order, ["z", "y", "a"])

    def test_tasks_that_wait_for_each_other_are_refused(self):
        with self.assertRaises(ValueError):
            run_tasks(NOWHERE, [Task("a", ["b"], print), Task("b", ["a"], print)])
        with self.assertRaises(ValueError):
            run_tasks(NOWHERE, [Task("a", ["nobody"], print)])

    def test_results_of_any_type_come_back_as_they_are(self):
        result = object()
        self.assertIs(run_tasks(self.troupe, [Task("a", [], lambda _: result)])["a"], result)


class DeerFlowTest(Both):
    def test_each_step_gets_what_it_may_use(self):
        def execute(troupe):
            return execute_plan(troupe, plan("research", "research", "processing"), told)

        executed = self.both(execute)

        self.assertEqual(
            [step["execution_res"] for step in executed["steps"]],
            [
                "research 1 after []",
                "research 2 after []",
                "processing 3 after ['research 1', 'research 2']",
            ],
        )

    def test_what_is_executed_is_not_executed_again(self):
        def execute(troupe):
            half = plan("research", "processing")
            half["steps"][0]["execution_res"] = "known"
            return execute_plan(troupe, half, lambda step, found: found)

        executed = self.both(execute)

        self.assertEqual(executed["steps"][0]["execution_res"], "known")
        self.assertEqual(executed["steps"][1]["execution_res"], [("research 1", "known")])


class LangGraphTest(Both):
    def test_a_node_answers_with_the_results_of_its_tasks(self):
        state = {"tasks": [{"id": "a", "n": 1}, {"id": "b", "n": 2, "deps": ["a"]}]}

        def do(task, results):
            return task["n"] + sum(results.values())

        answer = self.both(lambda troupe: tasks_node(troupe, do)(state))

        self.assertEqual(answer, {"results": {"a": 1, "b": 3}})


class CrewAiTest(Both):
    def test_context_says_what_waits_for_what(self):
        def crew(troupe):
            def execute(agent, context):
                return SimpleNamespace(raw=f"{agent}({context})")

            def task(agent, context):
                return SimpleNamespace(agent=agent, context=context, execute_sync=execute)

            one, two = task("one", None), task("two", None)
            three = task("three", [one])
            unsaid = task("unsaid", object())
            return [output.raw for output in kickoff(troupe, [one, two, three, unsaid])]

        said = self.both(crew)

        divider = "\n\n----------\n\n"
        self.assertEqual(said[:3], ["one()", "two()", "three(one())"])
        self.assertEqual(said[3], f"unsaid({divider.join(said[:3])})")


if __name__ == "__main__":
    unittest.main()
