import { createConfig, lintFromString } from "@redocly/openapi-core";
import { Validator } from "@seriousme/openapi-schema-validator";
import {
  type Contract,
  compileRoutes,
  defaultImage,
  loadContract,
  type OpenApiOptions,
  openApiDocument,
  type Route,
} from "@staymesh/contract";
import { buildImage } from "@staymesh/contract/testing";
import { expect } from "chai";
import { toldReasons } from "../src/app/own-reasons.ts";

const validated = async (document: object): Promise<unknown> => {
  const copy: Record<string, unknown> = { ...structuredClone(document) };
  const { valid, errors } = await new Validator().validate(copy);
  return valid ? undefined : errors;
};

/** Everything that Redocly's strictest set asks for, and more, but for taste. */
const config = createConfig({
  extends: ["recommended-strict"],
  rules: {
    "array-parameter-serialization": "error",
    "no-ambiguous-paths": "error",
    "no-enum-type-mismatch": "error",
    "no-invalid-media-type-examples": "error",
    "no-invalid-parameter-examples": "error",
    "no-invalid-schema-examples": "error",
    "no-path-trailing-slash": "error",
    "no-schema-type-mismatch": "error",
    "no-unused-components": "error",
    "operation-2xx-response": "error",
    "operation-4xx-response": "error",
    "operation-description": "error",
    "operation-singular-tag": "error",
    "parameter-description": "error",
    "path-not-include-query": "error",
    "security-defined": "error",
    "spec-strict-refs": "error",
    "tag-description": "error",
    // The document is of a running server and not of a program.
    "info-license": "off",
  },
});

const linted = async (document: object): Promise<readonly string[]> => {
  const source = JSON.stringify(document);
  const problems = await lintFromString({ source, absoluteRef: "openapi.json", config: await config });
  return problems.map(({ ruleId, message, location }) => `${ruleId} ${location[0]?.pointer}: ${message}`);
};

const lab = async () => {
  const contract = loadContract(await buildImage(new URL("./fixtures/contract", import.meta.url)));
  return { contract, routes: compileRoutes(contract, ({ service }) => service === "lab.v1.LabService") };
};

const staymesh = async () => {
  const contract = loadContract(await defaultImage());
  return { contract, routes: compileRoutes(contract, ({ service }) => service.startsWith("staymesh.")) };
};

interface Served {
  readonly contract: Contract;
  readonly routes: readonly Route[];
}

const documentOf = ({ contract, routes }: Served, options: Omit<OpenApiOptions, "title">) =>
  openApiDocument(contract, routes, { title: "some contract", ownReasons: toldReasons, ...options });

describe("the OpenAPI document", function () {
  this.timeout(20_000);

  it("of staymesh's contract is valid for two validators", async () => {
    const served = await staymesh();
    const document = documentOf(served, { asksKeys: true });
    expect(await validated(document)).to.equal(undefined);
    expect(await linted(document)).to.deep.equal([]);
    const text = JSON.stringify(document);
    for (const route of served.routes) expect(text).to.include(`"x-grpc-method":"${route.method.fullName}"`);
  });

  it("of a contract that nobody has seen is valid for two validators", async () => {
    const document = documentOf(await lab(), { asksKeys: false });
    expect(await validated(document)).to.equal(undefined);
    // The lab has paths that overlap on purpose, to see which one wins.
    expect((await linted(document)).filter((problem) => !problem.startsWith("no-ambiguous-paths"))).to.deep.equal([]);
  });

  it("would be found invalid: the validators see a planted fault", async () => {
    const served = await staymesh();
    const broken = JSON.stringify(documentOf(served, { asksKeys: true }));
    expect(await validated(JSON.parse(broken.replace('"in":"path"', '"in":"road"')))).not.to.equal(undefined);
    const twice = broken.replaceAll("CatalogService_GetProperty", "CatalogService_GetRoomType");
    expect(await linted(JSON.parse(twice))).to.have.length(1);
  });

  it("says of a retired operation until when it works and what to use instead", async () => {
    const document = documentOf(await lab(), { asksKeys: false });
    const { paths } = JSON.parse(JSON.stringify(document));
    const retired = paths["/v1/boxes/{box}/oldThings"].get;
    expect(retired.deprecated).to.equal(true);
    expect(retired.description).to.equal(
      "Lists things as it was done before.\n\nDeprecated from 2027-06-30 on. From 2028-01-01 on it may be gone. What to use instead: <https://lab.example/guides/things>.",
    );
    expect(retired.responses["200"].headers).to.include.keys("Deprecation", "Sunset");
  });

  it("has operation ids that follow from the contract alone: service and RPC, and a number for further bindings", async () => {
    const { contract, routes } = await staymesh();
    const ids = [
      ...JSON.stringify(documentOf({ contract, routes }, { asksKeys: true })).matchAll(/"operationId":"(\w+)"/g),
    ];
    const expected = routes.map(({ method }) => `${method.desc.parent.name}_${method.name}`);
    expect(ids.map(([, id]) => id)).to.have.members(expected);
    expect(new Set(expected).size).to.equal(expected.length);
  });

  it("tells what the edge itself may refuse, where an operation can meet it", async () => {
    const document = documentOf(await staymesh(), { asksKeys: true });
    const { paths } = JSON.parse(JSON.stringify(document));
    const statuses = (path: string, verb: string) => Object.keys(paths[path][verb].responses);
    expect(statuses("/v1/properties", "post")).to.include.members([
      "400",
      "401",
      "409",
      "413",
      "415",
      "422",
      "429",
      "503",
    ]);
    expect(statuses("/v1/properties/{property}", "get"))
      .not.to.include.members(["413"])
      .and.not.include.members(["422"]);
    expect(statuses("/v1/properties/{property}", "get")).to.include.members(["304", "404"]);
  });

  it("tells of each operation what its method refuses with, and nothing of others", async () => {
    const document = documentOf(await staymesh(), { asksKeys: true });
    const { paths, components } = JSON.parse(JSON.stringify(document));
    const refusals = (path: string, verb: string) =>
      Object.values<{ readonly $ref?: string }>(paths[path][verb].responses)
        .flatMap(({ $ref }) => ($ref === undefined ? [] : [components.responses[$ref.split("/").at(-1) ?? ""]]))
        .map(({ description }) => description)
        .join("\n");
    expect(refusals("/v1/properties/{property}/reservations/{reservation}:confirm", "post")).to.include(
      "CARD_DECLINED",
    );
    expect(refusals("/v1/properties/{property}", "patch")).to.include("ETAG_MISMATCH").and.not.include("CARD_DECLINED");
    expect(refusals("/v1/properties/{property}/reservations", "post")).to.include("ROOM_SOLD_OUT");
  });
});
