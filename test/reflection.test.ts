// A client that knows nothing but an address, as grpcurl does: everything that it learns comes from reflection.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { create, type DescExtension, type JsonValue, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { expect } from "chai";
import { root } from "./architecture/sources.ts";
import { contract } from "./contract/requests.ts";
import { ask } from "./reflection/ask.ts";
import { learn, optionsOf, registryOf } from "./reflection/learn.ts";
import { type System, startSystem } from "./support/system.ts";

const versions = ["grpc.reflection.v1", "grpc.reflection.v1alpha"] as const;
const protocols = ["grpc.health.v1.Health", ...versions.map((version) => `${version}.ServerReflection`)];

describe("reflection", function () {
  this.timeout(60_000);
  let system: System;

  before(async () => {
    system = await startSystem({ services: ["payment-svc", "reservation-svc", "report-svc"] });
  });
  after(() => system?.stop());

  for (const version of versions) {
    it(`tells a client that knows nothing all options of all services whole, by ${version}`, async () => {
      const seen = new Map<string, JsonValue>();
      const own = new Set(contract.files.file.map(({ name }) => name));
      for (const address of Object.values(system.addresses)) {
        using asking = await ask(address, version);
        const registry = await learn(asking);
        for (const service of await asking.services())
          expect(registry.getService(service), service).not.to.equal(undefined);
        const files = new Set([...registry.files].map(({ proto }) => proto.name).filter((name) => own.has(name)));
        const learned = optionsOf(registry, files);
        expect(Object.fromEntries(learned)).to.deep.equal(Object.fromEntries(optionsOf(contract.registry, files)));
        for (const [name, value] of learned) seen.set(name, value);
      }
      const counts = new Map<string, number>();
      for (const name of seen.keys()) {
        const option = /\((.*)\)$/.exec(name)?.[1] ?? "";
        counts.set(option, (counts.get(option) ?? 0) + 1);
      }
      const methods = contract.services
        .flatMap((service) => service.methods)
        .filter(({ fanOut }) => fanOut === undefined);
      expect(counts.get("staymesh.options.v1.method")).to.be.at.least(
        methods.filter(({ scopes }) => scopes.length > 0).length,
      );
      for (const [option, least] of [
        ...([
          ["staymesh.options.v1.field", 50],
          ["buf.validate.field", 150],
          ["google.api.http", 45],
        ] as const),
        ...([
          ["google.api.resource", 5],
          ["google.api.field_behavior", 150],
        ] as const),
      ] as const) {
        expect(counts.get(option) ?? 0, option).to.be.at.least(least);
      }
    });

    it(`tells the reasons of errors by their names, by ${version}`, async () => {
      using asking = await ask(system.addresses.payment, version);
      const registry = registryOf(await asking.files({ symbol: "staymesh.payment.v1.PaymentReason" }));
      const files = new Set(["staymesh/payment/v1/payment_reason.proto"]);
      const told = optionsOf(registry, files);
      expect(told.size).to.be.greaterThan(5);
      expect(Object.fromEntries(told)).to.deep.equal(Object.fromEntries(optionsOf(contract.registry, files)));
    });

    it(`gives the files byte for byte as they were built, but for comments, by ${version}`, async () => {
      using asking = await ask(system.addresses.reservation, version);
      for (const given of await asking.files({ symbol: "staymesh.reservation.v1.ReservationService" })) {
        const built = contract.files.file.find(({ name }) => name === given.name);
        if (built === undefined) throw new Error(`${given.name} is not of the contract.`);
        const { sourceCodeInfo: _comments, $unknown: _notes, ...bare } = built;
        const wanted = toBinary(FileDescriptorProtoSchema, create(FileDescriptorProtoSchema, bare));
        expect(
          Buffer.from(toBinary(FileDescriptorProtoSchema, given)).equals(Buffer.from(wanted)),
          given.name,
        ).to.equal(true);
      }
    });

    it(`knows every extension by the type that it extends and its number, by ${version}`, async () => {
      using asking = await ask(system.addresses.report, version);
      const extensions = [...contract.registry].filter((type): type is DescExtension => type.kind === "extension");
      expect(extensions.length).to.be.greaterThan(8);
      for (const { extendee, number, file } of extensions) {
        expect(await asking.numbers(extendee.typeName), extendee.typeName).to.include(number);
        expect((await asking.files({ extends: extendee.typeName, number }))[0]?.name).to.equal(file.proto.name);
      }
    });

    it(`lists health and reflection beside the services, and describes them, by ${version}`, async () => {
      for (const [name, address] of Object.entries(system.addresses)) {
        using asking = await ask(address, version);
        const listed = await asking.services();
        expect(listed).to.include.members(protocols);
        expect(listed.filter((service) => service.startsWith(`staymesh.${name}.`))).not.to.have.length(0);
      }
    });
  }

  it("is enough for buf curl to list and to call, in both versions", async () => {
    const curl = async (protocol: string, ...args: readonly string[]) => {
      const buf = join(root, "node_modules/.bin/buf");
      const reflecting = ["curl", "--protocol", "grpc", "--http2-prior-knowledge", "--reflect-protocol", protocol];
      return (await promisify(execFile)(buf, [...reflecting, ...args])).stdout;
    };
    const url = `http://${system.addresses.reservation}`;
    for (const protocol of ["grpc-v1", "grpc-v1alpha"]) {
      const listed = await curl(protocol, "--list-methods", url);
      expect(listed).to.include("staymesh.reservation.v1.ReservationService/CreateReservation");
      for (const service of protocols) expect(listed).to.include(service);
      const called = await curl(protocol, "-d", "{}", `${url}/grpc.health.v1.Health/Check`);
      expect(JSON.parse(called)).to.deep.equal({ status: "SERVING" });
      const found = ["-H", `authorization: Bearer ${system.key}`, "-d", '{"pageSize":1}'];
      const answer = await curl(protocol, ...found, `${url}/staymesh.reservation.v1.CatalogService/ListProperties`);
      expect(JSON.parse(answer)).to.be.an("object");
    }
  });
});
