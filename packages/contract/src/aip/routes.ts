import { routeShapes, shapeOf } from "./model.ts";
import { type AipRule, methodRule, problems } from "./rule.ts";

const WORD = /^[a-z][a-zA-Z0-9]*$/;

export const routeRules: readonly AipRule[] = [
  methodRule("AIP-127/annotation", ({ http, kind }) =>
    problems([
      http.length === 0 && kind !== "client_streaming" && kind !== "bidi_streaming",
      "has no google.api.http rule",
    ]),
  ),

  methodRule("AIP-127/words", (method) =>
    routeShapes(method).flatMap(({ template, literals, custom }) =>
      problems([
        [...literals, ...(custom === "" ? [] : [custom])].some((word) => !WORD.test(word)),
        `the words of ${template} are not lowerCamelCase`,
      ]),
    ),
  ),

  methodRule("AIP-127/resource", (method, { allResources }) => {
    const shapes = new Set(allResources.flatMap(({ patterns }) => patterns.map(shapeOf)));
    return routeShapes(method).flatMap(({ variables }) =>
      [...variables]
        .filter(([path]) => /(^|\.)(name|parent)$/.test(path))
        .flatMap(([path, shape]) => problems([!shapes.has(shape), `${path}=${shape} is the pattern of no resource`])),
    );
  }),

  methodRule("AIP-127/body", (method) =>
    routeShapes(method).flatMap(({ verb, body }) =>
      problems(
        [(verb === "GET" || verb === "DELETE") && body !== "", `${verb} has a body`],
        [(verb === "POST" || verb === "PATCH" || verb === "PUT") && body === "", `${verb} has no body`],
      ),
    ),
  ),

  methodRule("AIP-185/version", (method) => {
    const version = method.desc.parent.file.proto.package.split(".").at(-1);
    return routeShapes(method).flatMap(({ literals, template }) =>
      problems([literals[0] !== version, `${template} does not begin with /${version}`]),
    );
  }),
];
