import { fromJson, isMessage, type JsonObject, type JsonValue, toBinary, toJson } from "@bufbuild/protobuf";
import { type Contract, compileRoutes, createRouter, defaultImage, loadContract, type Route } from "@staymesh/contract";
import { buildImage } from "@staymesh/contract/testing";
import { expect } from "chai";
import fc from "fast-check";
import { type RequestBuilder, requestBuilder } from "../src/app/build-request.ts";
import { locator } from "../src/app/locate.ts";
import { Problem } from "../src/app/problem.ts";
import { isObject, put, requestsOf } from "./support/arbitrary-request.ts";
import { gaxRequest } from "./support/gax.ts";
import { edgeRequest } from "./support/lab.ts";

const RUNS = 200;
const SEED = 20261125;

interface Side {
  readonly routes: readonly Route[];
  readonly read: (
    line: string,
    body: string,
  ) => Promise<{ readonly method: string; readonly bytes: Buffer; readonly json: JsonValue }>;
}

/** The edge as far as it makes a message of a request; rules of validation are left out, since no random message keeps them. */
function sideOf(contract: Contract, prefix: string): Side {
  const { registry } = contract;
  const routes = compileRoutes(contract, ({ service }) => service.startsWith(prefix));
  const router = createRouter(routes);
  const builders = new Map<Route, RequestBuilder>(
    routes.map((route) => [
      route,
      requestBuilder(route, { contract, maxBodyBytes: 1 << 20, locate: locator(route), validate: undefined }),
    ]),
  );
  return {
    routes,
    read: async (line, body) => {
      const request = edgeRequest(line, { body });
      const match = router.match(request.method, request.rawPath);
      if (match.kind !== "route") throw new Error(`${line} is ${match.kind}`);
      const { method } = match.route;
      const build = builders.get(match.route);
      const message = await build?.(request, match.values);
      if (!isMessage(message)) throw new Error("nothing was built");
      return {
        method: method.fullName,
        bytes: Buffer.from(toBinary(method.input, message)),
        json: toJson(method.input, message, { registry }),
      };
    },
  };
}

/** Without empty messages outside of the body's own, which a query has no way to say. */
function prune(request: JsonObject, route: Route): JsonObject {
  if (route.body.kind === "whole") return request;
  return Object.fromEntries(
    Object.entries(request).filter(([, value]) => !isObject(value) || Object.keys(value).length > 0),
  );
}

interface ContractSide {
  readonly name: string;
  readonly prefix: string;
  readonly load: () => Promise<Contract>;
  /** Rules for unary methods that google-gax cannot follow. */
  readonly left: readonly string[];
}

const loadLab = async (): Promise<Contract> =>
  loadContract(await buildImage(new URL("./fixtures/contract", import.meta.url)));

describe("google-gax as the client", () => {
  const sides: readonly ContractSide[] = [
    {
      name: "staymesh's contract",
      prefix: "staymesh.",
      load: async () => loadContract(await defaultImage()),
      left: [],
    },
    {
      name: "the lab's contract",
      prefix: "lab.",
      load: loadLab,
      // A rule for any HTTP method, and a body of raw bytes: google-gax has no form for either.
      left: ["* /v1/any/{string_value}", "PUT /v1/{name=boxes/*/things/*}/picture"],
    },
  ];

  for (const { name, prefix, load, left } of sides) {
    it(`is read as it meant it, for every route of ${name}`, async function () {
      this.timeout(120_000);
      const contract = await load();
      const { registry } = contract;
      const { routes, read } = sideOf(contract, prefix);
      const unary = routes.filter(({ method }) => method.kind === "unary");
      const taken = unary.filter(({ verb, body }) => verb !== "*" && !isRaw(body));
      const others = unary.filter((route) => !taken.includes(route));
      expect(others.map(({ verb, rule }) => `${verb} ${rule.template}`)).to.deep.equal(left);
      for (const route of taken) {
        const { input, fullName } = route.method;
        const property = fc.asyncProperty(requestsOf(route), async ({ request, values }) => {
          const canonical = toJson(input, fromJson(input, request, { registry }), { registry }) as JsonObject;
          const plain = prune(canonical, route);
          const meant = fromJson(input, plain, { registry });
          // A path says zero values too, which JSON leaves out.
          for (const [fields, value] of values) put(plain, fields, value);
          const { line, body } = gaxRequest(route, plain);
          const got = await read(line, body).catch((problem: unknown) => {
            throw problem instanceof Problem ? new Error(`${line} ${body} ${JSON.stringify(problem.facts)}`) : problem;
          });
          expect(got.method, line).to.equal(fullName);
          if (!got.bytes.equals(Buffer.from(toBinary(input, meant)))) {
            expect(got.json, `${line} ${body}`).to.deep.equal(toJson(input, meant, { registry }));
          }
        });
        await fc.assert(property, { numRuns: RUNS, seed: SEED });
      }
    });
  }

  // Where the two do not agree, so that the property above leaves it out: what google-gax makes of a request that is sound.
  const apart: readonly (readonly [why: string, rule: string, request: JsonObject, sent: string])[] = [
    [
      "drops the outer name of a field that lies two messages deep in a query",
      "GET /v1/query",
      { nested: { inner: { text: "a" } } },
      "GET /v1/query?inner.text=a ",
    ],
    [
      "writes a map in a query as if its keys were fields",
      "GET /v1/query",
      { labels: { a: "b" } },
      "GET /v1/query?labels.a=b ",
    ],
    ["has no way to say an empty message in a query", "GET /v1/query", { nested: {} }, "GET /v1/query "],
    [
      "sends no body for an empty message",
      "POST /v1/{parent=boxes/*}/things",
      { parent: "boxes/a", thing: {} },
      "POST /v1/boxes/a/things ",
    ],
    ["drops the sign of a zero in a query", "GET /v1/query", { doubleValue: -0 }, "GET /v1/query?doubleValue=0 "],
    [
      "makes an object of a list within a list",
      "POST /v1/echo",
      { listValue: [[1]] },
      'POST /v1/echo {"listValue":[{"0":1}]}',
    ],
    [
      "drops members with the name of a prototype",
      "POST /v1/echo",
      { labels: { ["__proto__"]: "a" } },
      'POST /v1/echo {"labels":{}}',
    ],
  ];
  for (const [why, rule, request, sent] of apart) {
    it(`${why}, which the property leaves out`, async () => {
      const { routes } = sideOf(await loadLab(), "lab.");
      const route = routes.find(({ verb, rule: { template } }) => `${verb} ${template}` === rule);
      if (route === undefined) throw new Error(`the lab has no ${rule}`);
      const { line, body } = gaxRequest(route, request);
      expect(`${line} ${body}`).to.equal(sent);
    });
  }
});

function isRaw(body: Route["body"]): boolean {
  return body.kind === "field" && body.field.message?.typeName === "google.api.HttpBody";
}
