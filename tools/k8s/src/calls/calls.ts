import { type Fields, openFields } from "../pools/fields.ts";
import { parseYaml } from "../pools/read-pools.ts";

export const CALLS_FILE = "k8s/calls.yaml";

/** What k8s/calls.yaml says: who talks to whom. */
export interface CallGraph {
  readonly scrapers: string;
  readonly parts: ReadonlyMap<string, Part>;
  readonly calls: readonly Call[];
}

export interface Part {
  readonly folder: string;
  readonly ports: ReadonlyMap<string, number>;
  /** The port that anybody may connect to. */
  readonly open?: string;
  readonly outside?: Outside;
}

/** Where a part is outside of the cluster. */
export interface Outside {
  readonly folder: string;
  readonly port: number;
  readonly within: readonly string[];
  readonly except: readonly string[];
}

export interface Call {
  readonly from: string;
  readonly to: string;
  /** The name of the port, and its number where the callee is in the cluster. */
  readonly portName: string;
  readonly port: number;
}

export type ReadCalls =
  | { readonly status: "sound"; readonly graph: CallGraph }
  | { readonly status: "unsound"; readonly problems: readonly string[] };

/** Reads the text of k8s/calls.yaml, or says everything that is wrong with it. */
export function readCalls(text: string): ReadCalls {
  const root = parseYaml(CALLS_FILE, text);
  if (root.status === "unsound") return root;
  const problems: string[] = [];
  const fields = openFields(CALLS_FILE, "", root.value, problems);
  fields.only(["scrapers", "parts", "calls"]);
  const partFields = fields.fields("parts");
  const parts = new Map(partFields.names().map((name) => [name, readPart(partFields.fields(name))]));
  const callFields = fields.fields("calls");
  const calls = callFields.names().flatMap((from) => {
    if (!parts.has(from)) callFields.problem(`calls.${from}: there is no part ${from}.`);
    return callFields.list(from).flatMap((word): readonly Call[] => {
      const [to = "", portName = ""] = word.split(":");
      const port = parts.get(to)?.ports.get(portName);
      if (port !== undefined) return [{ from, to, portName, port }];
      callFields.problem(`calls.${from} has "${word}", which is no part with a port of that name.`);
      return [];
    });
  });
  const graph = { scrapers: fields.text("scrapers"), parts, calls };
  return problems.length === 0 ? { status: "sound", graph } : { status: "unsound", problems };
}

function readPart(fields: Fields): Part {
  fields.only(["folder", "ports", "open", "outside"]);
  const ports = fields.fields("ports");
  return {
    folder: fields.text("folder"),
    ports: new Map(ports.names().map((name) => [name, ports.whole(name, 1)])),
    ...(fields.has("open") && { open: fields.text("open") }),
    ...(fields.has("outside") && { outside: readOutside(fields.fields("outside")) }),
  };
}

function readOutside(fields: Fields): Outside {
  fields.only(["folder", "port", "within", "except"]);
  return {
    folder: fields.text("folder"),
    port: fields.whole("port", 1),
    within: fields.list("within"),
    except: fields.list("except"),
  };
}
