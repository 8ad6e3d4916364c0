import { randomUUID } from "node:crypto";
import { expect } from "chai";
import { createCaller } from "../client/caller.ts";
import { ConnectionError, type ErrorDetails, StaymeshError, TimeoutError } from "../client/errors.ts";
import type { MethodPlan, Shapes } from "../client/plan.ts";
import { answer, events, type FakeEdge, fakeEdge, problem } from "./fake-edge.ts";

class RoomSoldOutError extends StaymeshError {}

const write: MethodPlan = {
  method: "x.Books/Book",
  verb: "POST",
  path: ["/v1/", { field: "parent", like: "properties/*" }, "/books"],
  body: "*",
  timeoutMs: 5000,
  retry: { attemptsMax: 5, firstWaitMs: 1, waitMaxMs: 10, multiplier: 3 },
  requestId: true,
  answer: "x.Book",
};
const list: MethodPlan = { ...write, verb: "GET", body: "", requestId: false, answer: "x.Page", items: "books" };
const watch: MethodPlan = { ...list, answer: "x.Event", resume: "resumeToken" };
const shapes: Shapes = {
  "x.Book": { price: { of: "int" }, state: { of: "word" } },
  "x.Page": { books: { of: "x.Book" } },
  "x.Event": { sequence: { of: "int" } },
};
const parent = "properties/lisbon-city";
const unavailable = problem(503, { code: "UNAVAILABLE", reason: "OVERLOADED", detail: "Later." });

const callerOf = (edge: FakeEdge) =>
  createCaller({ baseUrl: edge.baseUrl, key: "secret" }, { ROOM_SOLD_OUT: RoomSoldOutError }, shapes);

const failure = async (call: PromiseLike<unknown>): Promise<StaymeshError> => {
  try {
    await call;
  } catch (error) {
    if (error instanceof StaymeshError) return error;
    throw error;
  }
  throw new Error("It was answered.");
};

const collect = async <Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> => {
  const all: Item[] = [];
  for await (const one of items) all.push(one);
  return all;
};

