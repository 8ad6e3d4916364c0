import { Validator } from "@seriousme/openapi-schema-validator";
import { compileRoutes, defaultImage, loadContract, openApiDocument } from "@staymesh/contract";
import { buildImage } from "@staymesh/contract/testing";
import { expect } from "chai";

const problemsOf = async (document: object): Promise<unknown> => {
  const copy: Record<string, unknown> = { ...structuredClone(document) };
  const { valid, errors } = await new Validator().validate(copy);
  return valid ? undefined : errors;
};

describe("the OpenAPI document", () => {
  it("of staymesh's contract is valid", async () => {
    const contract = loadContract(await defaultImage());
    const routes = compileRoutes(contract, ({ service }) => service.startsWith("staymesh."));
    const document = openApiDocument(contract, routes, { title: "staymesh", asksKeys: true });
    expect(await problemsOf(document)).to.equal(undefined);
    const text = JSON.stringify(document);
    for (const route of routes) expect(text).to.include(`"x-grpc-method":"${route.method.fullName}"`);
  });

  it("of a contract that nobody has seen is valid", async () => {
    const contract = loadContract(await buildImage(new URL("./fixtures/contract", import.meta.url)));
    const routes = compileRoutes(contract, ({ service }) => service === "lab.v1.LabService");
    expect(await problemsOf(openApiDocument(contract, routes, { title: "lab", asksKeys: false }))).to.equal(undefined);
  });
});
