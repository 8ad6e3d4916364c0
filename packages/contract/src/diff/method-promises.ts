import type { MethodFacts, Priority } from "../facts.ts";
import { breaks, type Change, type ChangeKind, change, holds, type Verdict, when } from "./change.ts";

const PRIORITIES: readonly Priority[] = ["low", "normal", "high"];
const IDEMPOTENCY = ["UNKNOWN", "IDEMPOTENT", "NO_SIDE_EFFECTS"] as const;

/** How long, how dear, how safe to repeat. */
export const diffPromises = (old: MethodFacts, next: MethodFacts): readonly Change[] => [
  ...rankChange(
    old,
    next,
    ({ timeoutMs }) => timeoutMs,
    ({ timeoutMs }) => `${timeoutMs / 1000} s`,
    {
      up: [
        "timeout-lengthened",
        holds("Whatever was answered in time still is; a caller with no deadline of its own may wait longer."),
      ],
      down: ["timeout-shortened", breaks("Calls that took nearly the old time now end with DEADLINE_EXCEEDED.")],
    },
  ),
  ...rankChange(
    old,
    next,
    ({ priority }) => PRIORITIES.indexOf(priority),
    ({ priority }) => priority,
    {
      up: ["priority", holds("Under load it is shed later than before.")],
      down: ["priority", holds("Under load it is shed earlier than before; callers try again as they had to before.")],
    },
  ),
  ...rankChange(
    old,
    next,
    ({ rateCost }) => rateCost,
    ({ rateCost }) => `${rateCost}`,
    {
      up: [
        "rate-cost-raised",
        breaks("The same calls use up a quota sooner, so that a caller near its limit is refused."),
      ],
      down: ["rate-cost-lowered", holds("A quota lasts for more calls.")],
    },
  ),
  ...rankChange(
    old,
    next,
    ({ idempotency }) => IDEMPOTENCY.indexOf(idempotency),
    ({ idempotency }) => idempotency,
    {
      up: ["idempotency", holds("It may be repeated by more callers than before.")],
      down: [
        "idempotency",
        breaks("Clients that repeat it by themselves, or call it with GET, rely on what is no longer promised."),
      ],
    },
  ),
  ...when(
    old.creates !== next.creates,
    change(
      "creates",
      old.fullName,
      [successStatus(old), successStatus(next)],
      breaks("Callers over REST that look for the one success status do not know the other."),
    ),
  ),
];

const successStatus = ({ creates }: MethodFacts): string => (creates ? "201" : "200");

const rankChange = (
  old: MethodFacts,
  next: MethodFacts,
  rank: (method: MethodFacts) => number,
  told: (method: MethodFacts) => string,
  turns: Readonly<Record<"up" | "down", readonly [ChangeKind, Verdict]>>,
): readonly Change[] => {
  if (rank(old) === rank(next)) {
    return [];
  }
  const [kind, verdict] = turns[rank(next) > rank(old) ? "up" : "down"];
  return [change(kind, old.fullName, [told(old), told(next)], verdict)];
};
