import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";
import { compileRoutes, type MethodFacts } from "@staymesh/contract";
import { expect } from "chai";
import { root } from "./architecture/sources.ts";
import { contract, methods, plausible, violatedPaths, withValue, writablePlaces } from "./contract/requests.ts";

const writes = methods.filter(({ idempotency }) => idempotency !== "NO_SIDE_EFFECTS");
const lists = methods.filter(({ output }) => output.fields.some(({ name }) => name === "next_page_token"));
const ownMessages = [...contract.registry].filter(
  (type): type is DescMessage => type.kind === "message" && /^staymesh\.(?!options)/.test(type.typeName),
);

const expectNone = (problems: readonly string[]) =>
  expect(problems, `\n  ${problems.join("\n  ")}\n`).to.have.length(0);
const complain = (words: string, about: readonly MethodFacts[]) => about.map(({ fullName }) => `${fullName} ${words}`);
const field = (message: DescMessage, name: string) => message.fields.find((candidate) => candidate.name === name);

describe("the contracts", () => {
  it("say of every method who may call it, for how long, with which effect, and over which route", () => {
    expect(methods.length).to.be.greaterThan(40);
    const option = ({ desc }: MethodFacts) => contract.options.method(desc);
    expectNone([
      ...complain(
        "names no scope and is not public",
        methods.filter((method) => !method.public && method.scopes.length === 0),
      ),
      ...complain(
        "has no timeout",
        methods.filter((method) => option(method)?.timeout === undefined),
      ),
      ...complain(
        "has no priority",
        methods.filter((method) => (option(method)?.priority ?? 0) === 0),
      ),
      ...complain(
        "does not say whether it has side effects",
        methods.filter(({ idempotency }) => idempotency === "UNKNOWN"),
      ),
      ...complain(
        "has no route",
        methods.filter(({ http }) => http.length === 0),
      ),
      ...complain(
        "writes over GET",
        writes.filter(({ http }) => http.some(({ verb }) => verb === "GET")),
      ),
    ]);
  });

  it("have routes that do not take each other's calls", () => {
    expect(compileRoutes(contract).length).to.be.at.least(methods.length);
  });

  it("let every write be repeated and tried: request_id and validate_only", () => {
    expectNone([
      ...complain(
        "writes and has no request_id that is left out of the fingerprint",
        writes.filter(({ input }) => {
          const id = field(input, "request_id");
          return id?.scalar !== ScalarType.STRING || contract.options.field(id)?.transport !== true;
        }),
      ),
      ...complain(
        "writes and has no validate_only",
        writes.filter(({ input }) => field(input, "validate_only")?.scalar !== ScalarType.BOOL),
      ),
    ]);
  });

  it("take a plausible request of every method", () => {
    expectNone(
      methods.flatMap((method) =>
        violatedPaths(method, plausible(method)).map((path) => `${method.fullName} refuses ${path}`),
      ),
    );
  });

  it("refuse a write whose request_id is missing or no UUID", () => {
    expectNone(
      writes.flatMap((method) =>
        ["", "12345", "3f0c8f4e8c0e4c9b9c3e0b6a2f8f5f1"].flatMap((requestId) =>
          violatedPaths(method, { ...plausible(method), requestId }).includes("request_id")
            ? []
            : [`${method.fullName} takes the request_id "${requestId}"`],
        ),
      ),
    );
  });

  it("give every list pages with tokens", () => {
    const listing = methods.filter(({ name, kind }) => /^(List|Search)/.test(name) && kind === "unary");
    const takes = ({ input }: MethodFacts, name: string, scalar: ScalarType) => field(input, name)?.scalar === scalar;
    expect(lists.length).to.be.greaterThan(5);
    expectNone([
      ...complain(
        "lists and answers without next_page_token",
        listing.filter((method) => !lists.includes(method)),
      ),
      ...complain(
        "has pages and takes no page_size",
        lists.filter((method) => !takes(method, "page_size", ScalarType.INT32)),
      ),
      ...complain(
        "has pages and takes no page_token",
        lists.filter((method) => !takes(method, "page_token", ScalarType.STRING)),
      ),
    ]);
  });

  it("refuse a page size below zero and a page token without end", () => {
    expectNone(
      lists.flatMap((method) => [
        ...refuses(method, "page_size", -1),
        ...refuses(method, "page_token", "x".repeat(100_000)),
      ]),
    );
  });

  it("explain every message, field, method, enum and value with a comment", () => {
    const own = contract.files.file.filter(({ name }) => name.startsWith("staymesh/"));
    expect(own.length).to.be.greaterThan(8);
    expectNone(own.flatMap(uncommented));
  });

  it("bound every text and list that a caller may send", () => {
    const text = "x".repeat(50_000);
    expectNone(
      methods.flatMap((method) =>
        writablePlaces(method.input)
          .filter(({ leaf }) => leaf.scalar === ScalarType.STRING || leaf.fieldKind === "list")
          .flatMap((place) => {
            const { leaf, path } = place;
            const item = leaf.message !== undefined ? {} : leaf.enum === undefined ? "x" : 1;
            const value = leaf.fieldKind === "list" ? Array.from({ length: 5_000 }, () => item) : text;
            const told = violatedPaths(method, withValue(plausible(method), place, value));
            return told.includes(path) ? [] : [`${method.fullName} has no bound for ${path}`];
          }),
      ),
    );
  }).timeout(60_000);

  it("refuse days that do not exist, wherever a request takes one", () => {
    const days = ["2027-02-30", "2027-13-01", "2026-02-29", "2027-04-31", "2027-3-5", "1", "2027-00-10", "2027-01-00"];
    expectNone(
      methods.flatMap((method) =>
        writablePlaces(method.input)
          .filter(({ leaf }) => /(^|_)date$/.test(leaf.name))
          .flatMap((place) =>
            days
              .filter((day) => !violatedPaths(method, withValue(plausible(method), place, day)).includes(place.path))
              .map((day) => `${method.fullName} takes ${day} as ${place.path}`),
          ),
      ),
    );
  });

  it("mark what is personal and what is secret", () => {
    const personal = /^(given_name|family_name|full_name|email|phone)$/;
    const secret = /payment_method_token|password|secret/;
    const option = (one: DescField) => contract.options.field(one);
    expectNone(
      ownMessages.flatMap(({ fields }) => [
        ...fields
          .filter((one) => personal.test(one.name) && option(one)?.personal !== true)
          .map((one) => `${one} is not marked personal`),
        ...fields
          .filter((one) => secret.test(one.name) && option(one)?.secret !== true)
          .map((one) => `${one} is not marked secret`),
      ]),
    );
  });

  it("tell every reason with a status, a title and a remedy", () => {
    expect(contract.reasons.size).to.be.greaterThan(40);
    expectNone(
      [...contract.reasons.values()].flatMap(({ reason, code, httpStatus, title, remedy }) => [
        ...(code === 0 || httpStatus < 400 || httpStatus > 599 ? [`${reason}: ${code}, ${httpStatus}`] : []),
        ...(/^[A-Z].*[^.]$/.test(title) ? [] : [`${reason} has the title "${title}"`]),
        ...(/^[A-Z].*\.$/.test(remedy) ? [] : [`${reason} has the remedy "${remedy}"`]),
      ]),
    );
  });

  it("never carry an amount or a day as a floating-point number", () => {
    const floats = [ScalarType.DOUBLE, ScalarType.FLOAT];
    expectNone(
      ownMessages.flatMap(({ fields }) =>
        fields
          .filter(
            ({ scalar, name }) => scalar !== undefined && floats.includes(scalar) && !/latitude|longitude/.test(name),
          )
          .map((one) => `${one} is a floating-point number`),
      ),
    );
  });

  it("are clean for buf lint", async () => {
    const run = promisify(execFile);
    const env = { ...process.env, BUF_CACHE_DIR: join(root, "build/buf-cache") };
    const { stdout } = await run(join(root, "node_modules/.bin/buf"), ["lint"], { cwd: root, env });
    expect(stdout).to.equal("");
  });
});

