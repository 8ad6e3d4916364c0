export type OperationKind = "AUTHORIZE" | "CAPTURE" | "VOID" | "REFUND";

export type OperationStatus = "INITIATED" | "SUCCEEDED" | "DECLINED" | "NOT_EXECUTED" | "PENDING" | "UNKNOWN";

/** One thing that the bank is asked to do; its id is the key under which the bank does it once. */
export interface Operation {
  readonly id: string;
  readonly paymentId: string;
  readonly partner: string;
  readonly property: string;
  /** The request that asked for it; empty where the service itself did. */
  readonly requestId: string;
  readonly kind: OperationKind;
  readonly status: OperationStatus;
  readonly amount: bigint;
  readonly currency: string;
  readonly bankReference: string;
  readonly declineCode: string;
  readonly note: string;
  /** How often it may have been sent. */
  readonly sends: number;
  readonly createdAt: Date;
}

export const hasEnded = ({ status }: Pick<Operation, "status">): boolean =>
  status === "SUCCEEDED" || status === "DECLINED" || status === "NOT_EXECUTED";