describe("calls of the client package", () => {
  it("sends a write again with the same request id until it is answered", async () => {
    await using edge = await fakeEdge(unavailable, (response) => response.destroy(), answer(200, { price: "12" }));
    expect(await callerOf(edge).unary(write, { parent, note: "a" })).to.deep.equal({ price: 12n });
    const ids = edge.asked.map(({ body }) => String(JSON.parse(body).requestId));
    expect(ids).to.have.length(3);
    expect(new Set(ids).size).to.equal(1);
    expect(ids[0]).to.match(/^[0-9a-f-]{36}$/);
    expect(edge.asked[0]?.url.pathname).to.equal("/v1/properties/lisbon-city/books");
    expect(edge.asked[0]?.headers.authorization).to.equal("Bearer secret");
  });

  it("keeps the request id that a caller gives, and names it where the answer stays unknown", async () => {
    await using edge = await fakeEdge((response) => response.destroy());
    const requestId = randomUUID();
    const error = await failure(callerOf(edge).unary({ ...write, timeoutMs: 250 }, { parent, requestId }));
    expect(error).to.be.instanceOf(ConnectionError);
    expect(error.requestId).to.equal(requestId);
  });

  it("gives up after as many attempts as the contract gives it, or as its user says", async () => {
    await using edge = await fakeEdge(unavailable);
    await failure(callerOf(edge).unary(write, { parent }));
    expect(edge.asked).to.have.length(5);
    const { baseUrl } = edge;
    await failure(createCaller({ baseUrl, key: "secret", maxRetries: 1 }, {}, shapes).unary(write, { parent }));
    expect(edge.asked).to.have.length(5 + 2);
  });

  it("sends nothing again that the contract does not call safe", async () => {
    await using edge = await fakeEdge(unavailable);
    const { retry: _, ...plan } = write;
    const error = await failure(callerOf(edge).unary(plan, { parent }));
    expect([error.status, error.reason, edge.asked.length]).to.deep.equal([503, "OVERLOADED", 1]);
  });

  it("sends nothing again that was refused, and tells the refusal in the class of its reason", async () => {
    const body = {
      code: "FAILED_PRECONDITION",
      reason: "ROOM_SOLD_OUT",
      detail: "No room is left on 2027-03-05.",
      title: "No room of this type is left",
      remedy: "Look for other dates.",
      metadata: { date: "2027-03-05" },
      errors: [{ field: "rooms[0]", reason: "x", description: "y", in: "body" }],
      requestId: "call-1",
    };
    await using edge = await fakeEdge(problem(409, body));
    const error = await failure(callerOf(edge).unary(write, { parent }));
    expect(error).to.be.instanceOf(RoomSoldOutError);
    const { message, title, remedy, facts, violations, callId, status } = error satisfies ErrorDetails;
    expect({ message, title, remedy, facts, callId, status }).to.deep.equal({
      ...{ message: body.detail, title: body.title, remedy: body.remedy, facts: body.metadata },
      ...{ callId: "call-1", status: 409 },
    });
    expect(violations).to.deep.equal([{ field: "rooms[0]", reason: "x", description: "y" }]);
    expect(edge.asked).to.have.length(1);
  });

  it("does not ask a third time for what is stored as the answer", async () => {
    const refusal = { code: "UNAVAILABLE", reason: "BANK_UNAVAILABLE" };
    const stored = answer(503, refusal, "application/problem+json", { "idempotency-replayed": "true" });
    await using edge = await fakeEdge(problem(503, refusal), stored);
    const error = await failure(callerOf(edge).unary(write, { parent }));
    expect([error.reason, error.replayed, edge.asked.length]).to.deep.equal(["BANK_UNAVAILABLE", true, 2]);
  });

  it("takes a file with its type", async () => {
    const pdf = Buffer.from([37, 80, 68, 70, 0, 255]);
    await using edge = await fakeEdge((response) => {
      response.writeHead(200, { "content-type": "application/pdf" }).end(pdf);
    });
    const file = await callerOf(edge).download(list, { parent });
    expect([file.contentType, Buffer.from(file.bytes)]).to.deep.equal(["application/pdf", pdf]);
  });

  it("takes a reason and an enum value that are newer than it", async () => {
    await using edge = await fakeEdge(problem(409, { reason: "constructor" }), answer(200, { state: 77, new: true }));
    const client = callerOf(edge);
    expect((await failure(client.unary(write, { parent }))).reason).to.equal("constructor");
    expect(await client.unary(write, { parent })).to.deep.equal({ state: "77", new: true });
  });

  it("gives up at the deadline, and tells the server of it", async () => {
    await using edge = await fakeEdge(() => undefined);
    const error = await failure(callerOf(edge).unary(write, { parent }, { timeoutMs: 20 }));
    expect(error).to.be.instanceOf(TimeoutError);
    expect(Number(edge.asked[0]?.headers["x-server-timeout"])).to.be.within(0.001, 0.02);
  });

  it("gives the first page where a list is awaited and everything where it is iterated", async () => {
    const pages = [
      answer(200, { books: [{ price: "1" }, { price: "2" }], nextPageToken: "p2" }),
      answer(200, { books: [{ price: "9007199254740993" }], nextPageToken: "" }),
    ] as const;
    await using edge = await fakeEdge(pages[0], ...pages);
    const books = callerOf(edge).paged<{ readonly books: readonly unknown[] }, unknown>(list, { parent, pageSize: 2 });
    expect(edge.asked).to.have.length(0);
    expect((await books).books).to.have.length(2);
    expect(await collect(books)).to.deep.equal([{ price: 1n }, { price: 2n }, { price: 9007199254740993n }]);
    expect(edge.asked.map(({ url }) => url.searchParams.toString())).to.deep.equal([
      ...["pageSize=2", "pageSize=2", "pageSize=2&pageToken=p2"],
    ]);
  });

  it("takes up a broken stream after the last message, so that none is lost and none comes twice", async () => {
    const event = (sequence: number) => ({ resumeToken: `t${sequence}`, sequence: String(sequence) });
    await using edge = await fakeEdge(
      events([{ resumeToken: "t0" }], "cut"),
      events([event(1), event(2)], "cut"),
      unavailable,
      events([], "cut"),
      events([event(3)], "end"),
    );
    const heard = await collect(callerOf(edge).stream(watch, { parent }));
    expect(heard).to.deep.equal([1, 2, 3].map((n) => ({ resumeToken: `t${n}`, sequence: BigInt(n) })));
    expect(edge.asked.map(({ url }) => url.searchParams.get("resumeToken"))).to.deep.equal([
      null,
      "t0",
      "t2",
      "t2",
      "t2",
    ]);
  });

  it("ends a stream that cannot be taken up with an error, so that half of it never looks whole", async () => {
    await using edge = await fakeEdge(events([{ sequence: "1" }], "cut"));
    const { resume: _, ...plan } = watch;
    expect(await failure(collect(callerOf(edge).stream(plan, { parent })))).to.be.instanceOf(ConnectionError);
    expect(edge.asked).to.have.length(1);
  });

  it("refuses a name that cannot be in the path before anything is sent", async () => {
    await using edge = await fakeEdge(answer(200, {}));
    for (const name of ["../payments", "properties/..", "properties/a/b", "properties/"]) {
      let message = "";
      await callerOf(edge)
        .unary(write, { parent: name })
        .catch((error: Error) => {
          message = error.message;
        });
      expect(message, name).to.equal("x.Books/Book: parent has to look like properties/*");
    }
    expect(edge.asked).to.have.length(0);
  });
});
