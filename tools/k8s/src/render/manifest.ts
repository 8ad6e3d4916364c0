import { stringify } from "yaml";

/** A file that is written from another one: its path below k8s/ and its text. */
export interface Rendered {
  readonly path: string;
  readonly text: string;
  /** A script that is run by hand. */
  readonly executable?: boolean;
}

/** Objects as one YAML text, with a word on where they come from. */
export function manifest(source: string, objects: readonly unknown[]): string {
  const texts = objects.map((object) => stringify(object, { lineWidth: 120, aliasDuplicateObjects: false }));
  return `${header(source)}${texts.join("---\n")}`;
}

export function header(source: string): string {
  return `# Written by npm run k8s:render from ${source}: what is changed here is lost.\n`;
}
