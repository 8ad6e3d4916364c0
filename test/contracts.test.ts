import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { type DescField, type DescMessage, ScalarType } from "@bufbuild/protobuf";
import { compileRoutes, type MethodFacts } from "@staymesh/contract";
import { lintAip } from "@staymesh/contract/aip/lint";
import { expect } from "chai";
import { root } from "./architecture/sources.ts";
import { aipExceptions, undeclared } from "./contract/aip-exceptions.ts";
import {
  contract,
  methods,
  plausible,
  restMethods,
  violatedPaths,
  withValue,
  writablePlaces,
} from "./contract/requests.ts";

const writes = methods.filter(({ idempotency }) => idempotency !== "NO_SIDE_EFFECTS");
// What a method of several services asks for its answer.
const asked = new Set(restMethods.flatMap(({ fanOut }) => fanOut?.asked.map(({ path }) => path) ?? []));
const lists = methods.filter(({ output }) => output.fields.some(({ name }) => name === "next_page_token"));
const ownMessages = [...contract.registry].filter(
  (type): type is DescMessage => type.kind === "message" && /^staymesh\.(?!options)/.test(type.typeName),
);

// Options describe contracts and are none.
const findings = lintAip(contract, (name) => /^staymesh\.(?!options\.)/.test(name));

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
        "has no route, and no method that has one asks it",
        methods.filter(({ http, path }) => http.length === 0 && !asked.has(path)),
      ),
      ...complain(
        "writes over GET",
        writes.filter(({ http }) => http.some(({ verb }) => verb === "GET")),
      ),
    ]);
  });

  it("have routes that do not take each other's calls", () => {
    expect(compileRoutes(contract).length).to.be.at.least(restMethods.length);
  });

  it("keep Google's API improvement proposals, but for the exceptions that are declared", () => {
    const { open } = undeclared(findings, aipExceptions);
    expectNone(open.map(({ rule, subject, problem }) => `${subject}: ${problem} (${rule})`));
  });

  it("declare no exception that nothing needs any more", () => {
    const { stale } = undeclared(findings, aipExceptions);
    expectNone(stale);
    const needless = { rule: "AIP-158/request", subjects: ["/ListPayments"], reason: "None." };
    expect(undeclared(findings, [...aipExceptions, needless]).stale).to.deep.equal(["AIP-158/request /ListPayments"]);
  });

  it("let every write be looked up: the RequestService of its package is asked for all", () => {
    const looksUp = ({ service }: MethodFacts) => `/${service.replace(/\.\w+$/, "")}.RequestService/GetRequestOutcome`;
    expectNone(
      complain(
        "writes, and nobody is asked what became of it",
        writes.filter((method) => !asked.has(looksUp(method))),
      ),
    );
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

  it("refuse a page size below zero and a page token without end", () => {
    expectNone(
      lists.flatMap((method) => [
        ...refuses(method, "page_size", -1),
        ...refuses(method, "page_token", "x".repeat(100_000)),
      ]),
    );
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
