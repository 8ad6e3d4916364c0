/** Messages between a stream and its reader, who may be slower. */
export interface MessageQueue {
  readonly push: (message: Buffer) => void;
  /** Nothing comes after what is there; with an error the reader is told of it after what is there. */
  readonly end: (error: Error | undefined) => void;
  readonly messages: AsyncIterable<Buffer>;
}

export interface QueueFlow {
  /** The reader has more before it than it should. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** The reader does not want more. */
  readonly leave: () => void;
}

const BYTES_MAX = 256 * 1024;
const MESSAGES_MAX = 64;

interface Reader {
  readonly resolve: (next: IteratorResult<Buffer>) => void;
  readonly reject: (error: Error) => void;
}

/** Bounded by asking its source to pause, which overshoots by what one chunk of the network holds at most. */
export function createMessageQueue({ pause, resume, leave }: QueueFlow): MessageQueue {
  const ready: Buffer[] = [];
  const readers: Reader[] = [];
  let bytes = 0;
  let isPaused = false;
  let isEnded = false;
  let error: Error | undefined;

  const next = (): Promise<IteratorResult<Buffer>> => {
    const message = ready.shift();
    if (message === undefined) {
      if (!isEnded) return new Promise((resolve, reject) => readers.push({ resolve, reject }));
      if (error === undefined) return Promise.resolve({ done: true, value: undefined });
      const told = error;
      error = undefined;
      return Promise.reject(told);
    }
    bytes -= message.length;
    if (isPaused && bytes <= BYTES_MAX / 2 && ready.length <= MESSAGES_MAX / 2) {
      isPaused = false;
      resume();
    }
    return Promise.resolve({ done: false, value: message });
  };

  const done = (): Promise<IteratorResult<Buffer>> => {
    isEnded = true;
    error = undefined;
    ready.length = 0;
    leave();
    for (const { resolve } of readers.splice(0)) resolve({ done: true, value: undefined });
    return Promise.resolve({ done: true, value: undefined });
  };

  return {
    push: (message) => {
      const reader = readers.shift();
      if (reader !== undefined) return reader.resolve({ done: false, value: message });
      ready.push(message);
      bytes += message.length;
      if (!isPaused && (bytes > BYTES_MAX || ready.length > MESSAGES_MAX)) {
        isPaused = true;
        pause();
      }
    },
    end: (failure) => {
      if (isEnded) return;
      isEnded = true;
      error = failure;
      const [first, ...others] = readers.splice(0);
      if (first === undefined) return;
      if (failure === undefined) first.resolve({ done: true, value: undefined });
      else first.reject(failure);
      error = undefined;
      for (const { resolve } of others) resolve({ done: true, value: undefined });
    },
    messages: { [Symbol.asyncIterator]: () => ({ next, return: done }) },
  };
}
