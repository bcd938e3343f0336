// What the official OpenAI SDK for Node does with a node of Troupe. Says each thing that holds.
//
//   node conversations.mjs BASE_URL MODEL

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import OpenAI, { NotFoundError } from 'openai';

const [baseURL, model] = process.argv.slice(2);
// Each key is a tenant of its own: what an earlier run said is not taken for ours.
const client = new OpenAI({ baseURL, apiKey: `sdk-${randomUUID()}`, maxRetries: 0 });

const user = (content) => ({ role: 'user', content });
const holds = (behaviour) => console.log(`holds: ${behaviour}`);

async function listsModels() {
  const models = await client.models.list();
  assert(models.data.some(({ id }) => id === model));
  holds('lists models');
}

async function answersWhole() {
  const answer = await client.chat.completions.create({
    model,
    messages: [user('What is the capital of France?')],
    max_tokens: 16,
    temperature: 0,
  });
  assert(answer.choices[0].message.content.trim().length > 0);
  assert(answer.usage.prompt_tokens > 0 && answer.usage.completion_tokens > 0);
  holds('answers whole');
}

async function streams() {
  const stream = await client.chat.completions.create({
    model,
    messages: [user('Count to ten.')],
    max_tokens: 12,
    stream: true,
    stream_options: { include_usage: true },
    ignore_eos: true,
  });
  let chunks = 0;
  let text = '';
  let usage;
  for await (const chunk of stream) {
    chunks += 1;
    usage = chunk.usage ?? usage;
    text += chunk.choices[0]?.delta?.content ?? '';
  }
  assert(chunks > 5 && text.length > 0);
  assert.equal(usage.completion_tokens, 12);
  holds('streams');
}

async function passesToolCalls() {
  const tools = [
    {
      type: 'function',
      function: {
        name: 'get_weather',
        parameters: {
          type: 'object',
          properties: { city: { type: 'string' } },
          required: ['city'],
        },
      },
    },
  ];
  const stream = client.chat.completions.stream({
    model,
    // A small model calls a tool when its answer begins as a call.
    messages: [
      user('What is the weather in Paris?'),
      { role: 'assistant', content: '<tool_call>\n' },
    ],
    tools,
    tool_choice: 'required',
    max_tokens: 40,
    temperature: 0,
  });
  const [choice] = (await stream.finalChatCompletion()).choices;
  const [call] = choice.message.tool_calls;
  assert.equal(call.function.name, 'get_weather');
  assert.match(call.function.arguments, /city/);
  assert(call.id.length > 0);
  holds('passes tool calls');
}

async function raisesItsOwnErrors() {
  await assert.rejects(
    client.chat.completions.create({ model: 'no-such-model', messages: [user('Hello')] }),
    (error) =>
      error instanceof NotFoundError && error.code === 'model_not_found' && error.status === 404,
  );
  holds('raises its own errors');
}

async function turns(question, following) {
  const messages = [user(question)];
  const ask = async (max_tokens) =>
    client.chat.completions.create({ model, messages, max_tokens, temperature: 0 }).withResponse();
  const first = await ask(24);
  messages.push(first.data.choices[0].message, user(following));
  const second = await ask(8);
  const headers = [first, second].map(({ response }) => response.headers);
  return {
    programs: headers.map((each) => each.get('x-troupe-program')),
    source: headers[1].get('x-program-id-source'),
    usage: second.data.usage,
  };
}

async function keepsProgramsApart() {
  const both = await Promise.all([
    turns('Name a river in Egypt.', 'And one in Brazil?'),
    turns('Name a mountain in Nepal.', 'And one in Tanzania?'),
  ]);
  for (const { programs, source } of both) {
    assert.equal(programs[0], programs[1]);
    assert.equal(source, 'prefix');
  }
  assert.notEqual(both[0].programs[0], both[1].programs[0]);
  holds('keeps programs apart');
}

async function findsTheSecondTurnInTheCache() {
  const { usage } = await turns('Name a lake in Kenya.', 'And one in Peru?');
  assert(usage.prompt_tokens_details.cached_tokens > 10);
  holds('finds the second turn in the cache');
}

await listsModels();
await answersWhole();
await streams();
await passesToolCalls();
await raisesItsOwnErrors();
await keepsProgramsApart();
await findsTheSecondTurnInTheCache();
