"""Runs the clients of runs against a real node: as test_client.py."""

import json
import threading
import time
import unittest
import urllib.error
import urllib.request
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from node import URL, eventually, model

from troupe_client import (
    ConflictError,
    InvalidPlanError,
    NotFoundError,
    RunFailedError,
    RuntimeClient,
    TroupeClient,
    TroupeError,
    UnreachableError,
)

NAPPING = {"id": "nap", "kind": "wait", "duration_ms": 1}
WAITING = {"id": "long", "kind": "wait", "duration_ms": 600000}
ASKING = {"id": "ask", "kind": "approval", "question": "Go on?"}
BROKEN = {"id": "broken", "kind": "http", "url": "http://127.0.0.1:9/", "retry": {"preset": "none"}}


def plan(*tasks, **more):
    return {"id": f"r-{uuid.uuid4()}", "tasks": list(tasks), **more}


class BrokenConnectionTest(unittest.TestCase):
    """Events from a server whose connections break, at a real socket."""

    def served(self, *answers):
        """What events() yields from a server with these answers, and what that was asked for."""
        asked = []
        left = list(answers)

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(int(self.headers["Last-Event-ID"]))
                answer = left.pop(0)
                if isinstance(answer, int):
                    self.send_error(answer)
                    return
                self.send_response(200)
                self.end_headers()
                for event in answer:
                    self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            runs = TroupeClient(f"http://127.0.0.1:{server.server_port}").runs
            return [event["sequence"] for event in runs.events("r")], asked
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def test_goes_on_after_the_last_event_it_had(self):
        def event(sequence, kind="resumed"):
            return {"sequence": sequence, "event": kind}

        events, asked = self.served([event(1), event(2)], 503, [event(3), event(4, "run_ended")])
        self.assertEqual(events, [1, 2, 3, 4])
        self.assertEqual(asked, [0, 2, 2])

    def test_pauses_before_it_asks_a_node_again_that_leaves(self):
        began = time.monotonic()
        events, asked = self.served([], [], [{"sequence": 1, "event": "run_ended"}])
        self.assertEqual((events, asked), ([1], [0, 0, 0]))
        self.assertGreaterEqual(time.monotonic() - began, 0.5)

    def test_does_not_ask_again_for_what_is_not_there(self):
        with self.assertRaises(TroupeError) as raised:
            self.served(404)
        self.assertEqual(raised.exception.status, 404)

    def test_tells_refusals_from_silence(self):
        with self.assertRaises(UnreachableError):
            TroupeClient("http://127.0.0.1:9").runs.get("r")


