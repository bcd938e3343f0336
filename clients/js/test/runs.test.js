// TROUPE_URL=http://127.0.0.1:8080 npm test --prefix clients/js
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { test } from "node:test";

import {
  ConflictError,
  InvalidPlanError,
  NotFoundError,
  RunFailedError,
  Runs,
  UnreachableError,
} from "../src/index.js";

const url = process.env.TROUPE_URL;
const runs = new Runs({ baseUrl: url });
const live = { skip: url === undefined && "TROUPE_URL is not set" };

const nap = { id: "nap", kind: "wait", duration_ms: 1 };
const long = { id: "long", kind: "wait", duration_ms: 600_000 };
const ask = { id: "ask", kind: "approval", question: "Go on?" };

const plan = (...tasks) => ({ id: `r-${randomUUID()}`, tasks });

async function gathered(events) {
  const all = [];
  for await (const event of events) {
    all.push(event);
  }
  return all;
}

/** The events from a server that gives these answers, and what it was asked for. */
async function served(...answers) {
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(Number(request.headers["last-event-id"]));
    const answer = answers.shift();
    if (typeof answer === "number") {
      response.writeHead(answer).end();
      return;
    }
    response.writeHead(200);
    response.write(answer.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(""));
    setImmediate(() => response.destroy());
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  try {
    const client = new Runs({ baseUrl: `http://127.0.0.1:${server.address().port}/` });
    return { events: await gathered(client.events("r")), asked };
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test("events of a node that leaves are asked for again after a pause", async () => {
  const over = `data: ${JSON.stringify({ sequence: 1, event: "run_ended" })}\n\n`;
  const asked = [];
  const fetch = async () => {
    asked.push(performance.now());
    return new Response(asked.length === 1 ? "" : over);
  };
  const events = await gathered(new Runs({ fetch }).events("r"));
  assert.deepEqual(events.map((event) => event.sequence), [1]);
  assert.ok(asked[1] - asked[0] >= 150, `asked again after ${asked[1] - asked[0]} ms`);
});

test("events go on after the last one where the connection breaks", async () => {
  const event = (sequence, kind = "resumed") => ({ sequence, event: kind });
  const { events, asked } = await served([event(1), event(2)], 503, [event(3, "run_ended")]);
  assert.deepEqual(
    events.map((each) => each.sequence),
    [1, 2, 3],
  );
  assert.deepEqual(asked, [0, 2, 2]);
});

test("what is not there is asked for once", async () => {
  await assert.rejects(served(404), { name: "TroupeError", status: 404 });
});

test("silence is told from refusals", async () => {
  await assert.rejects(new Runs({ baseUrl: "http://127.0.0.1:9" }).get("r"), UnreachableError);
});

test("a plan is previewed, and nothing runs", live, async () => {
  const asked = plan(nap, { id: "all", kind: "join", deps: ["nap"] });
  const seen = await runs.preview(asked);
  assert.deepEqual(seen.graph.edges, [{ from: "nap", to: "all" }]);
  await assert.rejects(runs.get(asked.id), NotFoundError);
});

test("a run is submitted, followed and described", live, async () => {
  const { id } = await runs.submit(plan(nap, { id: "all", kind: "join", deps: ["nap"] }));
  const events = await gathered(runs.events(id));
  assert.equal(events.at(-1).event, "run_ended");
  assert.deepEqual(await gathered(runs.events(id, { after: 2 })), events.slice(2));
  const run = await runs.wait(id, { check: true });
  assert.equal(run.tasks.all.state, "completed");
  assert.equal((await runs.graph(id)).nodes.length, 2);
  assert.match(await runs.graph(id, "mermaid"), /^flowchart/);
});

test("a plan may be YAML, and sent again without harm", live, async () => {
  const text = "tasks:\n  - {id: nap, kind: wait, duration_ms: 1}\n";
  const again = { idempotencyKey: randomUUID(), waitSeconds: 30 };
  const first = await runs.submit(text, again);
  assert.equal(first.state, "completed");
  assert.equal((await runs.submit(text, again)).id, first.id);
  const listed = await gathered(runs.list({ program: first.id, limit: 1 }));
  assert.deepEqual(
    listed.map((run) => run.id),
    [first.id],
  );
});

test("refusals have types and codes", live, async () => {
  const cycle = runs.submit(plan({ ...nap, deps: ["ask"] }, { ...ask, deps: ["nap"] }));
  await assert.rejects(cycle, (error) => {
    assert.ok(error instanceof InvalidPlanError);
    assert.deepEqual([error.status, error.code], [422, "dag_cycle"]);
    return true;
  });
  const typo = runs.submit(plan({ ...nap, typo: 1 }));
  await assert.rejects(typo, { code: "unknown_key", param: "/tasks/0/typo" });
  await assert.rejects(runs.get("nowhere"), NotFoundError);
});

test("a run is steered", live, async () => {
  const { id } = await runs.submit(plan(ask, long));
  assert.equal((await runs.pause(id)).state, "paused");
  assert.equal((await runs.resume(id)).state, "running");
  const asked = async () => (await runs.get(id)).tasks.ask.state === "running";
  while (!(await asked()));
  await runs.approve(id, "ask");
  const more = await runs.addTasks(id, [{ ...nap, id: "more", deps: ["ask"] }]);
  assert.ok("more" in more.tasks);
  await runs.abort(id);
  await assert.rejects(runs.wait(id, { check: true }), (error) => {
    assert.ok(error instanceof RunFailedError);
    assert.equal(error.run.state, "aborted");
    return true;
  });
  await assert.rejects(runs.skip(id, "long"), ConflictError);
});

test("waiting ends when its signal says so", live, async () => {
  const { id } = await runs.submit(plan(long));
  const waiting = runs.wait(id, { signal: AbortSignal.timeout(200) });
  await assert.rejects(waiting, { name: "TimeoutError" });
  await runs.abort(id);
});
