import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect } from "chai";
import openapiTypes, { astToString } from "openapi-typescript";
import { fromRunner } from "../../../test/support/parts.ts";
import { type System, startSystem } from "../../../test/support/system.ts";
import { openHotel } from "./hotel.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../../", import.meta.url));
const sample = readFileSync(new URL("openapi-sample.txt", import.meta.url), "utf8");

/** Uses that the document forbids, each as a change of the sample. */
const mistakes: readonly { readonly what: string; readonly from: string; readonly to: string }[] = [
  { what: "a misspelt field", from: "{ displayName:", to: "{ displayname:" },
  { what: "a misspelt field that is asked for", from: "givenName:", to: "firstName:" },
  { what: "a value of another type", from: "adults: 2 }", to: 'adults: "2" }' },
  { what: "a field that is missing", from: ', familyName: "Silva"', to: "" },
  { what: "a path that nobody serves", from: '"/v1/stays:search"', to: '"/v1/stays:find"' },
  { what: "a misspelt query parameter", from: 'checkOutDate: "2027-03-07" } }', to: 'checkOut: "2027-03-07" } }' },
  { what: "a query parameter that is missing", from: ', checkOutDate: "2027-03-07" } }', to: " } }" },
  { what: "a path parameter that is missing", from: "{ property, reservation } }", to: "{ property } }" },
  { what: "a method that the path does not take", from: "await api.PATCH(", to: "await api.PUT(" },
  { what: "an answer read as what it is not", from: "total: string |", to: "total: number |" },
  { what: "a field that no answer has", from: "offer?.total?.minorUnits", to: "offer?.total?.cents" },
  { what: "a state that there is not", from: '"state"] = held.data?.state', to: '"state"] = "HOLD"' },
];

describe("a client that is generated from the OpenAPI document", function () {
  this.timeout(90_000);
  let system: System;
  let folder: string;

  before(async () => {
    system = await startSystem({ services: ["bank", "payment-svc", "reservation-svc", "edge-rest"] });
    folder = mkdtempSync(join(fromRunner("STAYMESH_TEST_FOLDER"), "openapi-"));
    mkdirSync(join(folder, "node_modules"));
    for (const name of ["openapi-fetch", "openapi-typescript-helpers"]) {
      symlinkSync(join(root, "node_modules", name), join(folder, "node_modules", name));
    }
    const document = await (await fetch(`${system.baseUrl}/openapi.json`)).text();
    writeFileSync(join(folder, "staymesh.d.ts"), astToString(await openapiTypes(document)));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
    writeFileSync(join(folder, "consumer.ts"), sample);
    for (const [index, { what, from, to }] of mistakes.entries()) {
      if (!sample.includes(from)) throw new Error(`the sample has no place for ${what}`);
      writeFileSync(join(folder, `mistake${index}.ts`), sample.replace(from, to));
    }
  });
  after(() => system?.stop());

  const compile = async (...files: readonly string[]): Promise<string> => {
    const types = ["--typeRoots", join(root, "node_modules/@types"), "--types", "node"];
    const rules = ["--strict", "--noUncheckedIndexedAccess", "--skipLibCheck", "false", "--pretty", "false"];
    const target = ["--module", "nodenext", "--target", "es2023", "--lib", "es2023,dom,dom.iterable"];
    const words = [...target, ...rules, ...types, ...files];
    return run(join(root, "node_modules/.bin/tsc"), words, { cwd: folder }).then(
      () => "",
      ({ stdout }: { readonly stdout: string }) => stdout,
    );
  };

  it("compiles, and calls the edge", async () => {
    expect(await compile("consumer.ts")).to.equal("");
    const { property, roomType, ratePlan } = await openHotel(system);
    const words = ["consumer.js", system.baseUrl, system.key, property.split("/")[1] ?? "", roomType, ratePlan];
    const { stdout } = await run(process.execPath, words, { cwd: folder });
    expect(JSON.parse(stdout)).to.deep.equal({
      total: "25800",
      state: "HELD",
      renamed: "Lisbon Central",
      refused: [402, "CARD_DECLINED", "FAILED_PRECONDITION"],
    });
  });

  it("does not compile with a wrong use", async () => {
    const told = await compile("--noEmit", ...mistakes.map((_, index) => `mistake${index}.ts`));
    const unseen = mistakes.filter((_, index) => !told.includes(`mistake${index}.ts(`)).map(({ what }) => what);
    expect(unseen).to.deep.equal([]);
    expect(told).not.to.include("staymesh.d.ts(");
  });
});
