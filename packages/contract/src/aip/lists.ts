import { ScalarType } from "@bufbuild/protobuf";
import type { MethodFacts } from "../facts.ts";
import { fieldNamed, REQUIRED } from "./model.ts";
import { type AipRule, fieldRule, methodRule, problems } from "./rule.ts";

const isList = ({ name, kind, output }: MethodFacts): boolean =>
  kind === "unary" && (/^(List|Search)[A-Z]/.test(name) || fieldNamed(output, "next_page_token") !== undefined);

export const listRules: readonly AipRule[] = [
  methodRule("AIP-158/answer", (method) =>
    isList(method)
      ? problems(
          [
            fieldNamed(method.output, "next_page_token")?.scalar !== ScalarType.STRING,
            "lists and answers without a next_page_token",
          ],
          [
            method.output.fields[0]?.fieldKind !== "list" || method.output.fields[0].number !== 1,
            "what it lists is not the first field of its answer",
          ],
        )
      : [],
  ),

  methodRule("AIP-158/request", (method) =>
    isList(method)
      ? problems(
          [fieldNamed(method.input, "page_size")?.scalar !== ScalarType.INT32, "lists and takes no page_size"],
          [fieldNamed(method.input, "page_token")?.scalar !== ScalarType.STRING, "lists and takes no page_token"],
        )
      : [],
  ),

  fieldRule("AIP-158/optional", (field, { contract }) =>
    problems([
      /^page_(size|token)$/.test(field.name) && contract.options.fieldBehavior(field).includes(REQUIRED),
      "is asked for, though a first page needs none",
    ]),
  ),

  fieldRule("AIP-160/filter", ({ name, scalar, fieldKind, parent }, { methods }) =>
    problems(
      [name === "filter" && (scalar !== ScalarType.STRING || fieldKind === "list"), "is a filter and no text"],
      [
        /^(filters|where|query_string)$/.test(name) && methods.some(({ input }) => input === parent),
        "is called filter",
      ],
    ),
  ),

  fieldRule("AIP-132/order", ({ name, scalar, parent }, { methods }) =>
    methods.some(({ input }) => input === parent)
      ? problems(
          [name === "order_by" && scalar !== ScalarType.STRING, "is an order and no text"],
          [/^(sort|sort_by|order|sort_order)$/.test(name), "is called order_by"],
        )
      : [],
  ),
];
