import type { Reply } from "../app/reply.ts";

/** A generated message type, as far as stored answers need it. */
interface Decoder<M> {
  decode(bytes: Uint8Array): M;
}

/** The message of a reply: made of what was written now, or the one that was stored before. */
export const messageOf = <T, M>(reply: Reply<T>, decoder: Decoder<M>, toMessage: (value: T) => M): M =>
  reply.kind === "fresh" ? toMessage(reply.value) : decoder.decode(reply.answer);
