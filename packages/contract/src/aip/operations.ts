import { getOption, hasOption } from "@bufbuild/protobuf";
import { type AipRule, methodRule, problems } from "./rule.ts";

const OPERATION = "google.longrunning.Operation";

/** AIP-151: who is given an operation can know what it ends with. */
export const operationRules: readonly AipRule[] = [
  methodRule("AIP-151/types", ({ name, desc, output }, { contract }) => {
    // GetOperation and its like speak of operations of every kind.
    if (output.typeName !== OPERATION || name.endsWith("Operation")) {
      return [];
    }
    const extension = contract.registry.getExtension("google.longrunning.operation_info");
    const info: unknown = extension !== undefined && hasOption(desc, extension) ? getOption(desc, extension) : {};
    const packageName = desc.parent.file.proto.package;
    return ["responseType", "metadataType"].flatMap((member) => {
      const type: unknown = typeof info === "object" && info !== null ? Reflect.get(info, member) : undefined;
      const known =
        typeof type === "string" &&
        [type, `${packageName}.${type}`].some((full) => contract.registry.getMessage(full) !== undefined);
      return problems([!known, `its operation names no ${member} of the contract (google.longrunning.operation_info)`]);
    });
  }),

  methodRule("AIP-151/creates", ({ output, creates }) =>
    problems([
      output.typeName === OPERATION && creates,
      "answers before the resource is there, and says that it creates",
    ]),
  ),
];