@unittest.skipUnless(URL, "TROUPE_URL is not set")
class RunsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.model = model()
        cls.runs = TroupeClient(URL, timeout_seconds=120).runs

    def reaches(self, run, task, state):
        return eventually(
            lambda: self.runs.get(run["id"]), lambda now: now["tasks"][task]["state"] == state
        )

    def llm(self, name, prompt, **more):
        step = {"id": name, "kind": "llm", "model": self.model, "prompt": prompt, "max_tokens": 4}
        return {**step, **more}

    def test_executes_a_plan_to_its_end(self):
        both = {"id": "all", "kind": "join", "deps": ["a", "b"]}
        submitted = self.runs.submit(plan(self.llm("a", "One."), self.llm("b", "Two."), both))
        run = self.runs.wait(submitted["id"], 60, check=True)
        self.assertEqual(run["state"], "completed")
        self.assertEqual(set(run["tasks"]["all"]["output"]), {"a", "b"})
        self.assertEqual(run["usage"]["calls"], 2)

    def test_reads_yaml(self):
        name = f"y-{uuid.uuid4()}"
        run = self.runs.submit(
            f"id: {name}\ntasks:\n  - {{id: nap, kind: wait, duration_ms: 1}}\n", wait_seconds=30
        )
        self.assertEqual((run["id"], run["state"]), (name, "completed"))

    def test_a_submission_sent_again_is_the_same_run(self):
        key = str(uuid.uuid4())
        body = {"tasks": [NAPPING]}
        first = self.runs.submit(body, idempotency_key=key)
        second = self.runs.submit(body, idempotency_key=key)
        self.assertEqual(first["id"], second["id"])
        with self.assertRaises(ConflictError) as raised:
            self.runs.submit({**body, "id": first["id"]})
        self.assertEqual((raised.exception.status, raised.exception.code), (409, "run_exists"))

    def test_refuses_with_types_and_codes(self):
        def refused(body):
            with self.assertRaises(InvalidPlanError) as raised:
                self.runs.submit(body)
            return raised.exception

        cycle = refused(plan({**WAITING, "deps": ["ask"]}, {**ASKING, "deps": ["long"]}))
        self.assertEqual((cycle.status, cycle.code), (422, "dag_cycle"))
        self.assertIn("→", str(cycle))
        unknown = refused(plan({**WAITING, "typo": 1}))
        self.assertEqual((unknown.status, unknown.code), (400, "unknown_key"))
        self.assertEqual(unknown.param, "/tasks/0/typo")
        self.assertEqual(refused(plan({**WAITING, "deps": ["z"]})).code, "dep_not_found")
        self.assertEqual(refused(plan(self.llm("a", "x", model="no-such"))).code, "model_unknown")
        with self.assertRaises(NotFoundError) as raised:
            self.runs.get("nowhere")
        self.assertEqual(raised.exception.code, "run_not_found")

    def test_previews_a_plan_and_runs_nothing(self):
        asked = plan(NAPPING, {**WAITING, "deps": ["nap"]})
        seen = self.runs.preview(asked)
        self.assertEqual(seen["graph"]["edges"], [{"from": "nap", "to": "long"}])
        with self.assertRaises(NotFoundError):
            self.runs.get(asked["id"])

    def test_follows_events_from_wherever_it_was(self):
        run = self.runs.submit(plan(NAPPING))
        events = list(self.runs.events(run["id"], timeout_seconds=30))
        self.assertEqual([event["sequence"] for event in events], list(range(1, len(events) + 1)))
        self.assertEqual((events[0]["event"], events[-1]["event"]), ("submitted", "run_ended"))
        self.assertEqual(list(self.runs.events(run["id"], after=2)), events[2:])

    def test_waits_no_longer_than_it_may(self):
        run = self.runs.submit(plan(WAITING))
        start = time.monotonic()
        with self.assertRaises(TimeoutError):
            self.runs.wait(run["id"], 0.3)
        self.assertLess(time.monotonic() - start, 5)
        self.runs.abort(run["id"])

    def test_lists_page_by_page(self):
        team = str(uuid.uuid4())
        runs = [self.runs.submit(plan(NAPPING, metadata={"team": team})) for _ in range(3)]
        for run in runs:
            self.runs.wait(run["id"], 30)
        listed = self.runs.list(["completed", "failed"], metadata={"team": team}, page_size=2)
        self.assertEqual([run["id"] for run in listed], [run["id"] for run in reversed(runs)])

    def test_steers_a_run(self):
        run = self.runs.submit(plan(ASKING, {**NAPPING, "id": "then", "deps": ["ask"]}))
        name = run["id"]
        self.reaches(run, "ask", "running")
        self.assertEqual(self.runs.pause(name)["state"], "paused")
        self.runs.approve(name, "ask")
        self.reaches(run, "ask", "completed")
        self.assertEqual(self.runs.get(name)["tasks"]["then"]["state"], "ready")
        self.runs.add_tasks(name, [{"id": "more", "kind": "join", "deps": ["then"]}])
        self.runs.resume(name)
        done = self.runs.wait(name, 30)
        self.assertEqual(done["tasks"]["more"]["state"], "completed")
        with self.assertRaises(ConflictError) as raised:
            self.runs.abort(name)
        self.assertEqual(raised.exception.code, "run_completed")
        self.assertIn("then", {node["id"] for node in self.runs.graph(name)["nodes"]})
        self.assertTrue(self.runs.graph(name, "mermaid").startswith("flowchart"))

    def test_steers_a_step(self):
        run = self.runs.submit(plan(ASKING, BROKEN, WAITING, policy={"failure_mode": "isolate"}))
        name = run["id"]
        self.reaches(run, "broken", "failed")
        self.runs.retry(name, "broken")
        eventually(
            lambda: self.runs.get(name)["tasks"]["broken"]["attempts"], lambda made: made == 2
        )
        self.runs.reject(name, "ask")
        self.reaches(run, "ask", "failed")
        with self.assertRaises(ConflictError) as raised:
            self.runs.skip(name, "ask")
        self.assertEqual(raised.exception.code, "task_state")
        self.runs.abort(name)
        with self.assertRaises(RunFailedError) as raised:
            self.runs.wait(name, 30, check=True)
        self.assertEqual(raised.exception.run["state"], "aborted")


