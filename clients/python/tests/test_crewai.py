"""The adapter of CrewAI, with CrewAI itself where it is installed: as test_client.py."""

import importlib.util
import os
import threading
import unittest
import warnings

from node import URL, eventually, model

from troupe_client import TroupeClient
from troupe_client.adapters.crewai import interceptor, parallel

os.environ.setdefault("CREWAI_DISABLE_TELEMETRY", "true")
os.environ.setdefault("OTEL_SDK_DISABLED", "true")


@unittest.skipUnless(importlib.util.find_spec("crewai"), "CrewAI is not installed")
class CrewAiTest(unittest.TestCase):
    def crew(self, llm):
        """Three tasks that need nothing, and one that needs all of them."""
        from crewai import Agent, Crew, Task

        def agent(name):
            return Agent(role=name, goal="Say it", backstory="Short", llm=llm, max_iter=2)

        def task(name, by, context):
            return Task(
                name=name,
                description=f"Say {name}.",
                expected_output="A word",
                agent=by,
                context=context,
            )

        agents = [agent(f"agent {number}") for number in range(4)]
        firsts = [task(name, agents[at], []) for at, name in enumerate(["one", "two", "three"])]
        return Crew(agents=agents, tasks=[*firsts, task("last", agents[3], firsts)])

    def speaker(self, together=1):
        """A model that says which task it was asked for, once so many are asked at a time."""
        from crewai import BaseLLM

        class Speaker(BaseLLM):
            def __init__(self):
                super().__init__(model="speaker")
                self.asked = []
                self.most = 0
                self.running = 0
                self.all = threading.Event()
                self.lock = threading.Lock()

            def call(self, messages, *_, **__):
                text = messages if isinstance(messages, str) else str(messages)
                with self.lock:
                    self.asked.append(text)
                    self.running += 1
                    self.most = max(self.most, self.running)
                    if self.running >= together:
                        self.all.set()
                self.all.wait(30)
                with self.lock:
                    self.running -= 1
                said = next(n for n in ["last", "one", "two", "three"] if f"Say {n}." in text)
                return f"Thought: I can.\nFinal Answer: said {said}"

        return Speaker()

    def outputs(self, made):
        return [output.raw for output in made.tasks_output]

    SAID = ["said one", "said two", "said three", "said last"]

    @unittest.skipUnless(URL, "TROUPE_URL is not set")
    def test_does_independent_tasks_side_by_side(self):
        llm = self.speaker(together=3)
        made = parallel(self.crew(llm), TroupeClient(URL)).kickoff()
        self.assertEqual(self.outputs(made), self.SAID)
        self.assertEqual(llm.most, 3)
        for said in self.SAID[:3]:
            self.assertIn(said, llm.asked[-1])

    @unittest.skipUnless(URL, "TROUPE_URL is not set")
    def test_raises_what_a_task_raises(self):
        llm = self.speaker()
        crew = self.crew(llm)

        def broken(*_, **__):
            raise KeyError("no word")

        object.__setattr__(crew.tasks[1], "execute_sync", broken)
        with self.assertRaisesRegex(KeyError, "no word"):
            parallel(crew, TroupeClient(URL)).kickoff()

    def test_goes_on_one_by_one_where_troupe_is_away(self):
        llm = self.speaker()
        with self.assertWarnsRegex(RuntimeWarning, "without Troupe"):
            made = parallel(self.crew(llm), TroupeClient("http://127.0.0.1:9")).kickoff()
        self.assertEqual(self.outputs(made), self.SAID)
        self.assertEqual(llm.most, 1)

    def test_is_crewais_own_where_it_is_off(self):
        plain, switched = self.speaker(), self.speaker()
        expected = self.crew(plain).kickoff()
        crew = parallel(self.crew(switched), TroupeClient("http://127.0.0.1:9"), {"enabled": False})
        with warnings.catch_warnings(record=True) as warned:
            made = crew.kickoff()
        self.assertFalse([each for each in warned if "Troupe" in str(each.message)])
        self.assertEqual(self.outputs(made), self.outputs(expected))
        self.assertEqual(switched.asked, plain.asked)

    @unittest.skipUnless(URL, "TROUPE_URL is not set")
    def test_tells_calls_with_their_tasks_and_edges(self):
        from crewai import LLM
        from crewai.llms.hooks.base import BaseInterceptor

        client = TroupeClient(URL, api_key="crew")
        telling, told = interceptor(client), []

        class Looking(BaseInterceptor):
            def on_outbound(self, message):
                told.append(telling.on_outbound(message).headers)
                return message

            def on_inbound(self, message):
                return message

        llm = LLM(
            model=f"openai/{model()}",
            base_url=f"{client.base_url}/v1",
            api_key="crew",
            max_tokens=4,
            interceptor=Looking(),
        )
        parallel(self.crew(llm), client).kickoff()
        programs = {headers["X-Program-Id"] for headers in told}
        self.assertEqual(len(programs), 1)
        view = eventually(
            lambda: client.describe(next(iter(programs))), lambda view: view["active_calls"] == 0
        )
        edges = {call["id"]: call["parents"] for call in view["calls"]}
        self.assertEqual(edges["task-1"], [])
        self.assertEqual(
            {parent.partition("#")[0] for parent in edges["task-4"]}, {"task-1", "task-2", "task-3"}
        )


if __name__ == "__main__":
    unittest.main()
