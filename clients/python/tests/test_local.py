"""Steps and functions of this process, against a real node: as test_client.py."""

import contextvars
import json
import socket
import threading
import unittest
import unittest.mock
import uuid
import warnings
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from node import URL, eventually

from troupe_client import RunFailedError, TransientError, TroupeClient
from troupe_client.hook import Calls, Hook, current_step
from troupe_client.local import LocalStep, LocalSteps, Parallelization

AWAY = "http://127.0.0.1:9"


class Cable:
    """A way to the node that can be cut."""

    def __init__(self, url):
        parts = urlsplit(url)
        self._target = (parts.hostname, parts.port)
        self._sockets = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        try:
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(self._target)
                self._sockets += [near, far]
                for source, sink in [(near, far), (far, near)]:
                    threading.Thread(target=self._copy, args=(source, sink), daemon=True).start()
        except OSError:
            pass

    def _copy(self, source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def cut(self):
        """Nobody is there any more, for those who are connected too."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for each in self._sockets:
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            each.close()


class Work:
    """Counts how often each step is done."""

    def __init__(self):
        self.done = []

    def step(self, name, *parents, does=None):
        def do(results):
            self.done.append(name)
            return does(results) if does else name + "".join(sorted(map(str, results.values())))

        return LocalStep(name, do, parents)


class AloneTest(unittest.TestCase):
    def test_goes_on_one_by_one_where_the_node_is_away(self):
        work = Work()
        steps = [work.step("c", "a", "b"), work.step("a"), work.step("b", "a")]
        with self.assertWarnsRegex(RuntimeWarning, "without Troupe"):
            results = LocalSteps(TroupeClient(AWAY), steps).run()
        self.assertEqual(results, {"a": "a", "b": "ba", "c": "caba"})
        self.assertEqual(work.done, ["a", "b", "c"])

    def test_asks_nobody_where_it_is_off(self):
        work = Work()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            LocalSteps(TroupeClient(AWAY), [work.step("a")]).run(Parallelization(enabled=False))
        self.assertEqual(work.done, ["a"])


    def test_raises_what_a_step_raises_and_does_nothing_more(self):
        work = Work()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for error in [IndexError, SystemExit]:
                broken = work.step("broken", does=unittest.mock.Mock(side_effect=error))
                with self.assertRaises(error):
                    LocalSteps(TroupeClient(AWAY), [broken, work.step("then", "broken")]).run()
        self.assertEqual(work.done, ["broken", "broken"])

    def test_refuses_steps_that_wait_for_what_cannot_come(self):
        work = Work()
        for steps in [work.step("a", "b"), work.step("b", "a")], [work.step("a", "nobody")]:
            with self.assertRaises(ValueError):
                LocalSteps(TroupeClient(AWAY), steps)


class Calling:
    """A node with calls for every worker, whose leases are short."""

    def __init__(self):
        self.asked = []
        calling = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                size = int(self.headers.get("Content-Length", 0))
                body = json.loads(self.rfile.read(size) or "{}")
                verb = urlsplit(self.path).path.rpartition("/")[2]
                calling.asked.append((verb, body.get("id")))
                answer = {"id": f"call-{calling.count('take')}", "arguments": {}, "lease_ms": 300}
                text = json.dumps(answer if verb == "take" else {}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def count(self, verb, call=None):
        return sum(each[0] == verb and call in (None, each[1]) for each in list(self.asked))

    def close(self):
        self._server.shutdown()
        self._server.server_close()


class WorkerTest(unittest.TestCase):
    def test_extends_leases_and_takes_no_more_calls_than_it_has_threads(self):
        node = Calling()
        self.addCleanup(node.close)
        taken, both = [], threading.Event()

        def long(_):
            call = f"call-{len(taken) + 1}"
            eventually(lambda: node.count("extend", call), lambda seen: seen >= 2)
            taken.append(node.count("take"))
            if len(taken) == 2:
                both.set()

        with TroupeClient(node.url).worker({"long": long}, threads=1):
            self.assertTrue(both.wait(30))
        self.assertEqual(taken[:2], [1, 2])

    def test_a_function_that_would_end_the_process_fails_its_call(self):
        node = Calling()
        self.addCleanup(node.close)
        with TroupeClient(node.url).worker({"end": unittest.mock.Mock(side_effect=SystemExit)}):
            eventually(lambda: node.count("fail", "call-1"), lambda seen: seen == 1)


class HookTest(unittest.TestCase):
    def told(self, *steps, url=f"{AWAY}/v1/chat/completions", **headers):
        """The headers of one request in each of these steps, which depend on the one before."""
        calls, all_told, before = Calls("p"), [], []
        for step in steps:
            request = unittest.mock.Mock(url=url, headers=dict(headers))
            context = contextvars.copy_context()
            context.run(current_step.set, calls.step(step, before))
            context.run(Hook(AWAY), request)
            all_told.append(request.headers)
            before = [step]
        return all_told

    def test_tells_the_program_the_call_and_its_parents(self):
        first, second = self.told("a", "b")
        self.assertEqual(first, {"X-Program-Id": "p", "X-Call-Id": "a"})
        self.assertEqual(second["X-Parent-Call-Ids"], "a")

    def test_leaves_other_hosts_and_what_the_application_says_as_they_are(self):
        self.assertEqual(self.told("a", url="http://elsewhere/v1"), [{}])
        own = {"X-Program-Id": "mine"}
        self.assertEqual(self.told("a", **own), [own])


@unittest.skipUnless(URL, "TROUPE_URL is not set")
class LocalTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.client = TroupeClient(URL)

    def test_does_steps_that_need_nothing_of_each_other_side_by_side(self):
        both = threading.Barrier(2, timeout=30)
        work = Work()
        steps = [
            work.step("a", does=lambda _: both.wait() >= 0),
            work.step("b", does=lambda _: both.wait() >= 0),
            work.step("c", "a", "b", does=lambda results: results),
        ]
        results = LocalSteps(self.client, steps).run()
        self.assertEqual(results["c"], {"a": True, "b": True})

    def test_raises_what_a_step_raises_and_starts_nothing_after_it(self):
        work = Work()
        broken = work.step("broken", does=lambda _: [][0])
        with self.assertRaises(IndexError):
            LocalSteps(self.client, [broken, work.step("then", "broken")]).run()
        self.assertEqual(work.done, ["broken"])

    def test_goes_on_one_by_one_where_the_node_is_lost_and_repeats_nothing(self):
        cable = Cable(URL)
        work = Work()

        def cutting(_):
            run = current_step.get().headers()["X-Program-Id"]
            self.addCleanup(self.client.runs.abort, run)
            cable.cut()
            return "b"

        steps = [work.step("a"), work.step("b", "a", does=cutting), work.step("c", "b")]
        local = LocalSteps(TroupeClient(cable.url), steps, patience_seconds=0.5)
        with self.assertWarnsRegex(RuntimeWarning, "without Troupe"):
            results = local.run()
        self.assertEqual(results, {"a": "a", "b": "b", "c": "cb"})
        self.assertEqual(work.done, ["a", "b", "c"])

    def test_runs_no_more_at_a_time_than_asked_and_gives_results_of_any_type(self):
        running, most, lock = [], [], threading.Lock()

        def count(_):
            with lock:
                running.append(1)
                most.append(len(running))
            with lock:
                running.pop()
            return running

        steps = [Work().step(f"s{number}", does=count) for number in range(6)]
        results = LocalSteps(self.client, steps).run(Parallelization(max_concurrent_tasks=1))
        self.assertEqual(max(most), 1)
        self.assertTrue(all(result is running for result in results.values()))

    def test_ends_where_somebody_aborts_the_run(self):
        work = Work()

        def aborting(_):
            self.client.runs.abort(current_step.get().headers()["X-Program-Id"])

        steps = [work.step("a", does=aborting), work.step("b", "a")]
        with self.assertRaises(RunFailedError):
            LocalSteps(self.client, steps).run()
        self.assertEqual(work.done, ["a"])

    def test_makes_calls_of_functions_and_makes_those_again_that_may_succeed(self):
        tried = []

        def shaky(arguments):
            tried.append(arguments)
            if len(tried) == 1:
                raise TransientError("not yet")
            return {"n": arguments["n"] + 1}

        def broken(_):
            raise ValueError("no such word")

        # The last one who asked for calls of a function may still be waiting for one.
        one, other = f"shaky-{uuid.uuid4()}", f"broken-{uuid.uuid4()}"
        tasks = [
            {"id": "a", "kind": "function", "name": one, "args": {"n": 1}},
            {"id": "b", "kind": "function", "name": other, "optional": True},
        ]
        tasks[0]["retry"] = {"max_retries": 1, "backoff_ms": [1]}
        policy = {"failure_mode": "isolate"}
        runs = self.client.runs
        with self.client.worker({one: shaky, other: broken}):
            run = runs.wait(runs.submit({"tasks": tasks, "policy": policy})["id"], 60)
        self.assertEqual(run["tasks"]["a"]["output"], {"n": 2})
        self.assertEqual(tried, [{"n": 1}, {"n": 1}])
        self.assertIn("ValueError: no such word", run["tasks"]["b"]["error"]["message"])


if __name__ == "__main__":
    unittest.main()
