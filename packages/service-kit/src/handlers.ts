import type { CallContext } from "./call.ts";

/** One method of a service definition as ts-proto generates it. */
export interface WireMethod {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  requestSerialize(value: never): Buffer;
  requestDeserialize(bytes: Buffer): unknown;
  responseSerialize(value: never): Buffer;
  responseDeserialize(bytes: Buffer): unknown;
}

/** A service definition as ts-proto generates it, such as PaymentServiceService. */
export type ServiceDefinition = Readonly<Record<string, WireMethod>>;

/** The request message of a method. */
export type RequestOf<M extends WireMethod> = ReturnType<M["requestDeserialize"]>;

/** The response message of a method. */
export type ResponseOf<M extends WireMethod> = ReturnType<M["responseDeserialize"]>;

/** The function that serves one method. */
export type Handler<M extends WireMethod> = M extends { readonly requestStream: true }
  ? M extends { readonly responseStream: true }
    ? (requests: AsyncIterable<RequestOf<M>>, call: CallContext) => AsyncIterable<ResponseOf<M>>
    : (requests: AsyncIterable<RequestOf<M>>, call: CallContext) => Promise<ResponseOf<M>>
  : M extends { readonly responseStream: true }
    ? (request: RequestOf<M>, call: CallContext) => AsyncIterable<ResponseOf<M>>
    : (request: RequestOf<M>, call: CallContext) => Promise<ResponseOf<M>>;

/** One function for each method of a service: a missing one and a misspelt one do not compile. */
export type Handlers<S> = { readonly [K in keyof S]: S[K] extends WireMethod ? Handler<S[K]> : never };

/** A handler whose message types were proven where it was implemented. */
export type ErasedHandler = (request: unknown, call: CallContext) => Promise<unknown> | AsyncIterable<unknown>;

/** A method with the function that serves it. */
export interface ImplementedMethod {
  readonly wire: WireMethod;
  readonly handler: ErasedHandler;
}

/** A service ready to be served. */
export interface Implementation {
  readonly methods: readonly ImplementedMethod[];
}

/** Pairs a service definition with its handlers. */
export function implement<S extends ServiceDefinition>(definition: S, handlers: Handlers<S>): Implementation {
  const methods = Object.entries(definition).map(([name, wire]) => {
    const handler: unknown = handlers[name];
    if (typeof handler !== "function") throw new Error(`${wire.path} has no handler`);
    // Handlers<S> has checked the message types; below this line they are bytes in and bytes out.
    return { wire, handler: handler as ErasedHandler };
  });
  return { methods };
}
