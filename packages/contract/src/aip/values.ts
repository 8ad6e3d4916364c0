import { OUTPUT_ONLY } from "./model.ts";
import { type AipRule, enumRule, fieldRule, problems, resourceRule } from "./rule.ts";

const UPPER_SNAKE = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/;
const REASON_LENGTH_MAX = 63;
const OK = 0;

const upperSnake = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toUpperCase();

export const valueRules: readonly AipRule[] = [
  enumRule("AIP-126/zero", ({ name, values }) => {
    const zero = values.find(({ number }) => number === 0)?.name;
    return problems([zero !== `${upperSnake(name)}_UNSPECIFIED`, `its zero is ${zero}, which says something`]);
  }),

  enumRule("AIP-126/values", ({ values }) =>
    values.flatMap(({ name }) => problems([!UPPER_SNAKE.test(name), `${name} is not UPPER_SNAKE_CASE`])),
  ),

  fieldRule("AIP-126/boolean", (field) =>
    problems([
      field.enum?.values.some(({ name }) => /(^|_)(TRUE|YES)$/.test(name)) === true &&
        field.enum.values.some(({ name }) => /(^|_)(FALSE|NO)$/.test(name)),
      "is a yes or no, for which there is bool",
    ]),
  ),

  resourceRule("AIP-216/state", ({ desc }, { contract }) =>
    desc.fields
      .filter(({ name }) => /(^|_)(state|status)$/.test(name))
      .flatMap((field) =>
        problems(
          [/status$/.test(field.name), `${field.name} is called state`],
          [field.enum === undefined || !field.enum.name.endsWith("State"), `${field.name} is no enum named State`],
          [!contract.options.fieldBehavior(field).includes(OUTPUT_ONLY), `${field.name} is not OUTPUT_ONLY`],
        ),
      ),
  ),

  enumRule("AIP-193/reasons", (desc, { contract }) =>
    desc.name.endsWith("Reason")
      ? desc.values
          .filter(({ number }) => number !== 0)
          .flatMap((value) => {
            const error = contract.options.error(value);
            return problems(
              [value.name.length > REASON_LENGTH_MAX, `${value.name} is longer than ${REASON_LENGTH_MAX}`],
              [error === undefined, `${value.name} does not say how it is told (staymesh.options.v1.error)`],
              [
                error !== undefined && (error.code === OK || error.httpStatus < 400 || error.httpStatus > 599),
                `${value.name} has no status of an error`,
              ],
              [
                error !== undefined && !/^[A-Z].*[^.]$/.test(error.title),
                `the title of ${value.name} is no short phrase`,
              ],
              [error !== undefined && !/^[A-Z].*\.$/.test(error.remedy), `the remedy of ${value.name} is no sentence`],
            );
          })
      : [],
  ),
];
