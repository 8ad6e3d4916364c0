import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import { Metadata, Server, ServerCredentials, type ServerWritableStream, status } from "@grpc/grpc-js";
import { expect } from "chai";
import { frameMessage } from "../src/adapters/http2/frame.ts";
import {
  DATA,
  END,
  HEADERS,
  INITIAL_WINDOW_SIZE,
  MAX_CONCURRENT_STREAMS,
  type OnRequest,
  type Peer,
  RST_STREAM,
  SETTINGS,
  WINDOW_UPDATE,
} from "./support/frame-server.ts";
import { answered, framed, GRPC, OK } from "./support/upstream-cases.ts";
import { ASK, clients, codeOf, frameServer, readAll, using, within } from "./support/upstream-clients.ts";

const CANCEL = 8;
const MIB = 1024 * 1024;
const silent: OnRequest = () => {};

for (const { name, isReference, connect } of clients) {
  describe(`the calls of an upstream: ${name}`, () => {
    it("sends what gRPC asks for", async () => {
      const asked: IncomingHttpHeaders[] = [];
      await using server = await http2Server((stream, headers) => {
        asked.push(headers);
        answer(stream, frameMessage(Buffer.from("hello")));
      });
      using upstream = using(connect(server.address));
      const headers = { authorization: "Bearer key", "x-request-id": "r-1" };
      await upstream.unary(ASK, { ...within(5000), headers }, false).answer;
      const [sent] = asked;
      expect(sent).to.include({
        ":method": "POST",
        ":scheme": "http",
        ":path": "/lab.v1.Lab/Call",
        ":authority": server.address,
        te: "trailers",
        authorization: "Bearer key",
        "x-request-id": "r-1",
      });
      expect(sent?.["content-type"]).to.match(/^application\/grpc/);
      expect(sent?.["user-agent"]).to.match(/^grpc-/);
      const [, value, unit] = /^(\d{1,8})([mSu])$/.exec(String(sent?.["grpc-timeout"])) ?? [];
      const ms = Number(value) * ({ m: 1, S: 1000, u: 0.001 }[unit ?? ""] ?? 0);
      expect(ms).to.be.within(1, 5000);
    });

    it("gives the text metadata of the answer, and of a refusal that of headers and trailers", async () => {
      await using server = await frameServer((peer, id, number) => {
        peer.headers(id, { ...GRPC, etag: '"1"' });
        if (number === 0) peer.data(id, framed("hello"));
        peer.headers(id, number === 0 ? OK : { "grpc-status": "9", "retry-after": "3" }, END);
      });
      using upstream = using(connect(server.address));
      const { headers } = await upstream.unary(ASK, within(), false).answer;
      expect(headers).to.include({ etag: '"1"' });
      const refusal: unknown = await upstream.unary(ASK, within(), false).answer.catch((error: unknown) => error);
      expect(refusal).to.have.property("headers").that.includes({ etag: '"1"', "retry-after": "3" });
    });

    it("cancels with RST_STREAM, and says so to its caller at once", async () => {
      await using server = await frameServer(silent);
      using upstream = using(connect(server.address));
      const call = upstream.unary(ASK, within(), true);
      const peer = await connected(server.peers);
      await peer.heard(HEADERS);
      call.cancel();
      expect(await codeOf(call.answer)).to.equal(status.CANCELLED);
      expect((await peer.heard(RST_STREAM)).payload.readUInt32BE()).to.equal(CANCEL);
    });

    it("cancels a stream whose reader leaves", async () => {
      await using server = await frameServer((peer, id) => {
        peer.headers(id, GRPC);
        peer.data(id, framed("a"));
      });
      using upstream = using(connect(server.address));
      for await (const message of upstream.stream(ASK, within()).messages) {
        expect(message.toString()).to.equal("a");
        break;
      }
      expect((await server.peers[0]?.heard(RST_STREAM))?.payload.readUInt32BE()).to.equal(CANCEL);
    });

    it("cancels a call whose request the server does not take in", async () => {
      await using server = await frameServer(silent, { settings: { [INITIAL_WINDOW_SIZE]: 0 } });
      using upstream = using(connect(server.address));
      const call = upstream.unary(Buffer.alloc(MIB), within(), false);
      const peer = await connected(server.peers);
      await peer.heard(HEADERS);
      call.cancel();
      expect(await codeOf(call.answer)).to.equal(status.CANCELLED);
      expect((await peer.heard(RST_STREAM)).payload.readUInt32BE()).to.equal(CANCEL);
    });

    it("waits for nothing when the server has ended its answer without a status", async () => {
      await using server = await frameServer(silent, {
        settings: { [INITIAL_WINDOW_SIZE]: 0 },
        onHeaders: (peer, id) => {
          peer.headers(id, GRPC);
          peer.data(id, framed("hello"), END);
        },
      });
      using upstream = using(connect(server.address));
      const code = await codeOf(upstream.unary(Buffer.alloc(MIB), within(isReference ? 300 : 10_000), false).answer);
      // grpc-js waits until its own request is out, which it never is.
      expect(code).to.equal(isReference ? status.DEADLINE_EXCEEDED : status.UNKNOWN);
    });

    it("keeps the deadline itself, and tells the server that nobody waits", async () => {
      await using server = await frameServer(silent);
      using upstream = using(connect(server.address));
      expect(await upstream.reachable(10_000)).to.equal(true);
      expect(await codeOf(upstream.unary(ASK, within(250), false).answer)).to.equal(status.DEADLINE_EXCEEDED);
      expect((await server.peers[0]?.heard(RST_STREAM))?.payload.readUInt32BE()).to.equal(CANCEL);
    });

    it("keeps the deadline of a stream that has begun", async () => {
      await using server = await frameServer((peer, id) => {
        peer.headers(id, GRPC);
        peer.data(id, framed("a"));
      });
      using upstream = using(connect(server.address));
      expect(await codeOf(readAll(upstream.stream(ASK, within(150)).messages))).to.equal(status.DEADLINE_EXCEEDED);
    });

    it("has no more streams at once than the server takes, and serves the rest after", async () => {
      let open = 0;
      let most = 0;
      await using server = await http2Server(
        (stream) => {
          most = Math.max(most, ++open);
          stream.on("close", () => open--);
          answer(stream, frameMessage(Buffer.from("hello")));
        },
        { maxConcurrentStreams: 1 },
      );
      using upstream = using(connect(server.address));
      const calls = Array.from({ length: 20 }, () => upstream.unary(ASK, within(), false).answer);
      expect(await Promise.all(calls)).to.have.length(20);
      expect(most).to.equal(1);
    });

    it("counts the time in which a call waits for a stream", async () => {
      await using server = await frameServer(silent, { settings: { [MAX_CONCURRENT_STREAMS]: 1 } });
      using upstream = using(connect(server.address));
      const first = upstream.unary(ASK, within(), false);
      const peer = await connected(server.peers);
      await peer.heard(HEADERS);
      const second = upstream.unary(ASK, within(150), false);
      expect(await codeOf(second.answer)).to.equal(status.DEADLINE_EXCEEDED);
      await peer.settle();
      expect(peer.count(HEADERS)).to.equal(0);
      first.cancel();
      expect(await codeOf(first.answer)).to.equal(status.CANCELLED);
    });

    it("sends a request and takes an answer of many windows", async () => {
      const large = Buffer.alloc(12 * MIB, "large");
      await using server = await http2Server((stream) => echo(stream));
      using upstream = using(connect(server.address));
      const { message } = await upstream.unary(large, within(30_000), false).answer;
      expect(message.equals(large)).to.equal(true);
    });

    it("lets a server send no more than a window to a reader who does not read, and others none the less", async () => {
      const piece = frameMessage(Buffer.alloc(16_000, "x"));
      const pieces = 512;
      const gate = Promise.withResolvers<void>();
      let sent = 0;
      await using server = await frameServer((peer, id, number) => {
        if (number > 0) return answered("hello")(peer, id, number);
        peer.headers(id, GRPC);
        void sendWithinWindow(peer, id, piece, pieces, (count) => {
          sent = count;
          gate.resolve();
        });
        return undefined;
      });
      using upstream = using(connect(server.address));
      const stream = upstream.stream(ASK, within(30_000));
      const reader = stream.messages[Symbol.asyncIterator]();
      expect((await reader.next()).value).to.have.length(16_000);
      await gate.promise;
      expect(sent * piece.length).to.be.below(2 * MIB);
      expect((await upstream.unary(ASK, within(), false).answer).message.toString()).to.equal("hello");
      let read = 1;
      for (let next = await reader.next(); next.done !== true; next = await reader.next()) read++;
      expect(read).to.equal(pieces);
    });

    it("says UNAVAILABLE at once where nobody listens, and gets through when somebody does", async () => {
      const { port } = await frameServer(silent).then(async (gone) => {
        await gone.close();
        return gone;
      });
      using upstream = using(connect(`127.0.0.1:${port}`));
      expect(await upstream.reachable(100)).to.equal(false);
      expect(await codeOf(upstream.unary(ASK, within(), false).answer)).to.equal(status.UNAVAILABLE);
      await using _server = await frameServer(answered("hello"), { port });
      expect(await upstream.reachable(10_000)).to.equal(true);
      expect(await codeOf(upstream.unary(ASK, within(), false).answer)).to.equal(0);
    });

    it("repeats a repeatable call until its service is back", async () => {
      await using server = await frameServer((peer, id, number) =>
        number < 3 ? peer.drop() : answered("hello")(peer, id, number),
      );
      using upstream = using(connect(server.address));
      expect((await upstream.unary(ASK, within(), true).answer).message.toString()).to.equal("hello");
    });

    it("takes new calls to a new connection while the old one ends what it has", async () => {
      const held: (() => void)[] = [];
      await using server = await frameServer((peer, id, number) => {
        if (number > 0) return answered(`of ${server.peers.indexOf(peer)}`)(peer, id, number);
        held.push(() => answered("late")(peer, id, number));
        peer.goaway(id);
        return undefined;
      });
      using upstream = using(connect(server.address));
      const old = upstream.unary(ASK, within(), false).answer;
      const peer = await connected(server.peers);
      await peer.heard(DATA);
      await peer.settle();
      expect((await upstream.unary(ASK, within(), false).answer).message.toString()).to.equal("of 1");
      for (const release of held) release();
      expect((await old).message.toString()).to.equal("late");
    });

    it("loses no call of a grpc-js server that is shut down and started anew", async () => {
      const first = await grpcServer();
      using upstream = using(connect(first.address));
      const stream = upstream.stream(Buffer.from("3"), within());
      const reader = stream.messages[Symbol.asyncIterator]();
      expect((await reader.next()).value?.toString()).to.equal("0");
      const down = first.shutDown();
      expect((await readAll({ [Symbol.asyncIterator]: () => reader })).map(String)).to.deep.equal(["1", "2"]);
      await down;
      const second = await grpcServer(first.port);
      expect(await codeOf(upstream.unary(ASK, within(), true).answer)).to.equal(0);
      await second.shutDown(upstream.close);
    });

    if (!isReference) {
      // grpc-js asks all the same.
      it("does not ask where the deadline has passed", async () => {
        let requests = 0;
        await using server = await frameServer((peer, id, number) => {
          requests++;
          answered("hello")(peer, id, number);
        });
        using upstream = using(connect(server.address));
        await upstream.unary(ASK, within(), false).answer;
        expect(await codeOf(upstream.unary(ASK, within(-1), false).answer)).to.equal(status.DEADLINE_EXCEEDED);
        await server.peers[0]?.settle();
        expect(requests).to.equal(1);
      });

      it("says in one header that it takes nothing compressed", async () => {
        const asked: IncomingHttpHeaders[] = [];
        await using server = await http2Server((stream, headers) => {
          asked.push(headers);
          answer(stream, frameMessage(ASK));
        });
        using upstream = using(connect(server.address));
        await upstream.unary(ASK, within(), false).answer;
        expect(asked[0]?.["grpc-accept-encoding"]).to.equal("identity");
      });
    }
  });
}

