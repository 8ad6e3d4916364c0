import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { Declared } from "./pools-components.ts";

interface Loose {
  readonly kind?: string;
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: {
    readonly template?: {
      readonly spec?: {
        readonly containers?: readonly {
          readonly name: string;
          readonly command?: readonly string[];
          readonly image?: string;
        }[];
      };
    };
  };
}

/** What base and components declare to run, read from their files: the names that pools.yaml may speak of. */
export function declaredWorkloads(k8sFolder: string): readonly Declared[] {
  const files = globSync("{base,components}/**/*.yaml", { cwd: k8sFolder }).filter((path) => !path.includes("/pools/"));
  const found = files.sort().flatMap((path) =>
    parseAllDocuments(readFileSync(join(k8sFolder, path), "utf8")).flatMap((document) => {
      const { kind = "", metadata, spec }: Loose = document.toJS() ?? {};
      const workload = metadata?.labels?.["app.kubernetes.io/name"];
      const container = spec?.template?.spec?.containers?.[0];
      if (!["Deployment", "StatefulSet", "Job"].includes(kind) || workload === undefined || container === undefined)
        return [];
      const command = container.command ?? [container.image?.split("/").at(-1)?.split(":")[0] ?? ""];
      return [{ kind, workload, container: container.name, command }];
    }),
  );
  // The migrations are several jobs of one workload.
  return found.filter(({ workload }, index) => found.findIndex((other) => other.workload === workload) === index);
}
