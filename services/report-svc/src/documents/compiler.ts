import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NodeCompiler, type NodeTypstCompileResult } from "@myriaddreamin/typst-ts-node-compiler";
import type { Fonts } from "./fonts.ts";

/** A document does not come out of its template. The message quotes nothing that the document tells. */
export class TemplateError extends Error {
  override readonly name = "TemplateError";
}

/** A Typst compiler that is kept warm: fonts and templates are read once, each document brings its data only. */
export interface Compiler {
  /** The PDF of a template with data, dated by the given instant. Throws where the template complains about anything. */
  compile(template: string, data: object, date: Date): Buffer;
}

const templates = new URL("./templates/", import.meta.url);
// Nothing is read from it: templates and data live in memory.
const workspace = join(tmpdir(), "staymesh-typst");
const KEPT_FOR_DOCUMENTS = 5;

/** Builds the compiler. Making one takes a few hundred milliseconds. */
export function createCompiler(fonts: Fonts): Compiler {
  const typst = NodeCompiler.create({ workspace, fontArgs: [{ fontBlobs: [...fonts.blobs] }] });
  for (const file of readdirSync(templates)) {
    typst.addSource(join(workspace, file), readFileSync(new URL(file, templates), "utf8"));
  }

  return {
    compile(template, data, date) {
      typst.mapShadow(join(workspace, "data.json"), Buffer.from(JSON.stringify(data)));
      const result = typst.compile({ mainFilePath: join(workspace, `${template}.typ`), resetRead: true });
      const complaints = complaintsOf(typst, result);
      const document = result.result;
      if (document === null || complaints.length > 0) {
        throw new TemplateError(`the template ${template} does not compile: ${complaints.join("; ")}`);
      }
      const creationTimestamp = Math.floor(date.getTime() / 1000);
      const pdf = exported(template, () => typst.pdf(document, { pdfStandard: "ua-1", creationTimestamp }));
      // Memory grows by a megabyte with each document otherwise; what the last few have used stays, since the next ones use it too.
      typst.evictCache(KEPT_FOR_DOCUMENTS);
      return pdf;
    },
  };
}

function exported(template: string, exportPdf: () => Buffer): Buffer {
  try {
    return exportPdf();
  } catch (error) {
    const message = error instanceof Error ? unquoted(error.message) : "";
    throw new TemplateError(`the template ${template} does not become an accessible PDF: ${message}`);
  }
}

// Typst only warns of an unknown font; on a guest's document that is as bad as an error.
function complaintsOf(typst: NodeCompiler, result: NodeTypstCompileResult): readonly string[] {
  return [result.takeDiagnostics(), result.takeWarnings()].flatMap((found) =>
    found === null ? [] : typst.fetchDiagnostics(found).map((each: { message?: string }) => unquoted(each.message)),
  );
}

// What Typst quotes may be a guest's name.
function unquoted(message: string | undefined): string {
  return /^[^"`'“]*/.exec(message ?? "")?.[0] ?? "";
}
