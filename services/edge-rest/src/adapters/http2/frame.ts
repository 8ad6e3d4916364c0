/** Length-prefixed messages of gRPC over HTTP/2: a byte that says whether it is compressed, four of length, the message. */
const PREFIX = 5;

export function frameMessage(message: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(PREFIX + message.length);
  frame[0] = 0;
  frame.writeUInt32BE(message.length, 1);
  message.copy(frame, PREFIX);
  return frame;
}

export type FrameFault = "too large" | "compressed" | "bad flag";

export interface FrameReader {
  /** Takes bytes as they come, however they are cut; gives what is wrong with them, after which it is not to be used. */
  readonly push: (chunk: Buffer) => FrameFault | undefined;
  /** Whether the bytes so far end within a message. */
  readonly isPartial: () => boolean;
}

/** Gives each message as soon as it is whole; one of more than `maxBytes` is a fault before any of it is kept. */
export function createFrameReader(maxBytes: number, onMessage: (message: Buffer) => void): FrameReader {
  let prefix: Buffer | undefined;
  let prefixLength = 0;
  let message: Buffer | undefined;
  let messageLength = 0;

  const push = (chunk: Buffer): FrameFault | undefined => {
    let at = 0;
    while (at < chunk.length) {
      if (message !== undefined) {
        const taken = chunk.copy(message, messageLength, at);
        at += taken;
        messageLength += taken;
        if (messageLength < message.length) return undefined;
        const whole = message;
        message = undefined;
        onMessage(whole);
        continue;
      }
      let head = chunk;
      let headAt = at;
      if (prefixLength > 0 || chunk.length - at < PREFIX) {
        prefix ??= Buffer.alloc(PREFIX);
        const taken = chunk.copy(prefix, prefixLength, at);
        at += taken;
        prefixLength += taken;
        if (prefixLength < PREFIX) return undefined;
        prefixLength = 0;
        head = prefix;
        headAt = 0;
      } else {
        at += PREFIX;
      }
      const flag = head[headAt];
      if (flag !== 0) return flag === 1 ? "compressed" : "bad flag";
      const length = head.readUInt32BE(headAt + 1);
      if (length > maxBytes) return "too large";
      if (chunk.length - at >= length) {
        // Whole as it came: the usual case, without a copy.
        at += length;
        onMessage(chunk.subarray(at - length, at));
      } else {
        message = Buffer.allocUnsafeSlow(length);
        messageLength = chunk.copy(message, 0, at);
        at = chunk.length;
      }
    }
    return undefined;
  };

  return { push, isPartial: () => prefixLength > 0 || message !== undefined };
}
