/**
 * A server under load, and asked by a client that others wrote:
 *
 *     npm run bench serve <model> <text>                   1,000 requests, 50 at a time
 *     REQUESTS=5000 npm run bench serve <model> <text>
 *
 * Every answer is compared with what `translate` says of the line; among the requests are malformed, huge, slow and broken ones. Prints requests a
 * second, lost and wrong answers, and the server's memory as it goes on; then libretranslatepy (PyPI) asks for some lines. Exit code 1 if
 * anything is lost or wrong. SHRINKNAS_PYTHON names a Python with libretranslatepy; without it, it is set up at first.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import type { ModelDocument } from '../schemas/types.ts';
import { limits } from '../src/serving/limits.ts';
import { Peer } from './peers/peer.ts';
import type { PythonEnvironment } from './peers/python.ts';

const requests = Number(process.env.REQUESTS ?? 1000);
const atOnce = 50;
/** One in so many is malformed, huge, broken off or slow. */
const oddEvery = 20;
const linesOfClient = 20;
const environment: PythonEnvironment = {
  name: 'libretranslate',
  packages: ['libretranslatepy'],
  instead: 'SHRINKNAS_PYTHON to one that has it',
};

const [model, text] = process.argv.slice(2);
if (text === undefined) {
  console.error('Usage: npm run bench serve <model folder> <text file>');
  process.exit(2);
}
const program = 'bin/shrinknas.js';
const lines = readFileSync(text, 'utf8').replace(/\n$/, '').split('\n');
const expected = execFileSync(process.execPath, [program, 'translate', model, text], {
  encoding: 'utf8',
  maxBuffer: Infinity,
})
  .replace(/\n$/, '')
  .split('\n');
const {
  languages: { source, target },
} = JSON.parse(readFileSync(path.join(model, 'model.json'), 'utf8')) as ModelDocument;
const server = spawn(process.execPath, [program, 'serve', model, '--port', '0', '--rate', '1000000'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const [first] = (await once(server.stdout.setEncoding('utf8'), 'data')) as [string];
const address = first.trim();
let faults = 0;

try {
  const start = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let i = next++; i < requests; i = next++) {
        await ask(i).catch((error: Error) => fault(`request ${i} was lost: ${error.message}`));
        if (i % (requests / 5) === 0) console.log(`${i} requests: ${await memory()} MB`);
      }
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  console.log(
    `${requests} requests: ${await memory()} MB; ${(requests / seconds).toFixed(1)} a second, ${faults} lost or wrong`,
  );
  await askByClient();
} finally {
  server.kill('SIGTERM');
  const [code] = (await once(server, 'exit')) as [number | null];
  if (code !== 0) fault(`the server ended with ${code}`);
}
process.exitCode = faults === 0 ? 0 : 1;

async function ask(i: number): Promise<void> {
  const at = i % lines.length;
  if (i % oddEvery !== 0) {
    const { status, body } = await post(JSON.stringify({ q: lines[at], source, target }));
    if (status !== 200 || body.translatedText !== expected[at])
      fault(`request ${i}: ${status} ${JSON.stringify(body)}`);
    return;
  }
  const odd = [
    () => expectStatus(i, '{"q": ', 400),
    () => expectStatus(i, JSON.stringify({ q: 'x'.repeat(limits.characters + 1), source, target }), 400),
    () => expectStatus(i, JSON.stringify({ q: 'x', source, target: 'xx' }), 400),
    brokenOff,
    () => slow(at),
  ];
  await odd[(i / oddEvery) % odd.length]();
}

async function expectStatus(i: number, request: string, status: number): Promise<void> {
  const answer = await post(request);
  if (answer.status !== status || typeof answer.body.error !== 'string')
    fault(`request ${i}: ${answer.status} ${JSON.stringify(answer.body)} instead of ${status}`);
}

async function post(body: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${address}/translate`, { method: 'POST', headers, body });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** A client that leaves in the middle of its request. */
async function brokenOff(): Promise<void> {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(
    `POST /translate HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{"q"`,
  );
  socket.destroy();
}

/** A client that sends a few bytes at a time. */
async function slow(at: number): Promise<void> {
  const bytes = new TextEncoder().encode(JSON.stringify({ q: lines[at], source, target }));
  const body = new ReadableStream({
    async start(controller) {
      for (let i = 0; i < bytes.length; i += 16) {
        controller.enqueue(bytes.slice(i, i + 16));
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      controller.close();
    },
  });
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body, duplex: 'half' } as RequestInit;
  const answer = (await (await fetch(`${address}/translate`, init)).json()) as { translatedText?: string };
  if (answer.translatedText !== expected[at]) fault(`a slow request got ${JSON.stringify(answer)}`);
}

/** Resident memory of the server's process, in whole megabytes. */
async function memory(): Promise<number> {
  const metrics = await (await fetch(`${address}/metrics`)).text();
  return Math.round(Number(/^process_resident_memory_bytes (\S+)/m.exec(metrics)?.[1]) / 1e6);
}

async function askByClient(): Promise<void> {
  const client = Peer.python('libretranslate_client.py', {}, environment);
  const asked = { address: `${address}/`, source, target, lines: lines.slice(0, linesOfClient) };
  const { languages, translations } = await client.ask<{ languages: unknown; translations: string[] }>(asked);
  await client.end();
  const equal = translations.filter((translation, i) => translation === expected[i]).length;
  console.log(
    `libretranslatepy: ${JSON.stringify(languages)}; ${equal} of ${translations.length} lines as translate's`,
  );
  if (equal < translations.length) fault('libretranslatepy got other translations');
}

function fault(message: string): void {
  faults++;
  console.log(`FAULT: ${message}`);
}
