import { expect } from "chai";
import { reads, refuses, useLab } from "./support/transcoding.ts";
import { badBodies } from "./transcoding/bad-body.ts";
import { badQueries } from "./transcoding/bad-query.ts";
import { bodies } from "./transcoding/body.ts";
import { badPaths, paths, unroutable } from "./transcoding/path.ts";
import { scalarQueries, shapedQueries } from "./transcoding/query.ts";

describe("transcoding", () => {
  const lab = useLab();

  describe("of a query", () => reads(lab, [...scalarQueries, ...shapedQueries]));
  describe("of a path", () => reads(lab, paths));
  describe("of a body", () => reads(lab, bodies));
  describe("of a bad query", () => refuses(lab, badQueries));
  describe("of a bad path", () => refuses(lab, badPaths));
  describe("of a bad body", () => refuses(lab, badBodies));

  describe("of a path without a route", () => {
    for (const [request, status, allow] of unroutable) {
      it(`answers ${request} with ${status}`, async () => {
        const answer = await lab().ask(request);
        expect([answer.status, answer.headers["allow"]]).to.deep.equal([status, allow]);
      });
    }
  });

  it("writes zero values and leaves out what is absent", async () => {
    lab().behave(() => ({ message: { name: "boxes/a/things/b" } }));
    const { json } = await lab().ask("GET /v1/boxes/a/things/b");
    expect(json).to.deep.equal({
      name: "boxes/a/things/b",
      displayName: "",
      weightGrams: 0,
      parts: [],
      etag: "",
      labels: {},
    });
  });

  it("points into the body by the names that the client uses", async () => {
    const { json } = await lab().ask("POST /v1/boxes/a/things", {
      json: { displayName: "a", parts: [{ label: "b", count: "x" }] },
    });
    expect(json["errors"]).to.deep.equal([
      {
        field: "thing.parts[0].count",
        in: "body",
        pointer: "/parts/0/count",
        reason: "json.type",
        description: "must be a whole number",
      },
    ]);
  });

  it("suggests the field that was meant", async () => {
    const { json } = await lab().ask("POST /v1/boxes/a/things", { json: { display_Name: "a" } });
    expect(json["detail"]).to.equal("/display_Name: is not a field of this object; did you mean displayName?");
  });

  it("refuses JSON that is nested without end", async () => {
    const deep = `{"nested":${'{"inner":'.repeat(200)}{}${"}".repeat(200)}}`;
    const answer = await lab().ask("POST /v1/echo", { body: deep });
    expect(answer.status).to.equal(400);
    const lists = await lab().ask("POST /v1/echo", { body: "[".repeat(30_000) });
    expect(lists.status).to.equal(400);
    const values = await lab().ask("POST /v1/echo", {
      body: `{"valueValue":${"[".repeat(20_000)}${"]".repeat(20_000)}}`,
    });
    expect(values.status).to.equal(400);
  });
});
