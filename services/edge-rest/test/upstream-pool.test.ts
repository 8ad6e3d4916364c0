import { once } from "node:events";
import { createServer } from "node:net";
import { expect } from "chai";
import { connectUpstream, type GrpcUpstream, type UpstreamOptions } from "../src/adapters/grpc-upstream.ts";
import { readTarget } from "../src/adapters/http2/address.ts";
import { backoffMs } from "../src/adapters/http2/backoff.ts";
import { timeoutText } from "../src/adapters/http2/request-headers.ts";
import { CANCELLED, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNAVAILABLE } from "../src/app/codes.ts";
import type { CallOptions } from "../src/app/ports.ts";
import { type FakeClock, fakeClock } from "./support/fake-clock.ts";
import {
  DATA,
  END,
  GOAWAY,
  HEADERS,
  INITIAL_WINDOW_SIZE,
  MAX_CONCURRENT_STREAMS,
  type OnRequest,
  PING,
} from "./support/frame-server.ts";
import { answered, framed, GRPC, OK } from "./support/upstream-cases.ts";
import { ASK, codeOf, frameServer, readAll, using, within } from "./support/upstream-clients.ts";

const silent: OnRequest = () => {};
const CALM = 11;

describe("the connections of an upstream", () => {
  it("shares calls out among all addresses of a name", async () => {
    const seen = [0, 0];
    const count =
      (at: number): OnRequest =>
      (peer, id, number) => {
        seen[at] = (seen[at] ?? 0) + 1;
        answered("hello")(peer, id, number);
      };
    await using one = await frameServer(count(0));
    await using _two = await frameServer(count(1), { host: "127.0.0.2", port: one.port });
    using upstream = named(one.port, async () => ["127.0.0.1", "127.0.0.2"]);
    await until(() => upstream.reachable(10_000).then(() => upstream.load().connections === 2));
    await callMany(upstream, 4);
    await until(async () => one.peers.length + _two.peers.length === 2);
    seen.fill(0);
    await callMany(upstream, 40);
    expect(seen).to.deep.equal([20, 20]);
  });

  it("leaves out an address where nobody listens", async () => {
    await using server = await frameServer(answered("hello"));
    using upstream = named(server.port, async () => ["127.0.0.3", "127.0.0.1"]);
    await callMany(upstream, 10);
  });

  it("looks the name up again when a connection is lost, and goes where it leads", async () => {
    let addresses = ["127.0.0.1"];
    const old = await frameServer(answered("old"));
    await using fresh = await frameServer(answered("new"), { host: "127.0.0.2", port: old.port });
    using upstream = named(old.port, async () => addresses, { resolveMinMs: 0 });
    expect(await text(upstream)).to.equal("old");
    addresses = ["127.0.0.2"];
    await old.close();
    await until(async () => fresh.peers.length === 1 && (await upstream.reachable(1000)));
    expect(await text(upstream)).to.equal("new");
  });

  it("lets the calls of an address that the name has lost come to their end", async () => {
    let addresses = ["127.0.0.1", "127.0.0.2"];
    const held: (() => void)[] = [];
    await using leaving = await frameServer((peer, id, number) => held.push(() => answered("old")(peer, id, number)));
    await using staying = await frameServer(answered("new"), { host: "127.0.0.2", port: leaving.port });
    using upstream = named(leaving.port, async () => addresses, { resolveMinMs: 0 });
    await until(async () => (await upstream.reachable(10_000)) && leaving.peers.length + staying.peers.length === 2);
    const calls = [1, 2, 3, 4].map(() => text(upstream));
    await until(async () => held.length > 0);
    addresses = ["127.0.0.2"];
    staying.peers[0]?.drop();
    await until(async () => staying.peers.length === 2 && upstream.load().calls === held.length);
    expect(await text(upstream)).to.equal("new");
    for (const release of held) release();
    expect(await Promise.allSettled(calls)).to.deep.include({ status: "fulfilled", value: "old" });
    await until(async () => upstream.load().connections === 1);
  });

  it("says UNAVAILABLE where a name has no address, and asks again later", async () => {
    const clock = fakeClock();
    await using server = await frameServer(answered("hello"));
    let lookups = 0;
    using upstream = named(
      server.port,
      async () => {
        lookups++;
        return lookups < 3 ? [] : ["127.0.0.1"];
      },
      { clock },
    );
    expect(await codeOf(upstream.unary(ASK, inTime(clock), false).answer)).to.equal(UNAVAILABLE);
    expect(lookups).to.equal(1);
    expect(clock.pending()).to.deep.equal([100]);
    clock.advance(100);
    await until(async () => clock.pending()[0] === 160);
    clock.advance(160);
    await until(async () => upstream.reachable(0));
    expect(await text(upstream, clock)).to.equal("hello");
  });

  it("waits longer after each failed attempt, up to a bound, and spreads the waits", () => {
    const backoff = { firstMs: 100, maxMs: 1000 };
    const waits = [1, 2, 3, 4, 5, 6, 7].map((failures) => Math.round(backoffMs(backoff, failures, () => 0.5)));
    expect(waits).to.deep.equal([100, 160, 256, 410, 655, 1000, 1000]);
    expect(backoffMs(backoff, 1, () => 0)).to.be.closeTo(80, 1e-9);
    expect(backoffMs(backoff, 9, () => 1)).to.be.closeTo(1200, 1e-9);
  });

  it("connects again after the backoff, and answers UNAVAILABLE meanwhile", async () => {
    const clock = fakeClock();
    const gone = await frameServer(silent);
    await gone.close();
    using upstream = named(gone.port, undefined, { clock, resolveMinMs: 1e9 });
    for (const wait of [100, 160, 256]) {
      const call = codeOf(upstream.unary(ASK, inTime(clock), false).answer);
      expect(await call).to.equal(UNAVAILABLE);
      await until(async () => clock.pending().some((ms) => Math.abs(ms - wait) < 1));
      clock.advance(wait);
      await until(async () => clock.pending().some((ms) => ms < 2000 && ms > wait));
    }
  });

  it("gives up an attempt whose server says nothing", async () => {
    const clock = fakeClock();
    const mute = createServer((socket) => socket.on("error", () => {}).resume());
    mute.listen(0, "127.0.0.1");
    await once(mute, "listening");
    const bound = mute.address();
    using upstream = named(typeof bound === "object" ? (bound?.port ?? 0) : 0, undefined, { clock });
    const call = codeOf(upstream.unary(ASK, inTime(clock, 60_000), false).answer);
    await until(async () => clock.pending().includes(20_000));
    clock.advance(20_000);
    expect(await call).to.equal(UNAVAILABLE);
    upstream.close();
    mute.close();
  });

  it("finds a dead peer by a ping while there are calls", async () => {
    const clock = fakeClock();
    await using server = await frameServer(silent, { answersPings: false });
    using upstream = named(server.port, undefined, { clock });
    const call = codeOf(upstream.unary(ASK, inTime(clock, 100_000), false).answer);
    await until(async () => (server.peers[0]?.count(DATA) ?? 0) > 0);
    clock.advance(30_000);
    await server.peers[0]?.heard(PING);
    clock.advance(10_000);
    expect(await call).to.equal(UNAVAILABLE);
  });

  it("is rid of a peer that hangs, whatever is still to be sent to it", async () => {
    const clock = fakeClock();
    await using server = await frameServer(silent, {
      settings: { [INITIAL_WINDOW_SIZE]: 2 ** 31 - 1 },
      onHeaders: (peer) => peer.grant(0, 2 ** 30),
    });
    using upstream = named(server.port, undefined, { clock });
    const call = codeOf(upstream.unary(Buffer.alloc(32 * 1024 * 1024), inTime(clock, 100_000), false).answer);
    // More than the first window, so that the client knows it may send all.
    await until(async () => (server.peers[0]?.count(DATA) ?? 0) > 8);
    server.peers[0]?.hang();
    clock.advance(30_000);
    clock.advance(10_000);
    expect(await call).to.equal(UNAVAILABLE);
    await until(async () => upstream.load().connections === 0);
  });

  it("pings only while there are calls, and at once when one comes after a rest", async () => {
    const clock = fakeClock();
    let isSilent = false;
    await using server = await frameServer((peer, id, number) => {
      if (!isSilent) answered("hello")(peer, id, number);
    });
    using upstream = named(server.port, undefined, { clock });
    expect(await text(upstream, clock)).to.equal("hello");
    await until(async () => upstream.load().calls === 0);
    clock.advance(60_000);
    const [peer] = server.peers;
    await peer?.settle();
    expect(peer?.count(PING)).to.equal(0);
    isSilent = true;
    const call = upstream.unary(ASK, inTime(clock), false);
    await peer?.heard(PING);
    call.cancel();
    expect(await codeOf(call.answer)).to.equal(CANCELLED);
  });

  it("pings half as often when a server has had too many", async () => {
    const clock = fakeClock();
    await using server = await frameServer(silent);
    using upstream = named(server.port, undefined, { clock });
    const first = codeOf(upstream.unary(ASK, inTime(clock, 200_000), false).answer);
    await until(async () => (server.peers[0]?.count(DATA) ?? 0) > 0);
    server.peers[0]?.goaway(2 ** 31 - 1, CALM, "too_many_pings");
    expect(await first).to.equal(UNAVAILABLE);
    clock.advance(100);
    const call = upstream.unary(ASK, inTime(clock, 200_000), false);
    await until(async () => (server.peers[1]?.count(DATA) ?? 0) > 0);
    expect(clock.pending()).to.include(60_000);
    call.cancel();
    expect(await codeOf(call.answer)).to.equal(CANCELLED);
  });

  it("keeps the calls back for which the server has no stream", async () => {
    await using server = await frameServer(silent, { settings: { [MAX_CONCURRENT_STREAMS]: 2 } });
    using upstream = named(server.port);
    const calls = Array.from({ length: 5 }, () => upstream.unary(ASK, within(), false));
    await until(async () => server.peers[0]?.count(HEADERS) === 2);
    expect(upstream.load()).to.deep.equal({ calls: 2, queued: 3, connections: 1 });
    server.peers[0]?.settings({ [MAX_CONCURRENT_STREAMS]: 4 });
    await until(async () => server.peers[0]?.count(HEADERS) === 4);
    for (const { cancel } of calls) cancel();
    expect(await Promise.all(calls.map(({ answer }) => codeOf(answer)))).to.deep.equal(calls.map(() => CANCELLED));
  });

  it("remembers what the server has said when the connection is lost before it is read", async () => {
    const much = Buffer.concat(Array.from({ length: 100 }, () => framed("much")));
    await using server = await frameServer((peer, id) => {
      peer.headers(id, GRPC);
      peer.data(id, much);
      peer.data(id, much);
      peer.headers(id, { "grpc-status": "8" }, END);
      void peer.settle().then(peer.drop);
    });
    using upstream = named(server.port);
    const stream = upstream.stream(ASK, within());
    await until(async () => server.peers.length === 2);
    expect(await codeOf(readAll(stream.messages))).to.equal(RESOURCE_EXHAUSTED);
  });

  it("keeps so many calls waiting and no more", async () => {
    const clock = fakeClock();
    using upstream = named(1, () => new Promise(() => {}), { clock, queueMax: 2 });
    const calls = [1, 2, 3].map(() => codeOf(upstream.unary(ASK, inTime(clock), false).answer));
    expect(await calls[2]).to.equal(UNAVAILABLE);
    expect(upstream.load().queued).to.equal(2);
    clock.advance(10_000);
    expect(await Promise.all(calls)).to.deep.equal([DEADLINE_EXCEEDED, DEADLINE_EXCEEDED, UNAVAILABLE]);
    expect(upstream.load().queued).to.equal(0);
  });

  it("changes to a new connection before the numbers of streams run out", async () => {
    await using server = await frameServer(answered("hello"));
    using upstream = named(server.port, undefined, { streamsMax: 3 });
    for (let call = 0; call < 9; call++) expect(await text(upstream)).to.equal("hello");
    expect(server.peers.length).to.be.within(3, 4);
    await until(async () => upstream.load().connections === 1);
    expect(server.peers[0]?.count(GOAWAY)).to.be.above(0);
  });

  it("ends its calls when it is closed", async () => {
    await using server = await frameServer(silent);
    using upstream = named(server.port);
    const call = upstream.unary(ASK, within(), false);
    await until(async () => (server.peers[0]?.count(HEADERS) ?? 0) === 1);
    upstream.close();
    expect(await codeOf(call.answer)).to.equal(UNAVAILABLE);
    expect(await codeOf(upstream.unary(ASK, within(), false).answer)).to.equal(UNAVAILABLE);
    expect(await upstream.reachable(1000)).to.equal(false);
    await until(async () => upstream.load().connections === 0);
  });

  it("leaves no stream, call or timer behind after thousands that failed or were cancelled", async () => {
    const clock = fakeClock();
    const much = Buffer.concat(Array.from({ length: 100 }, () => framed("much")));
    const kinds: readonly OnRequest[] = [
      answered("hello"),
      silent,
      (peer, id) => peer.reset(id, 2),
      (peer, id) => peer.headers(id, { ...GRPC, "grpc-status": "9" }, END),
      (peer, id) => peer.headers(id, { ":status": "502", "content-type": "text/html" }),
      (peer, id) => {
        peer.headers(id, GRPC);
        for (let part = 0; part < 2; part++) peer.data(id, much);
        peer.headers(id, OK, END);
      },
    ];
    let seen = 0;
    await using server = await frameServer((peer, id, number) => {
      seen = number;
      kinds[number % kinds.length]?.(peer, id, number);
    });
    using upstream = named(server.port, undefined, { clock, keepaliveMs: 1e9 });
    expect(await text(upstream, clock)).to.equal("hello");
    const idle = clock.pending();
    for (let round = 0; round < 30; round++) {
      const calls = Array.from({ length: 100 }, (_, at) => {
        if (at % 3 > 0) {
          const { answer, cancel } = upstream.unary(ASK, inTime(clock), false);
          return { ended: codeOf(answer), cancel: at % 5 === 0 ? () => {} : cancel };
        }
        const { messages, cancel } = upstream.stream(ASK, inTime(clock));
        // One in two is never read, and holds what it was sent.
        return { ended: at % 2 === 0 ? Promise.resolve(0) : codeOf(readAll(messages)), cancel };
      });
      await until(async () => seen === 100 * (round + 1));
      await server.peers[0]?.settle();
      for (const { cancel } of calls) cancel();
      clock.advance(20_000);
      await Promise.all(calls.map(({ ended }) => ended));
    }
    await until(async () => upstream.load().calls === 0);
    expect(upstream.load()).to.deep.equal({ calls: 0, queued: 0, connections: 1 });
    expect(server.peers).to.have.length(1);
    expect(clock.pending().length).to.be.at.most(idle.length);
  });
});

