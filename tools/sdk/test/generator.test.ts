import { clone, create, fromBinary, getExtension, setExtension, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema, MethodDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { defaultImage, loadContract, readComments, serviceConfig } from "@staymesh/contract";
import { expect } from "chai";
import { sdkServices } from "../src/methods.ts";
import { typeNames } from "../src/names.ts";
import { reach } from "../src/reach.ts";
import { renderClient } from "../src/render-client.ts";

describe("the generator of the client package", () => {
  it("offers every method of the contract that has access rules and a route", async () => {
    const contract = loadContract(await defaultImage());
    const offered = sdkServices(contract).flatMap(({ methods }) => methods.map(({ plan }) => plan.method));
    const declared = contract.services
      .flatMap(({ methods }) => methods)
      .filter(({ http, scopes, public: open }) => http.length > 0 && (open || scopes.length > 0));
    expect(offered).to.have.members(declared.map(({ fullName }) => fullName));
  });

  it("plans every call as the service config of the contract says", async () => {
    const contract = loadContract(await defaultImage());
    const configs = serviceConfig(contract).methodConfig;
    const plans = sdkServices(contract).flatMap(({ methods }) => methods.filter(({ facts }) => facts.kind === "unary"));
    const served = plans.filter(({ facts }) => facts.fanOut === undefined);
    const differing = served.filter(({ facts, plan: { retry, timeoutMs } }) => {
      const config = configs.find(({ name: [it] }) => `${it?.service}/${it?.method}` === facts.fullName);
      const { maxAttempts, initialBackoff, maxBackoff, backoffMultiplier } = config?.retryPolicy ?? {};
      const wanted = [config?.timeout, maxAttempts, initialBackoff, maxBackoff, backoffMultiplier];
      const waits = retry && [`${retry.firstWaitMs / 1000}s`, `${retry.waitMaxMs / 1000}s`, retry.multiplier];
      const planned = [`${timeoutMs / 1000}s`, retry?.attemptsMax, ...(waits ?? [undefined, undefined, undefined])];
      return JSON.stringify(planned) !== JSON.stringify(wanted);
    });
    expect(differing.map(({ plan }) => plan.method)).to.deep.equal([]);
    expect(served.length).to.be.greaterThan(40);
  });

  it("iterates every list, search and calendar", async () => {
    const methods = sdkServices(loadContract(await defaultImage())).flatMap((service) => service.methods);
    const lists = methods.filter(({ facts }) => /^(List|Search)|Calendar$/.test(facts.name));
    expect(lists.filter(({ kind }) => kind !== "paged").map(({ plan }) => plan.method)).to.deep.equal([]);
    expect(lists.length).to.be.greaterThan(8);
  });

  it("takes up a new method from the contract by itself", async () => {
    const known = loadContract(await defaultImage());
    const image = fromBinary(FileDescriptorSetSchema, await defaultImage(), { readUnknownFields: true });
    const service = image.file.flatMap((file) => file.service).find(({ name }) => name === "StayService");
    const model = service?.method.find(({ name }) => name === "SearchStays");
    const http = known.registry.getExtension("google.api.http");
    if (service === undefined || model?.options === undefined || http === undefined) throw new Error("no model");
    const added = create(MethodDescriptorProtoSchema, {
      ...clone(MethodDescriptorProtoSchema, model),
      name: "ListWhims",
    });
    if (added.options === undefined) throw new Error("no options");
    const rule = Object.assign(Object(getExtension(added.options, http)), {
      pattern: { case: "get", value: "/v1/whims" },
    });
    setExtension(added.options, http, rule);
    service.method.push(added);
    const contract = loadContract(toBinary(FileDescriptorSetSchema, image));
    const services = sdkServices(contract);
    const types = reach(services.flatMap(({ methods }) => methods.flatMap(({ facts }) => [facts.input, facts.output])));
    const names = typeNames([...types.messages, ...types.enums]);
    expect(renderClient(contract, services, names, readComments(contract))).to.include(
      "listWhims(request: types.SearchStaysRequest, options?: CallOptions): Paged<types.SearchStaysResponse, types.Stay>;",
    );
  });
});
