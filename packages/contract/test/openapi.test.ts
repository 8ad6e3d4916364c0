import { expect } from "chai";
import { compileRoutes, openApiDocument } from "../src/index.ts";
import { fixtureContract } from "./fixture.ts";

describe("the OpenAPI document", () => {
  let document: object;

  before(async () => {
    const contract = await fixtureContract();
    const routes = compileRoutes(contract, ({ service }) => service === "fixture.v1.LibraryService");
    document = openApiDocument(contract, routes, { title: "library", asksKeys: true });
  });

  const at = (...path: readonly string[]): unknown =>
    path.reduce<unknown>(
      (value, name) => (typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined),
      document,
    );

  it("names path parameters by the resource, and gathers the verbs of one resource", () => {
    expect(at("paths")).to.have.all.keys(
      "/v1/shelves/{shelf}/books",
      "/v1/shelves/{shelf}/books/{book}",
      "/v1/archives/{archive}/books/{book}",
      "/v1/shelves/{shelf}/books/{book}:lend",
      "/v1/shelves/{shelf}/books:watch",
    );
    expect(at("paths", "/v1/shelves/{shelf}/books/{book}")).to.have.all.keys("get", "patch", "delete");
  });

  it("gives each operation a stable id, its words, its scopes and its gRPC method", () => {
    expect(at("paths", "/v1/shelves/{shelf}/books", "post")).to.deep.include({
      operationId: "LibraryService_CreateBook",
      summary: "Registers a book",
      description: "Registers a book.\n\nThe id is the last part of its name.",
      tags: ["LibraryService"],
      security: [{ key: ["library.write"] }],
      "x-grpc-method": "fixture.v1.LibraryService/CreateBook",
      "x-timeout-ms": 5000,
      "x-rate-cost": 3,
    });
    expect(at("paths", "/v1/archives/{archive}/books/{book}", "get", "operationId")).to.equal(
      "LibraryService_GetBook_2",
    );
  });

  it("tells the rules of a field", () => {
    const book = ["components", "schemas", "fixture.v1.Book"];
    // Nothing says that pages are REQUIRED, but the rule refuses 0, which an absent number is.
    expect(at(...book, "required")).to.deep.equal(["title", "pages"]);
    const field = (name: string) => at(...book, "properties", name);
    expect(field("title")).to.deep.equal({ type: "string", description: "Its title.", minLength: 1, maxLength: 80 });
    expect(field("pages")).to.deep.include({ type: "integer", format: "int32", minimum: 1, maximum: 5000 });
    expect(field("letters")).to.deep.include({ type: "string", format: "int64" });
    expect(field("createTime")).to.deep.include({ type: "string", format: "date-time", readOnly: true });
    expect(field("labels")).to.deep.include({ additionalProperties: { type: "string" }, maxProperties: 8 });
    expect(field("chapters")).to.deep.include({
      type: "array",
      items: { $ref: "#/components/schemas/fixture.v1.Chapter" },
      maxItems: 100,
    });
    expect(field("binding")).to.deep.include({ $ref: "#/components/schemas/fixture.v1.Binding" });
  });

  it("asks for nothing in a patch, and leaves what the path says out of a body", () => {
    const schemas = ["components", "schemas"];
    expect(at(...schemas, "fixture.v1.Book.Patch")).not.to.have.property("required");
    expect(at(...schemas, "fixture.v1.LendBookRequest.Body", "properties")).not.to.have.property("name");
    expect(at(...schemas, "fixture.v1.LendBookRequest.Body", "description")).to.include("the end lies after the start");
  });

  it("lets answers grow, and refuses what a request may not have", () => {
    const schemas = ["components", "schemas"];
    expect(at(...schemas, "fixture.v1.Book")).not.to.have.property("additionalProperties");
    expect(at(...schemas, "fixture.v1.BookEvent")).not.to.have.property("additionalProperties");
    expect(at(...schemas, "fixture.v1.Book.Patch", "additionalProperties")).to.equal(false);
    expect(at(...schemas, "fixture.v1.LendBookRequest.Body", "additionalProperties")).to.equal(false);
  });

  it("makes parameters of what neither path nor body carries, and of the headers that stand for fields", () => {
    const names = (path: string, verb: string) => {
      const parameters = at("paths", path, verb, "parameters");
      return Array.isArray(parameters)
        ? parameters.map((one: Readonly<Record<string, unknown>>) => one["name"] ?? one["$ref"])
        : [];
    };
    expect(names("/v1/shelves/{shelf}/books", "get")).to.deep.equal(["shelf", "pageSize", "pageToken", "bindings"]);
    expect(names("/v1/shelves/{shelf}/books/{book}", "get")).to.deep.equal([
      "shelf",
      "book",
      "#/components/parameters/IfNoneMatch",
    ]);
    expect(names("/v1/shelves/{shelf}/books", "post")).to.deep.equal([
      "shelf",
      "bookId",
      "requestId",
      "validateOnly",
      "#/components/parameters/IdempotencyKey",
    ]);
  });

  it("tells the rules of a resource name segment by segment, and repeats a parameter for each item of a list", () => {
    const parameter = (path: string, verb: string, index: string) => at("paths", path, verb, "parameters", index);
    expect(parameter("/v1/shelves/{shelf}/books:watch", "get", "0")).to.deep.equal({
      name: "shelf",
      in: "path",
      required: true,
      description: "A part of `shelves/{shelf}`.",
      schema: { type: "string", minLength: 1 },
    });
    expect(parameter("/v1/shelves/{shelf}/books/{book}", "get", "1")).to.deep.include({
      description: "A part of `shelves/{shelf}/books/{book}`.",
      schema: { type: "string", minLength: 1, pattern: "^[a-z0-9-]+$" },
    });
    expect(parameter("/v1/shelves/{shelf}/books", "get", "3")).to.deep.include({ style: "form", explode: true });
  });

  it("tells the headers of an answer, and that it may be unchanged", () => {
    const get = ["paths", "/v1/shelves/{shelf}/books/{book}", "get", "responses"];
    expect(at(...get, "200", "headers")).to.have.all.keys("X-Request-Id", "RateLimit", "RateLimit-Policy", "ETag");
    expect(at(...get, "304")).to.have.property("description");
    const post = ["paths", "/v1/shelves/{shelf}/books", "post", "responses"];
    expect(at(...post, "201", "headers")).to.include.all.keys("Location", "Idempotency-Replayed");
    const list = ["paths", "/v1/shelves/{shelf}/books", "get", "responses"];
    expect(at(...list, "200", "headers")).to.include.all.keys("Link");
  });

  it("shows what is sent and what is answered, in the words of the contract", () => {
    const body = (path: string, verb: string) =>
      at("paths", path, verb, "requestBody", "content", "application/json", "example");
    expect(body("/v1/shelves/{shelf}/books", "post")).to.deep.equal({ title: "example", pages: 1 });
    expect(body("/v1/shelves/{shelf}/books/{book}", "patch")).to.deep.equal({ title: "example" });
    const answer = ["paths", "/v1/shelves/{shelf}/books/{book}", "get", "responses", "200", "content"];
    expect(at(...answer, "application/json", "example")).to.deep.include({
      title: "example",
      binding: "BINDING_HARD",
      createTime: "2027-03-05T15:00:00Z",
      letters: "1",
    });
    const events = ["paths", "/v1/shelves/{shelf}/books:watch", "get", "responses", "200", "content"];
    expect(at(...events, "text/event-stream", "example")).to.match(/^data: \{"book":\{.*\}\n\n$/);
  });

  it("tells which reasons a refusal may have", () => {
    const post = ["paths", "/v1/shelves/{shelf}/books/{book}:lend", "post", "responses"];
    expect(at(...post))
      .to.have.any.keys("409")
      .and.have.any.keys("default");
    expect(JSON.stringify(at("components", "responses"))).to.include(
      "`BOOK_LENT`: The book is lent. Wait until it is back.",
    );
    expect(at("paths", "/v1/shelves/{shelf}/books/{book}", "get", "responses")).not.to.have.any.keys("409");
  });
});