@unittest.skipUnless(URL, "TROUPE_URL is not set")
class RuntimeClientTest(unittest.TestCase):
    """The calls that the runtime's own client makes, with its fields."""

    @classmethod
    def setUpClass(cls):
        cls.model = model()
        cls.client = RuntimeClient(URL)

    def request(self, *tasks):
        budget = {"amount": 5.0, "currency": "USD"}
        policy = {"timeout_ms": 60000, "max_parallelism": 2, "budget_limit": budget}
        return {"policy": policy, "tasks": list(tasks)}

    def test_begins_and_describes(self):
        first = {"id": "a", "prompt": "One word.", "model": self.model}
        last = {"id": "b", "prompt": "Another.", "model": self.model, "deps": ["a"]}
        started = self.client.start_run(self.request(first, last))
        self.assertRegex(started["id"], "^run-[0-9]+$")
        run = eventually(
            lambda: self.client.get_status(started["id"]), lambda run: run["state"] != "running", 60
        )
        self.assertEqual(run["state"], "completed")
        self.assertTrue(run["tasks"]["b"]["output"])
        self.assertIsNone(run["tasks"]["b"]["error"])
        self.assertEqual(run["usage"]["cost"]["currency"], "USD")
        self.assertGreaterEqual(run["updated_at"], run["created_at"])
        with self.assertRaises(TroupeError) as raised:
            self.client.abort_run(started["id"])
        self.assertEqual((raised.exception.status, raised.exception.code), (409, "run_completed"))

    def test_aborts(self):
        started = self.client.start_run(self.request(WAITING))
        self.client.abort_run(started["id"])
        run = eventually(
            lambda: self.client.get_status(started["id"]), lambda run: run["state"] != "aborting"
        )
        self.assertEqual(run["state"], "aborted")

    def test_refuses_what_the_runtime_refuses(self):
        task = {"id": "a", "prompt": "x", "model": self.model}
        for body, code in [
            ({"tasks": [task]}, "invalid_input"),
            (self.request({**task, "deps": ["a"]}), "dag_cycle"),
            (self.request({**task, "deps": ["z"]}), "dep_not_found"),
        ]:
            with self.assertRaises(InvalidPlanError) as raised:
                self.client.start_run(body)
            self.assertEqual(raised.exception.code, code)

    def test_errors_have_the_runtimes_own_shape_too(self):
        with self.assertRaises(urllib.error.HTTPError) as raised:
            urllib.request.urlopen(f"{URL.rstrip('/')}/api/v1/runs/nowhere", timeout=30)
        with raised.exception as answer:
            body = json.load(answer)
        self.assertEqual(body["code"], "run_not_found")
        self.assertEqual(body["message"], body["error"]["message"])


if __name__ == "__main__":
    unittest.main()
