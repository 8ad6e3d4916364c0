import type { SdkService } from "./methods.ts";
import { lowerFirst } from "./names.ts";
import { memberName } from "./render-client.ts";

export const PACKAGE_NAME = "@staymesh/client";

export function packageJson(version: string): string {
  const about = {
    name: PACKAGE_NAME,
    version,
    description: "The typed client of staymesh: search, book, watch and cancel hotel stays.",
    license: "Apache-2.0",
    type: "module",
    engines: { node: ">=20.3" },
    sideEffects: false,
    exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } },
    files: ["dist", "src"],
  };
  return `${JSON.stringify(about, undefined, 2)}\n`;
}

/** Erasable source and plain JavaScript: whoever installs the package needs no compiler. */
export const TSCONFIG = `${JSON.stringify(
  {
    compilerOptions: {
      target: "es2022",
      lib: ["es2023", "dom", "dom.iterable"],
      types: [],
      module: "nodenext",
      rootDir: "src",
      outDir: "dist",
      declaration: true,
      strict: true,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      verbatimModuleSyntax: true,
      rewriteRelativeImportExtensions: true,
    },
    include: ["src"],
  },
  undefined,
  2,
)}\n`;

export const INDEX = `${[
  'export type { Download } from "./caller.ts";',
  'export * from "./client.ts";',
  'export { ConnectionError, type ErrorDetails, StaymeshError, TimeoutError, type Violation } from "./errors.ts";',
  'export type { Paged } from "./pages.ts";',
  'export * from "./reasons.ts";',
  'export type { CallOptions, ClientOptions } from "./send.ts";',
  'export type * from "./types.ts";',
].join("\n")}\n`;

/** The runtime's files in the package. */
export const RUNTIME = [
  "answer",
  "caller",
  "errors",
  "pages",
  "plan",
  "request",
  "send",
  "server-sent-events",
  "streams",
] as const;

export function readme(services: readonly SdkService[]): string {
  const lists = services.map(({ name, methods, grpcOnly }) => {
    const calls = methods.map(({ facts, kind }) => `- \`${memberName(name)}.${lowerFirst(facts.name)}\` (${kind})`);
    const others = grpcOnly.map((method) => `- ${method}: over gRPC only`);
    return `### ${name}\n\n${[...calls, ...others].join("\n")}\n`;
  });
  return `# ${PACKAGE_NAME}

The client of staymesh for TypeScript and JavaScript, written from its contracts. It speaks REST with fetch and depends on nothing.

\`\`\`ts
import { connect, RoomSoldOutError } from "${PACKAGE_NAME}";

const staymesh = connect({ baseUrl: "http://localhost:8080", key: process.env.STAYMESH_KEY ?? "" });
for await (const stay of staymesh.stay.searchStays({ checkInDate: "2027-03-05", checkOutDate: "2027-03-07", adults: 2 })) {
  console.log(stay.property);
}
\`\`\`

- Every write carries a request id, which is made where you give none and kept over all attempts.
- A call is sent again only where the contract says that this is safe, within the call's deadline (\`timeoutMs\`).
- A list gives its first page where it is awaited, and every item where it is iterated.
- A stream with a resume token goes on after the last message when its connection breaks.
- Errors are classes by reason, with \`title\`, \`remedy\`, \`facts\` and \`violations\`.
- 64-bit integers are \`bigint\`; dates and instants are strings.

## What can be called

${lists.join("\n")}`;
}
