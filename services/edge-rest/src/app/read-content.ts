import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";
import type { EdgeRequest } from "./ports.ts";
import { ownProblem, type Reasons } from "./problem.ts";

type Inflate = (body: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>;

const INFLATERS: ReadonlyMap<string, Inflate> = new Map<string, Inflate>([
  ["gzip", promisify(gunzip)],
  ["x-gzip", promisify(gunzip)],
  ["deflate", promisify(inflate)],
  ["br", promisify(brotliDecompress)],
]);

/** Reads a request body and undoes its encoding; the cap holds before and after. */
export async function readContent(request: EdgeRequest, maxBytes: number, reasons: Reasons): Promise<Buffer> {
  const encoding = (request.headers["content-encoding"] ?? "identity").trim().toLowerCase();
  const inflater = INFLATERS.get(encoding);
  if (encoding !== "identity" && encoding !== "" && inflater === undefined) {
    throw ownProblem(
      reasons,
      "UNSUPPORTED_MEDIA_TYPE",
      "The body's Content-Encoding is none of gzip, deflate and br.",
      {
        headers: { "accept-encoding": "gzip, deflate, br" },
      },
    );
  }
  const body = await request.body();
  if (inflater === undefined || body.length === 0) return body;
  try {
    return await inflater(body, { maxOutputLength: maxBytes });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(reasons, maxBytes);
    throw ownProblem(reasons, "INVALID_REQUEST", `The body is not what its Content-Encoding says (${encoding}).`, {
      errors: [
        {
          field: "content-encoding",
          in: "header",
          parameter: "Content-Encoding",
          reason: "header.content_encoding",
          description: "the body cannot be decoded",
        },
      ],
    });
  }
}

export function tooLarge(reasons: Reasons, maxBytes: number) {
  return ownProblem(reasons, "BODY_TOO_LARGE", `A body may have ${maxBytes} bytes at most.`);
}

/** JSON in UTF-8, or nothing said. */
export function isJson(contentType: string | undefined): boolean {
  if (contentType === undefined || contentType === "application/json") return true;
  const [type = "", ...parameters] = contentType.toLowerCase().split(";");
  if (!/^application\/(json|[a-z0-9.!#$&^_-]+\+json)$/.test(type.trim())) return false;
  const charset = parameters.map((part) => part.trim()).find((part) => part.startsWith("charset="));
  return charset === undefined || /^charset="?utf-8"?$/.test(charset);
}
