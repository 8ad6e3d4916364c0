import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

/** Our own programs, by their main file: what each makes of its environment. */
export type Programs = (mainFile: string) => Program | undefined;

export interface Program {
  /** Reads an environment as the program itself does. */
  read(environment: Readonly<Record<string, string>>): Reading;
}

export interface Reading {
  /** The variables that were asked for. */
  readonly asked: ReadonlySet<string>;
  readonly problems: readonly string[];
  /** The settings by their names in the program, as far as they could be read. */
  readonly settings: ReadonlyMap<string, unknown>;
}

/** Opens the programs that containers start, each with its own readConfig where it has one. */
export async function openPrograms(root: string, mainFiles: Iterable<string>): Promise<Programs> {
  const programs = new Map<string, Program>();
  for (const mainFile of new Set(mainFiles)) {
    const file = join(root, mainFile);
    if (!existsSync(file)) continue;
    const config = join(dirname(file), "config.ts");
    // A path that is made here, since no tool may depend on a service; only its settings are asked for.
    const program = existsSync(config)
      ? withConfig(await import(pathToFileURL(config).href), config)
      : withoutConfig(readFileSync(file, "utf8"));
    programs.set(mainFile, program);
  }
  return (mainFile) => programs.get(mainFile);
}

function withConfig(module: unknown, file: string): Program {
  const { readConfig }: { readConfig?: unknown } = Object(module);
  if (typeof readConfig !== "function") throw new Error(`${file} exports no readConfig`);
  return {
    read: (environment) => {
      const asked = new Set<string>();
      const watched = new Proxy(environment, {
        get: (target, name) => {
          if (typeof name !== "string") return undefined;
          asked.add(name);
          return target[name];
        },
      });
      try {
        return { asked, problems: [], settings: new Map(Object.entries(Object(readConfig(watched)))) };
      } catch (error) {
        return { asked, problems: problemsOf(error), settings: new Map() };
      }
    },
  };
}

/** The kit's SettingsError lists its problems. */
function problemsOf(error: unknown): readonly string[] {
  const { problems }: { problems?: unknown } = Object(error);
  if (Array.isArray(problems)) return problems.map(String);
  return [error instanceof Error ? error.message : String(error)];
}

/** A small tool reads the environment in its main file. */
function withoutConfig(source: string): Program {
  const asked = new Set(
    [...source.matchAll(/process\.env(?:\["(\w+)"\]|\.(\w+))/g)].map((match) => match[1] ?? match[2] ?? ""),
  );
  return {
    read: (environment) => ({
      asked,
      problems: [...asked].filter((name) => !(name in environment)).map((name) => `${name} is missing`),
      settings: new Map(),
    }),
  };
}
