import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { DocsFiles } from "../app/pages.ts";

/** The viewer comes from its package; everything that it would fetch from elsewhere is switched off. */
const SETTINGS = {
  url: "/openapi.json",
  withDefaultFonts: false,
  telemetry: false,
  proxyUrl: "",
  showDeveloperTools: "never",
  hideClientButton: true,
  agent: { disabled: true },
  mcp: { disabled: true },
  persistAuth: false,
};

export async function readDocsFiles(title: string): Promise<DocsFiles> {
  const door = fileURLToPath(import.meta.resolve("@scalar/api-reference"));
  return {
    html: page(title),
    starter: `Scalar.createApiReference("#reference", ${JSON.stringify(SETTINGS)});\n`,
    viewer: await readFile(door.replace(/dist[\\/]index\.js$/, "dist/browser/standalone.js")),
  };
}

function page(title: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
</head>
<body>
<div id="reference"></div>
<script src="/docs/viewer.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;
}