describe("what an upstream writes and reads by itself", () => {
  for (const [ms, expected] of [
    [0.2, "1m"],
    [1500, "1500m"],
    [99_999_999, "99999999m"],
    [100_000_000, "100000S"],
    [1e12, "277778H"],
    [1e15, "99999999H"],
  ] as const) {
    it(`writes a timeout of ${ms} ms as ${expected}`, () => {
      expect(timeoutText(ms)).to.equal(expected);
    });
  }

  it("reads names, IPv4 and IPv6 with their ports, and refuses the rest", () => {
    expect(readTarget("reservation-svc:50051")).to.include({ host: "reservation-svc", port: 50051 });
    expect(readTarget("[::1]:80")).to.include({ host: "::1", port: 80 });
    for (const bad of ["", "host", "host:port", "host:70000", "::1:80", "a b:1"]) {
      expect(() => readTarget(bad), bad).to.throw("is not host:port");
    }
  });
});

function named(port: number, resolve = async () => ["127.0.0.1"], options: UpstreamOptions = {}) {
  return using(connectUpstream(`lab:${port}`, { resolve, ...options }));
}

function inTime(clock: FakeClock, ms = 10_000): CallOptions {
  return { path: "/lab.v1.Lab/Call", headers: {}, deadline: clock.now() + ms };
}

async function text(upstream: GrpcUpstream, clock?: FakeClock): Promise<string> {
  const options = clock === undefined ? within() : inTime(clock);
  return (await upstream.unary(ASK, options, false).answer).message.toString();
}

async function callMany(upstream: GrpcUpstream, count: number): Promise<void> {
  for (let call = 0; call < count; call++) expect(await text(upstream)).to.equal("hello");
}

/** Waits for what I/O brings about; the runner's own limit ends what never comes. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise(setImmediate);
}
