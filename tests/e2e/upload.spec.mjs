// SPDX-License-Identifier: MIT
// The program's /upload before tus-js-client, over a line that breaks.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import {
  createReadStream,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
} from "node:fs";
import net from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import * as tus from "tus-js-client";

const root = fileURLToPath(new URL("../../", import.meta.url));
const program = process.env.MASTHEAD ?? join(root, "build/masthead");
const room = mkdtempSync("/tmp/masthead-e2e-");
const picture = join(room, "noise.png");
let size = 0;

function masthead(data, ...words) {
  return execFileSync(program, [...words, "--data", data], {
    encoding: "utf8",
  });
}

before(() => {
  // As many bytes as pixels: noise does not pack.
  execFileSync("ffmpeg", [
    ..."-v error -f lavfi -i".split(" "),
    "nullsrc=s=1200x800,geq=lum='random(1)*255':cb=128:cr=128,format=gray",
    ..."-frames:v 1".split(" "),
    picture,
  ]);
  size = statSync(picture).size;
  assert.ok(size > 900_000);
});

after(() => rmSync(room, { recursive: true }));

// masthead serve, and another one on the same folder after a kill.
async function startServer(data) {
  const child = spawn(
    program,
    ["serve", "--data", data, "--listen", "127.0.0.1:0"],
    { stdio: ["ignore", "pipe", "ignore"] },
  );
  const gone = new Promise((resolve) => child.once("exit", resolve));
  const line = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    child.once("exit", () => reject(new Error("the server has ended")));
  });

  return {
    port: Number(/:(\d+)\/$/.exec(line)[1]),
    end(signal) {
      child.kill(signal);
      return gone;
    },
  };
}

/*
 * A line to the server that does as body(n) says after n bytes of a PATCH's
 * body: "go" on, or "break".
 */
async function startLine(port, body) {
  const line = { port, offsets: [] };
  const listener = net.createServer((client) => {
    const server = net.connect(line.port, "127.0.0.1");
    let left = 0; // of a body, in bytes
    let came = 0;
    const end = () => {
      client.destroy();
      server.destroy();
    };
    const pass = (bytes) => {
      server.write(bytes);
      came += bytes.length;
      left -= bytes.length;
    };

    for (const socket of [client, server]) {
      socket.on("error", end);
      socket.on("close", end);
      socket.setNoDelay(true);
    }
    server.on("data", (bytes) => client.write(bytes));
    // The server has read all that was sent by the time it closes, too.
    const sever = () => {
      client.pause();
      server.end();
    };

    client.on("data", (bytes) => {
      if (left === 0) {
        const at = bytes.indexOf("\r\n\r\n") + 4;
        const head = bytes.subarray(0, at).toString();

        assert.ok(at >= 4, "a head comes whole, on this machine");
        server.write(bytes.subarray(0, at));
        left = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
        came = 0;
        if (head.startsWith("PATCH"))
          line.offsets.push(Number(/^upload-offset: (\d+)/im.exec(head)[1]));
        bytes = bytes.subarray(at);
      }
      while (bytes.length > 0) {
        const n = Math.min(bytes.length, body(came));

        pass(bytes.subarray(0, n));
        bytes = bytes.subarray(n);
        if (body(came) === 0) return sever();
      }
    });
  });

  await new Promise((resolve) => listener.listen(0, "127.0.0.1", resolve));
  line.url = `http://127.0.0.1:${listener.address().port}/upload`;
  line.stop = () => listener.close();
  return line;
}

// The asset's address, once the upload is done.
function upload(url, token, more = {}) {
  let asset = null;

  return new Promise((resolve, reject) => {
    new tus.Upload(createReadStream(picture), {
      endpoint: url,
      uploadSize: size,
      chunkSize: Infinity,
      headers: { Authorization: `Bearer ${token}` },
      metadata: { filename: "noise.png", filetype: "image/png", alt: "Noise" },
      retryDelays: Array(100).fill(20),
      ...more,
      onAfterResponse: (request, answer) => {
        asset = answer.getHeader("Masthead-Asset") ?? asset;
        more.onAfterResponse?.(request, answer);
      },
      onError: reject,
      onSuccess: () => resolve(asset),
    }).start();
  });
}