function refuses(method: MethodFacts, name: string, value: number | string): readonly string[] {
  const request = { ...plausible(method), [field(method.input, name)?.jsonName ?? name]: value };
  return violatedPaths(method, request).includes(name) ? [] : [`${method.fullName} takes any ${name}`];
}

// The elements of a file that have no leading comment, by the paths that source code info uses.
function uncommented(file: FileDescriptorProto): readonly string[] {
  const explained = new Set(
    file.sourceCodeInfo?.location
      .filter(({ leadingComments }) => (leadingComments ?? "").trim() !== "")
      .map(({ path }) => path.join(".")),
  );
  const missing = (path: string, name: string) => (explained.has(path) ? [] : [`${file.name}: ${name} has no comment`]);
  const ofEnum = (one: (typeof file.enumType)[number], path: string) => [
    ...missing(path, one.name),
    ...one.value.flatMap((value, index) => missing(`${path}.2.${index}`, `${one.name}.${value.name}`)),
  ];
  const ofMessage = (one: (typeof file.messageType)[number], path: string): readonly string[] => [
    ...missing(path, one.name),
    ...one.field.flatMap((part, index) => missing(`${path}.2.${index}`, `${one.name}.${part.name}`)),
    ...one.nestedType.flatMap((inner, index) => ofMessage(inner, `${path}.3.${index}`)),
    ...one.enumType.flatMap((inner, index) => ofEnum(inner, `${path}.4.${index}`)),
  ];
  return [
    ...file.messageType.flatMap((one, index) => ofMessage(one, `4.${index}`)),
    ...file.enumType.flatMap((one, index) => ofEnum(one, `5.${index}`)),
    ...file.service.flatMap((service, index) => [
      ...missing(`6.${index}`, service.name),
      ...service.method.flatMap((one, number) => missing(`6.${index}.2.${number}`, `${service.name}.${one.name}`)),
    ]),
  ];
}
