import { openFields } from "../pools/fields.ts";
import { parseYaml } from "../pools/read-pools.ts";

export const SECRETS_FILE = "k8s/secrets.yaml";

/** Secret -> key -> an example of its value. */
export type SecretCatalogue = ReadonlyMap<string, ReadonlyMap<string, string>>;

export type ReadSecrets =
  | { readonly status: "sound"; readonly secrets: SecretCatalogue }
  | { readonly status: "unsound"; readonly problems: readonly string[] };

/** Reads the text of k8s/secrets.yaml. */
export function readSecrets(text: string): ReadSecrets {
  const root = parseYaml(SECRETS_FILE, text);
  if (root.status === "unsound") return root;
  const problems: string[] = [];
  const fields = openFields(SECRETS_FILE, "", root.value, problems);
  const secrets = new Map(
    fields.names().map((name) => {
      const keys = fields.fields(name);
      const examples = keys.names().map((key): [string, string] => {
        const entry = keys.fields(key);
        entry.only(["is", "example"]);
        entry.text("is");
        return [key, entry.text("example")];
      });
      return [name, new Map(examples)];
    }),
  );
  return problems.length === 0 ? { status: "sound", secrets } : { status: "unsound", problems };
}
