import { readAnswer } from "./answer.ts";
import type { ErrorClass } from "./errors.ts";
import { type Paged, paged } from "./pages.ts";
import type { MethodPlan, Shapes } from "./plan.ts";
import type { RequestFields } from "./request.ts";
import { type CallOptions, type ClientOptions, prepare, type Setting, send } from "./send.ts";
import { stream } from "./streams.ts";

/** A file as it comes. */
export interface Download {
  readonly contentType: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The four kinds of calls. The generator gives the type of each answer beside its plan. */
export interface Caller {
  readonly unary: <Answer>(plan: MethodPlan, request?: object, options?: CallOptions) => Promise<Answer>;
  readonly paged: <Page, Item>(plan: MethodPlan, request?: object, options?: CallOptions) => Paged<Page, Item>;
  readonly stream: <Message>(plan: MethodPlan, request?: object, options?: CallOptions) => AsyncIterable<Message>;
  readonly download: (plan: MethodPlan, request?: object, options?: CallOptions) => Promise<Download>;
}

export function createCaller(
  client: ClientOptions,
  errors: Readonly<Record<string, ErrorClass>>,
  shapes: Shapes,
): Caller {
  const setting: Setting = { client, errors, shapes };
  const ask = async (plan: MethodPlan, request: RequestFields, options: CallOptions) =>
    send(setting, prepare(setting, plan, request, options), async (response) => {
      const text = await response.text();
      return readAnswer(shapes, plan.answer, text === "" ? {} : JSON.parse(text));
    });
  return {
    unary: async <Answer>(plan: MethodPlan, request: object = {}, options: CallOptions = {}) =>
      (await ask(plan, fieldsOf(request), options)) as Answer,
    paged: (plan, request = {}, options = {}) =>
      paged((pageToken) => {
        const fields = fieldsOf(request);
        return ask(plan, pageToken === undefined ? fields : { ...fields, pageToken }, options);
      }, plan.items ?? ""),
    stream: <Message>(plan: MethodPlan, request: object = {}, options: CallOptions = {}) =>
      stream(setting, plan, fieldsOf(request), options) as AsyncGenerator<Message>,
    download: async (plan, request = {}, options = {}) => {
      const call = { ...prepare(setting, plan, fieldsOf(request), options), accept: "*/*" };
      return send(setting, call, async (response) => ({
        contentType: response.headers.get("content-type") ?? "application/octet-stream",
        bytes: new Uint8Array(await response.arrayBuffer()),
      }));
    },
  };
}

function fieldsOf(request: object): RequestFields {
  return { ...request };
}