function startNewsroom(name) {
  const data = join(room, name);

  masthead(data, "init", "--house", "courier", "--admin", "ada@example.org");
  const made = masthead(data, "token", "add", "ada@example.org", "--json");
  return { data, token: JSON.parse(made).token };
}

function assertKept(data, asset) {
  const [only, ...others] = JSON.parse(masthead(data, "media", "list", "--json"));
  const files = readdirSync(join(data, "media/blobs"), { recursive: true })
    .map((file) => join(data, "media/blobs", file))
    .filter((file) => statSync(file).isFile());

  assert.deepEqual(others, []);
  assert.equal(only.address, asset);
  assert.equal(only.alt, "Noise");
  assert.equal(files.length, 1);
  assert.ok(readFileSync(files[0]).equals(readFileSync(picture)));
  assert.deepEqual(readdirSync(join(data, "media/uploads")), []);
}

test("an upload that is broken off at twenty odd places arrives whole", async () => {
  const { data, token } = startNewsroom("broken");
  const server = await startServer(data);
  const places = [
    1, 3, 7, 41, 511, 513, 1023, 4095, 4097, 8191, 12345, 16383, 16385, 32767,
    32769, 65535, 65537, 99991, 131071, 131073, 150001,
  ];
  let breaks = 0;
  const line = await startLine(server.port, (came) => {
    if (breaks === places.length) return Infinity;
    if (came < places[breaks]) return places[breaks] - came;
    breaks++;
    return 0;
  });
  const asset = await upload(line.url, token);

  assert.equal(breaks, places.length);
  assert.equal(line.offsets.length, places.length + 1);
  // Each goes on where the one before it was broken off: nothing is sent twice.
  let at = 0;
  for (const [i, offset] of line.offsets.entries()) {
    assert.equal(offset, at);
    at += places[i] ?? 0;
  }
  assertKept(data, asset);
  line.stop();
  await server.end("SIGTERM");
});

test("kill -9 in the middle of a PATCH takes back nothing acknowledged", async () => {
  const { data, token } = startNewsroom("killed");
  const places = [1, 30001, 65537, 99999, 5];
  let server = await startServer(data);
  let killed = null;
  let kills = 0;
  let acknowledged = 0;
  const seen = []; // offsets gone on from, beside what was acknowledged
  const line = await startLine(server.port, (came) => {
    if (killed !== null || kills === places.length) return Infinity;
    if (came < places[kills]) return places[kills] - came;
    // Every second PATCH lives, so that there is something to be kept.
    if (line.offsets.length % 2 === 0) return Infinity;
    kills++;
    killed = server.end("SIGKILL").then(async () => {
      server = await startServer(data);
      line.port = server.port;
      killed = null;
    });
    return Infinity;
  });
  const asset = await upload(line.url, token, {
    chunkSize: 100_000,
    retryDelays: Array(1000).fill(50),
    onChunkComplete: (_, accepted) => {
      acknowledged = accepted;
    },
    onAfterResponse: (request, answer) => {
      if (request.getMethod() === "HEAD" && answer.getStatus() === 200)
        seen.push([acknowledged, Number(answer.getHeader("Upload-Offset"))]);
    },
  });

  assert.equal(kills, places.length);
  assert.ok(seen.length >= kills);
  assert.ok(seen.some(([had]) => had > 0));
  for (const [had, offset] of seen) assert.ok(offset >= had, `${offset} < ${had}`);
  await killed;
  assertKept(data, asset);
  line.stop();
  await server.end("SIGTERM");
});

test("a file that is none of ours is refused in a sentence", async () => {
  const { data, token } = startNewsroom("refused");
  const server = await startServer(data);
  const url = `http://127.0.0.1:${server.port}/upload`;

  try {
    await assert.rejects(
      upload(url, token, { metadata: { filetype: "application/pdf" } }),
      /415.*image\/jpeg/s,
    );
    await assert.rejects(upload(url, "mht_1_wrong"), /401.*token/is);
  } finally {
    await server.end("SIGTERM");
  }
});