async function connected(peers: readonly Peer[]): Promise<Peer> {
  for (;;) {
    const [peer] = peers;
    if (peer !== undefined) return peer;
    await new Promise(setImmediate);
  }
}

function answer(stream: ServerHttp2Stream, frame: Buffer): void {
  stream.on("error", () => {});
  stream.resume();
  stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.end(frame);
}

function echo(stream: ServerHttp2Stream): void {
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  stream.on("end", () => answer(stream, Buffer.concat(chunks)));
}

async function http2Server(
  onStream: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void,
  settings: { readonly maxConcurrentStreams?: number } = {},
): Promise<{ readonly address: string } & AsyncDisposable> {
  const server = createServer({ settings });
  server.on("stream", onStream);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;
  return {
    address: `127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      server.close();
    },
  };
}

/** Sends as long as the client's window lets it; `stalled` is told how many are out when the client has had all and gives no more. */
async function sendWithinWindow(
  peer: Peer,
  id: number,
  piece: Buffer,
  pieces: number,
  stalled: (count: number) => void,
): Promise<void> {
  let window = 65_535;
  for (let given = peer.count(SETTINGS); given > 0; given--) {
    const { payload } = await peer.heard(SETTINGS);
    for (let at = 0; at + 6 <= payload.length; at += 6) {
      if (payload.readUInt16BE(at) === INITIAL_WINDOW_SIZE) window = payload.readUInt32BE(at + 2);
    }
  }
  let sent = 0;
  for (let quiet = 0; sent < pieces; ) {
    const before = sent;
    for (; sent < pieces && window >= piece.length; sent++) {
      peer.data(id, piece);
      window -= piece.length;
    }
    await peer.settle();
    for (let grants = peer.count(WINDOW_UPDATE); grants > 0; grants--) {
      const { id: of, payload } = await peer.heard(WINDOW_UPDATE);
      if (of === id) window += payload.readUInt32BE();
    }
    quiet = sent === before ? quiet + 1 : 0;
    if (quiet === 5) stalled(sent);
  }
  stalled(sent);
  peer.headers(id, OK, END);
}

async function grpcServer(port = 0) {
  const server = new Server();
  const same = (bytes: Buffer): Buffer => bytes;
  const codec = {
    requestSerialize: same,
    requestDeserialize: same,
    responseSerialize: same,
    responseDeserialize: same,
  };
  const path = "/lab.v1.Lab/Call";
  server.addService(
    { call: { path, requestStream: false, responseStream: true, ...codec } },
    {
      call: (call: ServerWritableStream<Buffer, Buffer>) => {
        call.sendMetadata(new Metadata());
        const count = Number(call.request.toString()) || 1;
        let sent = 0;
        const send = () => {
          call.write(Buffer.from(String(sent++)));
          if (sent < count) setImmediate(send);
          else call.end();
        };
        send();
      },
    },
  );
  const bound = await new Promise<number>((resolve, reject) =>
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error, taken) =>
      error === null ? resolve(taken) : reject(error),
    ),
  );
  return {
    port: bound,
    address: `127.0.0.1:${bound}`,
    shutDown: (then?: () => void) =>
      new Promise<void>((resolve) => {
        server.tryShutdown(() => resolve());
        then?.();
      }),
  };
}
