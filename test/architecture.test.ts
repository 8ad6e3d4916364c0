import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { defaultImage, loadContract } from "@staymesh/contract";
import { expect } from "chai";
import { brokenArrows, crossings, placeOf } from "./architecture/layers.ts";
import { type Import, readImports, readSources, root, type Source, withoutComments } from "./architecture/sources.ts";

const services = readdirSync(join(root, "services")).sort();
const sources = readSources("services/*/src/**/*.ts");
const contract = loadContract(await defaultImage());

const offenders = (of: readonly Source[], rule: string, offends: (imported: Import, path: string) => boolean) =>
  of.flatMap(({ path, imports }) =>
    imports
      .filter((imported) => offends(imported, path))
      .map(({ specifier }) => `${path} imports ${specifier}: ${rule}`),
  );

const expectNone = (problems: readonly string[]) =>
  expect(problems, `\n  ${problems.join("\n  ")}\n`).to.have.length(0);

describe("the architecture", () => {
  it("has the four services of the design, each with its composition root", () => {
    expect(services).to.deep.equal(["edge-rest", "payment-svc", "report-svc", "reservation-svc"]);
    expectNone(
      services
        .flatMap((service) => ["src/main.ts", "src/config.ts"].map((file) => `services/${service}/${file}`))
        .filter((file) => !existsSync(join(root, file)))
        .map((file) => `${file} is missing: every service has it`),
    );
  });

  it("points its dependencies one way: main -> rpc -> app -> domain, adapters at ports", () => {
    expectNone(sources.flatMap(brokenArrows));
  });

  it("lets adapters take from app only what ports are made of", () => {
    const isUseCase = (path: string) =>
      rpcFiles(path.split("/")[1] ?? "").some((file) => path.endsWith(`/app/${file}`));
    expectNone(
      offenders(
        sources.filter(({ path }) => ["adapters", "connectors", "documents"].includes(placeOf(path)?.layer ?? "")),
        "adapters implement ports and call no use case",
        ({ target }) => isUseCase(target),
      ),
    );
  });

  it("lets no service import another", () => {
    expectNone(sources.flatMap((source) => crossings(source, services)));
    const packages = readSources("{packages,tools}/*/src/**/*.ts");
    expectNone(packages.flatMap((source) => crossings(source, services)));
  });

  it("shows generated types only to rpc and to adapters that speak gRPC", () => {
    const driver = /^(pg|ioredis|bullmq)$|^@prisma\/|\/generated\//;
    expectNone(
      sources.flatMap(({ path, imports }) => {
        const layer = placeOf(path)?.layer;
        const generated = imports.filter(({ specifier }) => specifier.startsWith("@staymesh/proto"));
        const speaksGrpc =
          layer === "rpc" || (layer === "adapters" && !imports.some(({ specifier }) => driver.test(specifier)));
        return speaksGrpc
          ? []
          : generated.map(
              ({ specifier }) => `${path} imports ${specifier}: only rpc and gRPC adapters see generated types`,
            );
      }),
    );
  });

  it("keeps protobuf-es inside the contract, the kit and the edge", () => {
    const others = [...sources, ...readSources("{packages,tools}/*/src/**/*.ts")].filter(
      ({ path }) => !/^(packages\/(contract|service-kit)|services\/edge-rest)\//.test(path),
    );
    expectNone(
      offenders(others, "protobuf-es stays inside contract, kit and edge", ({ specifier }) =>
        specifier.startsWith("@bufbuild/"),
      ),
    );
  });

  it("keeps the kit free of business: packages import no contract of a service", () => {
    expectNone(
      offenders(readSources("packages/*/src/**/*.ts"), "packages know no service", ({ specifier }) =>
        /^@staymesh\/proto\/staymesh\/(reservation|payment|report)/.test(specifier),
      ),
    );
  });

  it("reads the environment only in composition roots", () => {
    const isRoot = (path: string) => placeOf(path)?.layer === "main";
    const all = [...sources, ...readSources("packages/*/src/**/*.ts")];
    expectNone(
      all
        .filter(
          ({ path, text }) =>
            !isRoot(path) && /\bprocess\s*\.\s*env\b|\benv\b[^;]*from\s+["']node:process/.test(withoutComments(text)),
        )
        .map(({ path }) => `${path} reads process.env: only main.ts and worker.ts do, and hand it to readConfig`),
    );
  });

  it("leaves time, chance and ids to the composition root in domain and app", () => {
    const impure = /\bnew Date\(\)|\bMath\.random\(|\brandomUUID\(|\brandomBytes\(/;
    // A deadline is kept by the real clock, whatever time a caller states.
    const realClock = /\bDate\.now\(/;
    const pure = sources.filter(({ path }) => {
      const place = placeOf(path);
      return place?.layer === "domain" || (place?.layer === "app" && place.service !== "edge-rest");
    });
    expectNone(
      pure.flatMap(({ path, text }) => {
        const code = withoutComments(text);
        const found = impure.exec(code) ?? (/deadline/i.test(code) ? null : realClock.exec(code));
        return found === null ? [] : [`${path} calls ${found[0]}: time, chance and ids come in as parameters`];
      }),
    );
  });

  it("has for each RPC a file of its name in app that exports a function of its name", () => {
    expectNone(
      rpcs().flatMap(({ service, name }) => {
        const file = `services/${service}/src/app/${kebab(name)}.ts`;
        if (!existsSync(join(root, file))) return [`${file} is missing: it serves ${name}`];
        const exported = new RegExp(`export\\s+(?:const|(?:async\\s+)?function\\*?)\\s+${camel(name)}\\b`);
        const text = readFileSync(join(root, file), "utf8");
        return exported.test(text) ? [] : [`${file} does not export ${camel(name)}`];
      }),
    );
  });

  it("has the same folders in every service", () => {
    const known = new Set(["rpc", "app", "domain", "adapters"]);
    const own: Readonly<Record<string, readonly string[]>> = {
      "payment-svc": ["connectors"],
      "report-svc": ["documents"],
    };
    expectNone(
      services
        .filter((service) => service !== "edge-rest")
        .flatMap((service) => {
          const src = join(root, "services", service, "src");
          const entries = existsSync(src) ? readdirSync(src, { withFileTypes: true }) : [];
          const found = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
          const strange = found.filter((name) => !known.has(name) && !(own[service] ?? []).includes(name));
          const lacking = ["rpc", "app", "adapters"].filter((name) => !found.includes(name));
          return [
            ...strange.map((name) => `services/${service}/src/${name}: folders carry the same words in every service`),
            ...lacking.map((name) => `services/${service}/src/${name} is missing: every service has it`),
          ];
        }),
    );
  });

  for (const service of services) {
    it(`says in the README of ${service} what it owns, offers, needs, and each of its settings`, async () => {
      const readme = readText(`services/${service}/README.md`);
      const headings = [...readme.matchAll(/^#+\s+(.+)$/gm)].map((match) => match[1]?.trim());
      expectNone(
        ["Owns", "Offers", "Needs", "Settings"]
          .filter((heading) => !headings.includes(heading))
          .map((heading) => `services/${service}/README.md has no heading "${heading}"`),
      );
      const settings = await settingsRead(service);
      expect([...settings], `services/${service}/src/config.ts reads no setting`).to.not.have.length(0);
      const section = readme.slice(readme.search(/^#+\s+Settings\s*$/m));
      expectNone(
        [...settings]
          .filter((name) => !new RegExp(`\\b${name}\\b`).test(section))
          .map((name) => `services/${service}/README.md does not describe the setting ${name}`),
      );
    });
  }

  it("reads imports in every form that they take", () => {
    const text = [
      'import { a } from "./a.ts";',
      "import type {",
      "  B,",
      '} from "../b.ts";',
      'import "./side.ts";',
      'export { c } from "c";',
      'export * from "./d.ts";',
      'const e = await import("./e.ts");',
    ].join("\n");
    const found = readImports("services/x/src/main.ts", text).map(({ specifier }) => specifier);
    expect([...found].sort()).to.deep.equal(["../b.ts", "./a.ts", "./d.ts", "./e.ts", "./side.ts", "c"]);
  });
});

function rpcs(): readonly { readonly service: string; readonly name: string }[] {
  return (
    contract.services
      .filter(({ name }) => name.startsWith("staymesh."))
      .flatMap(({ methods }) => methods)
      // What several services answer together is nobody's own.
      .filter(({ fanOut }) => fanOut === undefined)
      .map(({ service, name }) => ({ service: `${service.split(".")[1]}-svc`, name }))
  );
}

function rpcFiles(service: string): readonly string[] {
  return rpcs()
    .filter((rpc) => rpc.service === service)
    .map(({ name }) => `${kebab(name)}.ts`);
}

function readText(path: string): string {
  expect(existsSync(join(root, path)), `${path} is missing`).to.equal(true);
  return readFileSync(join(root, path), "utf8");
}

// The names that readConfig asks an environment for.
async function settingsRead(service: string): Promise<ReadonlySet<string>> {
  const file = join(root, "services", service, "src/config.ts");
  expect(existsSync(file), `services/${service}/src/config.ts is missing`).to.equal(true);
  const module: { readonly readConfig: (env: object) => unknown } = await import(pathToFileURL(file).href);
  const asked = new Set<string>();
  const note = (_target: object, name: string | symbol) => {
    if (typeof name === "string") asked.add(name);
    return undefined;
  };
  try {
    module.readConfig(new Proxy({}, { get: note }));
  } catch {
    // An empty environment lacks what has to be there; only the names matter here.
  }
  return asked;
}

function kebab(name: string): string {
  return name.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, "-").toLowerCase();
}

function camel(name: string): string {
  return `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
}
