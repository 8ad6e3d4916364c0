/** gRFC A6's retryThrottling: half of the tokens may be lost before nothing is sent again. */
export interface RetryThrottling {
  readonly maxTokens: number;
  readonly tokenRatio: number;
}

export const RETRY_THROTTLING: RetryThrottling = { maxTokens: 400, tokenRatio: 0.1 };

/** Keeps retries from becoming the load that they are meant to survive; one for each connection. */
export interface RetryBudget {
  /** A call was answered. */
  readonly success: () => void;
  /** A call failed in a way that is worth another attempt; false where none is left. */
  readonly take: () => boolean;
}

export const createRetryBudget = ({ maxTokens, tokenRatio }: RetryThrottling = RETRY_THROTTLING): RetryBudget => {
  let tokens = maxTokens;
  return {
    success: () => {
      tokens = Math.min(maxTokens, tokens + tokenRatio);
    },
    take: () => {
      tokens = Math.max(0, tokens - 1);
      return tokens > maxTokens / 2;
    },
  };
};
