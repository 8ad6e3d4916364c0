import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { type Change, diffContracts } from "../../src/diff/index.ts";
import { type Contract, loadContract } from "../../src/index.ts";
import { buildImage } from "../../testing/index.ts";

/** Two versions of a contract, and what the diff has to say about them: "! kind subject" where it breaks somebody, else "- kind subject". */
export interface Case {
  readonly it: string;
  readonly old: string;
  readonly next: string;
  readonly changes: readonly string[];
}

export const today = "2027-01-01";

const root = new URL("../../../../", import.meta.url);
const header = (index: number) => `syntax = "proto3";
package ${packageName(index)};
import "buf/validate/validate.proto";
import "google/api/annotations.proto";
import "google/api/field_behavior.proto";
import "google/api/resource.proto";
import "google/protobuf/duration.proto";
import "google/protobuf/timestamp.proto";
import "staymesh/options/v1/options.proto";
`;
const packageName = (index: number): string => `case${index}.v1`;

/** Builds all cases in two runs of buf; each is then compared by itself. */
export const compareAll = async (cases: readonly Case[]): Promise<readonly (readonly Change[])[]> => {
  const old = await contractsOf(
    "old",
    cases.map((one) => one.old),
  );
  const next = await contractsOf(
    "next",
    cases.map((one) => one.next),
  );
  return cases.map((_, index) => {
    const [one, other] = [old[index], next[index]];
    if (one === undefined || other === undefined) {
      throw new Error(`case ${index} was not built`);
    }
    return diffContracts(one, other, { today });
  });
};

/** A change in the form of a case's expectations, without the package that only the test has. */
export const told = ({ breaking, kind, subject }: Change): string =>
  `${breaking ? "!" : "-"} ${kind} ${subject.replaceAll(/case\d+\.v1\./g, "")}`;

const contractsOf = async (side: string, bodies: readonly string[]): Promise<readonly Contract[]> => {
  const folder = new URL(`build/diff-cases-${process.pid}-${side}/`, root);
  mkdirSync(new URL("cases/", folder), { recursive: true });
  try {
    for (const [index, body] of bodies.entries()) {
      writeFileSync(
        new URL(`cases/case${index}.proto`, folder),
        `${header(index)}${body.replaceAll("PACKAGE", packageName(index))}`,
      );
    }
    const { file } = fromBinary(FileDescriptorSetSchema, await buildImage(fileURLToPath(folder)));
    const others = file.filter(({ name }) => !name.startsWith("cases/"));
    return bodies.map((_, index) => {
      const own = file.filter(({ name }) => name === `cases/case${index}.proto`);
      return loadContract(
        toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: [...others, ...own] })),
      );
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
