import type { DescField, JsonValue } from "@bufbuild/protobuf";
import type { Route } from "@staymesh/contract";
import { expect } from "chai";
import type { Edge } from "../src/app/edge.ts";
import { edgeOfEverything, pathOf } from "./support/every-route.ts";
import { type AskOptions, edgeRequest } from "./support/lab.ts";

/** Generated from the descriptors, so that a new RPC is covered without a word here. */
describe("bad input on every route of the contract", () => {
  let edge: Edge;

  before(async function () {
    this.timeout(60_000);
    edge = await edgeOfEverything();
  });

  interface Refused {
    readonly status: number;
    readonly reasons: readonly string[];
    readonly fields: readonly string[];
  }

  const ask = async (route: Route, target: string, options: AskOptions = {}): Promise<Refused> => {
    const { status, content } = await edge.handle(edgeRequest(`${route.verb} ${target}`, options));
    const parsed: unknown = content.kind === "bytes" ? JSON.parse(content.bytes.toString()) : {};
    const errors: unknown = typeof parsed === "object" && parsed !== null ? Reflect.get(parsed, "errors") : undefined;
    const list = Array.isArray(errors) ? errors : [];
    return {
      status,
      reasons: list.map(({ reason }: { readonly reason: string }) => reason),
      fields: list.map(({ field }: { readonly field: string }) => field),
    };
  };

  const refused = (what: string, given: Refused, reason: RegExp, field?: string): void => {
    expect(given.status, what).to.equal(400);
    expect(given.reasons.join(" "), what).to.match(reason);
    if (field !== undefined) expect(given.fields.join(" "), what).to.include(field);
  };

  const each = async (check: (route: Route, path: string, what: string) => Promise<void>): Promise<void> => {
    expect(edge.routes.length).to.be.above(30);
    for (const route of edge.routes) await check(route, pathOf(route), `${route.verb} ${route.rule.template}`);
  };

  const withBody = (check: (route: Route, path: string, what: string) => Promise<void>) =>
    each(async (route, path, what) => {
      if (route.body.kind !== "none") await check(route, path, what);
    });

  it("names a query parameter that it does not know", () =>
    each(async (route, path, what) => {
      const options = route.body.kind === "none" ? {} : { json: {} };
      refused(what, await ask(route, `${path}?zzz=1`, options), /query\.unknown/, "zzz");
    }));

  it("refuses a path that is wrongly encoded", () =>
    each(async (route, path, what) => {
      if (route.path.length > 0) refused(what, await ask(route, path.replace("x1", "%zz")), /path\.encoding/);
    }));

  it("refuses a body where none is taken", () =>
    each(async (route, path, what) => {
      if (route.body.kind === "none") refused(what, await ask(route, path, { json: { a: 1 } }), /body\.unexpected/);
    }));

  it("refuses what is no JSON, also a mebibyte of it", () =>
    withBody(async (route, path, what) => {
      const garbage = Buffer.alloc(1024 * 1024 - 1, 0xfe);
      refused(what, await ask(route, path, { body: "{" }), /json\.syntax/);
      refused(what, await ask(route, path, { body: garbage }), /json\.utf8/);
      refused(what, await ask(route, path, { body: `{"a":"${"x".repeat(1_000_000)}` }), /json\.syntax/);
    }));

  it("refuses what is no object", () =>
    withBody(async (route, path, what) => {
      for (const json of [[], "text", 5, true]) refused(what, await ask(route, path, { json }), /json\.type/);
    }));

  it("names a field that it does not know", () =>
    withBody(async (route, path, what) => {
      refused(what, await ask(route, path, { json: { zzz: 1 } }), /json\.unknown_field/, "zzz");
    }));

  it("names a field that is given twice", () =>
    withBody(async (route, path, what) => {
      refused(what, await ask(route, path, { body: '{"a":1,"a":2}' }), /json\.duplicate_key/);
    }));

  it("names each field of the body that has another type", () =>
    withBody(async (route, path, what) => {
      for (const field of fieldsOfBody(route)) {
        const given = await ask(route, path, { json: { [field.jsonName]: wrongValue(field) } });
        refused(`${what} ${field.name}`, given, /json\./, field.name);
      }
    }));

  it("names each query parameter that has another type", () =>
    each(async (route, path, what) => {
      if (route.body.kind === "whole") return;
      for (const field of route.method.input.fields) {
        if (field.scalar === 9 || field === bodyField(route) || isBound(route, field)) continue;
        const options = route.body.kind === "none" ? {} : { json: {} };
        const given = await ask(route, `${path}?${field.jsonName}=x%20y`, options);
        refused(`${what} ${field.name}`, given, /value\.|query\./);
      }
    }));
});

function bodyField({ body }: Route): DescField | undefined {
  return body.kind === "field" ? body.field : undefined;
}

function fieldsOfBody({ body, method }: Route): readonly DescField[] {
  const desc = body.kind === "field" ? body.field.message : method.input;
  return desc?.fields ?? [];
}

function isBound({ path }: Route, field: DescField): boolean {
  return path.some(({ fields }) => fields[0] === field);
}

/** Something that no field of this kind takes. */
function wrongValue(field: DescField): JsonValue {
  if (field.fieldKind === "list") return "x";
  if (field.fieldKind === "map") return [];
  return [{}];
}
