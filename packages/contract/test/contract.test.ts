import { create, fromJson, type JsonValue, type Message, toBinary } from "@bufbuild/protobuf";
import { expect } from "chai";
import { type Contract, decodeAndValidate, fingerprint, type MethodFacts, warm } from "../src/index.ts";
import { fixtureContract } from "./fixture.ts";

describe("a contract", () => {
  let contract: Contract;
  const method = (name: string): MethodFacts => contract.method(`fixture.v1.LibraryService/${name}`);
  const request = (name: string, json: JsonValue): Message => fromJson(method(name).input, json);
  const check = (name: string, json: JsonValue) =>
    decodeAndValidate(method(name), toBinary(method(name).input, request(name, json)));

  before(async function () {
    this.timeout(30_000);
    contract = await fixtureContract();
    warm(
      contract,
      contract.services.flatMap((service) => service.methods),
    );
  });

  it("tells a method's scopes, timeout, priority, cost, property field and idempotency", () => {
    expect(method("CreateBook")).to.include({
      fullName: "fixture.v1.LibraryService/CreateBook",
      path: "/fixture.v1.LibraryService/CreateBook",
      kind: "unary",
      timeoutMs: 5000,
      priority: "high",
      rateCost: 3,
      propertyField: "parent",
      creates: true,
      public: false,
      idempotency: "IDEMPOTENT",
    });
    expect(method("CreateBook").scopes).to.deep.equal(["library.write"]);
    expect(method("GetBook")).to.include({ timeoutMs: 1500, rateCost: 1, idempotency: "NO_SIDE_EFFECTS" });
    expect(method("WatchBooks").kind).to.equal("server_streaming");
    expect(method("Ping").public).to.equal(true);
  });

  it("tells every HTTP binding of a method", () => {
    expect(method("GetBook").http.map(({ verb, template }) => `${verb} ${template}`)).to.deep.equal([
      "GET /v1/{name=shelves/*/books/*}",
      "GET /v1/{name=archives/*/books/*}",
    ]);
    expect(method("Ping").http).to.deep.equal([]);
  });

  it("refuses to name a method that it does not have", () => {
    expect(() => method("BurnBook")).to.throw("the contract has no method fixture.v1.LibraryService/BurnBook");
  });

  it("tells the error catalogue by bare names", () => {
    expect(contract.reasons.get("BOOK_LENT")).to.include({ code: 9, httpStatus: 409, title: "The book is lent" });
  });

  it("finds personal and secret fields at any depth, through oneofs and recursive types", () => {
    expect(contract.personal(method("LendBook").input)).to.deep.equal(["reader.name", "reader.card.number"]);
    expect(contract.personal(method("CreateBook").input)).to.deep.equal([
      "book.lent_to.name",
      "book.lent_to.card.number",
    ]);
  });

  describe("checking a request", () => {
    it("lets a good one pass", () => {
      const json = { parent: "shelves/a", book: { title: "T", pages: 3 }, requestId: crypto.randomUUID() };
      expect(check("CreateBook", json)).to.deep.include({ violations: [], unknownFields: [] });
    });

    it("refuses the character U+0000 in any text, also where no rule speaks of it", () => {
      const json = { parent: "shelves/a", book: { title: "T\u0000", pages: 3 }, requestId: crypto.randomUUID() };
      const { violations } = check("CreateBook", json);
      expect(violations.map(({ field, rule }) => `${field} ${rule}`)).to.deep.equal(["book.title string.no_nul"]);
    });

    it("names every field that breaks a rule, with the rule", () => {
      const json = { book: { title: "", pages: 9999, binding: 7 }, requestId: "one" };
      const { violations } = check("CreateBook", json);
      expect(violations.map(({ field, rule }) => `${field} ${rule}`)).to.have.members([
        "book.title string.min_len",
        "book.pages int32.gte_lte",
        "book.binding enum.defined_only",
        "request_id string.uuid",
      ]);
    });

    it("checks rules over several fields", () => {
      const json = { name: "b", start: "2027-03-05T00:00:00Z", end: "2027-03-04T00:00:00Z" };
      expect(check("LendBook", json).violations).to.deep.equal([
        { field: "", rule: "lend.end_after_start", description: "the end lies after the start" },
      ]);
    });

    it("holds a pattern to the whole text and to plain classes", () => {
      expect(check("GetBook", { name: "shelves/a/books/b" }).violations).to.have.length(0);
      expect(check("GetBook", { name: "shelves/a/books/b\n" }).violations).to.have.length(1);
    });

    it("tells in the contract's words how a value has to look", () => {
      expect(check("GetBook", { name: "dune" }).violations).to.deep.equal([
        {
          field: "name",
          rule: "string.pattern",
          description: "the name of a book looks like shelves/fiction/books/dune",
        },
      ]);
    });

    it("says that bytes are no message", () => {
      const { violations } = decodeAndValidate(method("GetBook"), Uint8Array.of(10, 200, 1));
      expect(violations.map(({ rule }) => rule)).to.deep.equal(["wire_format"]);
    });

    it("names unknown fields at any depth", () => {
      const unknown = Uint8Array.of(0x9a, 0x06, 0x01, 0x78);
      const book = Uint8Array.of(0x12, 0x01, 0x54, ...unknown);
      const bytes = Uint8Array.of(...unknown, 0x1a, book.length, ...book);
      expect(decodeAndValidate(method("CreateBook"), bytes).unknownFields).to.deep.equal(["#99", "book.#99"]);
    });
  });

  describe("checking a change", () => {
    const fields = (json: JsonValue) => check("UpdateBook", json).violations.map(({ field }) => field);

    it("holds only what the mask names to the rules", () => {
      expect(fields({ book: { name: "b" }, updateMask: "labels" })).to.deep.equal([]);
      expect(fields({ book: { name: "b" }, updateMask: "title" })).to.deep.equal(["book.title"]);
      expect(fields({ book: { name: "b", pages: 9999 }, updateMask: "labels" })).to.deep.equal([]);
    });

    it("holds every field that has a value to the rules where there is no mask, and all of them for *", () => {
      expect(fields({ book: { name: "b", pages: 9999 } })).to.deep.equal(["book.pages"]);
      expect(fields({ book: { name: "b" }, updateMask: "*" })).to.have.members(["book.title", "book.pages"]);
    });
  });

  describe("a fingerprint", () => {
    const print = (name: string, json: JsonValue): string =>
      Buffer.from(fingerprint(method(name), request(name, json))).toString("hex");

    it("is the same for the same request in another order and with another request id", () => {
      const one = { book: { title: "T", labels: { a: "1", b: "2" } }, parent: "shelves/a", requestId: "one" };
      const other = { requestId: "other", parent: "shelves/a", book: { labels: { b: "2", a: "1" }, title: "T" } };
      expect(print("CreateBook", one)).to.equal(print("CreateBook", other));
    });

    it("differs with the meaning and with the method", () => {
      expect(print("CreateBook", { parent: "shelves/a" })).not.to.equal(print("CreateBook", { parent: "shelves/b" }));
      expect(print("GetBook", { name: "x" })).not.to.equal(print("DeleteBook", { name: "x" }));
    });

    it("leaves the message as it was", () => {
      const message = request("CreateBook", { requestId: "one" });
      fingerprint(method("CreateBook"), message);
      expect(message).to.deep.equal(create(method("CreateBook").input, { requestId: "one" }));
    });
  });
});
