import { type DescMessage, fromBinary, type Registry } from "@bufbuild/protobuf";
import type { UniversalServerRequest } from "@connectrpc/connect/protocol";
import { jsonMessageProblems } from "../app/json-body.ts";
import type { EdgeRequest } from "../app/ports.ts";
import { type FieldProblem, invalidRequest, type Reasons } from "../app/problem.ts";
import { readContent } from "../app/read-content.ts";
import { decodeBase64 } from "../app/scalar.ts";
import { readEnvelopes } from "./envelopes.ts";

type Body = UniversalServerRequest["body"];

export type ReadMessage =
  /** What the library is to read in the place of the body. */
  | { readonly kind: "read"; readonly problems: readonly FieldProblem[]; readonly body: Body }
  /** Nothing can be made of it, which the library would call a fault of its own. */
  | { readonly kind: "unreadable"; readonly problem: unknown };

export interface MessageRequest {
  readonly request: EdgeRequest;
  readonly desc: DescMessage;
  readonly registry: Registry;
  readonly body: Body;
  readonly maxBodyBytes: number;
}

const OWN_WORDS: Reasons = new Map();
const FORM = /^application\/(?:(connect|grpc-web)\+?)?(json|proto)?\b/i;
/** Of others the library says by itself that it does not know them. */
const CODINGS: ReadonlySet<string> = new Set(["gzip", "br", "identity", ""]);

/** Each protocol has its header, and that of the other one means nothing in it. */
const CODED_BY: Readonly<Record<string, string>> = {
  connect: "connect-content-encoding",
  "grpc-web": "grpc-encoding",
};

/**
 * Looks through a message of Connect or gRPC-Web before the library reads it, which rounds large integers in JSON, takes
 * 30 February for 2 March, and blames itself for bytes that are no message.
 */
export async function readMessage(asked: MessageRequest): Promise<ReadMessage> {
  const { request, body } = asked;
  try {
    if (request.method === "GET") return { kind: "read", problems: await queryProblems(asked), body };
    const form = FORM.exec(request.headers["content-type"] ?? "");
    if (form === null) return { kind: "read", problems: [], body };
    const bytes = await request.body();
    const isJson = form[2]?.toLowerCase() === "json";
    const messages =
      form[1] === undefined
        ? await wholeMessage(asked, bytes)
        : await envelopedMessages(asked, bytes, CODED_BY[form[1].toLowerCase()]);
    return { kind: "read", problems: problemsOf(asked, messages, isJson), body: chunks(bytes) };
  } catch (problem) {
    return { kind: "unreadable", problem };
  }
}

async function queryProblems(asked: MessageRequest): Promise<readonly FieldProblem[]> {
  const query = new URLSearchParams(asked.request.rawQuery);
  const [message, coding] = [query.get("message"), query.get("compression") ?? ""];
  const encoding = query.get("encoding");
  if (message === null || !CODINGS.has(coding) || (encoding !== "json" && encoding !== "proto")) return [];
  const bytes = query.get("base64") === "1" ? decodeBase64(message) : Buffer.from(message);
  if (bytes === undefined) throw unreadable("is no base64");
  return problemsOf(asked, [await inflated(asked, Buffer.from(bytes), coding)], encoding === "json");
}

async function wholeMessage(asked: MessageRequest, bytes: Buffer): Promise<readonly Buffer[]> {
  const coding = asked.request.headers["content-encoding"] ?? "";
  return CODINGS.has(coding) ? [await inflated(asked, bytes, coding)] : [];
}

/** The messages of a stream, up to an envelope that is broken, which the library says by itself. */
async function envelopedMessages(
  asked: MessageRequest,
  bytes: Buffer,
  codedBy = "grpc-encoding",
): Promise<readonly Buffer[]> {
  const coding = asked.request.headers[codedBy] ?? "";
  if (!CODINGS.has(coding)) return [];
  const messages: Buffer[] = [];
  for (const { isCompressed, data } of readEnvelopes(bytes)) {
    // Compressed in no way that is named: the protocols have an answer of their own for that.
    if (isCompressed && (coding === "" || coding === "identity")) return [];
    messages.push(isCompressed ? await inflated(asked, data, coding) : data);
  }
  return messages;
}

function inflated({ request, maxBodyBytes }: MessageRequest, bytes: Buffer, coding: string): Promise<Buffer> {
  const headers = { ...request.headers, "content-encoding": coding };
  return readContent({ ...request, headers, body: async () => bytes }, maxBodyBytes, OWN_WORDS);
}

function problemsOf(
  { desc, registry }: MessageRequest,
  messages: readonly Buffer[],
  isJson: boolean,
): readonly FieldProblem[] {
  if (isJson) return messages.flatMap((text) => jsonMessageProblems(desc, registry, text));
  if (messages.every((bytes) => isMessage(desc, bytes))) return [];
  throw unreadable(`is no ${desc.typeName}`);
}

function unreadable(description: string) {
  return invalidRequest(OWN_WORDS, [{ field: "", in: "body", pointer: "", reason: "message.bytes", description }]);
}

function isMessage(desc: DescMessage, bytes: Buffer): boolean {
  try {
    fromBinary(desc, bytes);
    return true;
  } catch {
    return false;
  }
}

async function* chunks(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}
