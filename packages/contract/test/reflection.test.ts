import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { expect } from "chai";
import { createReflection, loadContract, type Reflection } from "../src/index.ts";
import { fixtureContract } from "./fixture.ts";

describe("reflection", () => {
  let reflection: Reflection;

  before(async () => {
    reflection = createReflection(await fixtureContract(), ["fixture.v1.LibraryService"]);
  });

  const names = (files: readonly Uint8Array[] | undefined): readonly string[] =>
    (files ?? []).map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes).name);
  const ask = (field: number, value: string): Buffer =>
    Buffer.from(reflection.answer(new BinaryWriter().tag(field, WireType.LengthDelimited).string(value).finish()));

  it("lists the services that the server offers", () => {
    expect(ask(7, "*").toString("latin1")).to.include("fixture.v1.LibraryService");
  });

  it("gives a file with everything that it imports, the file itself first", () => {
    const found = names(reflection.fileByFilename("fixture/v1/library.proto"));
    expect(found[0]).to.equal("fixture/v1/library.proto");
    expect(found).to.include.members([
      "google/api/http.proto",
      "google/protobuf/descriptor.proto",
      "buf/validate/validate.proto",
      "staymesh/options/v1/options.proto",
    ]);
  });

  for (const symbol of [
    "fixture.v1.LibraryService",
    "fixture.v1.LibraryService.GetBook",
    "fixture.v1.Book",
    "fixture.v1.Book.title",
    "fixture.v1.LendBookRequest.borrower",
    "fixture.v1.Binding",
    "fixture.v1.BINDING_HARD",
  ]) {
    it(`finds the file of ${symbol}`, () => {
      expect(names(reflection.fileContainingSymbol(symbol))[0]).to.equal("fixture/v1/library.proto");
    });
  }

  it("finds extensions by number", () => {
    const options = "google.protobuf.MethodOptions";
    expect(names(reflection.fileContainingExtension(options, 50101))[0]).to.equal("staymesh/options/v1/options.proto");
    expect(reflection.extensionNumbers(options)).to.include.members([50101, 72295728]);
  });

  it("says what it does not have", () => {
    expect(reflection.fileContainingSymbol("fixture.v1.Nothing")).to.equal(undefined);
    expect(reflection.fileContainingSymbol("fixture.v1.LibraryService.Nothing")).to.equal(undefined);
    expect(ask(4, "fixture.v1.Nothing").toString("latin1")).to.include("the contract has no symbol fixture.v1.Nothing");
    expect(Buffer.from(reflection.answer(new Uint8Array())).toString("latin1")).to.include("asks for nothing");
  });

  it("keeps custom options, so that a client can rebuild the contract from it", () => {
    const files = reflection.fileContainingSymbol("fixture.v1.LibraryService") ?? [];
    const file = files.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes)).reverse();
    const rebuilt = loadContract(toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file })));
    expect(rebuilt.method("fixture.v1.LibraryService/CreateBook").scopes).to.deep.equal(["library.write"]);
  });
});
