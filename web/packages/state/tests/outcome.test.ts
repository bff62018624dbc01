import { describe, expect, it } from "vitest";
import { outcomeOf, type Outcome } from "../src/outcome.ts";

const missing: Outcome = { idempotencyKey: "web-1", outcome: "UNKNOWN", sequence: null };
const accepted: Outcome = {
  idempotencyKey: "web-1",
  outcome: "ACCEPTED",
  orders: [{ clientOrderId: "web-1", orderId: 7 }],
  sequence: 5,
};
const refused: Outcome = {
  idempotencyKey: "web-1",
  outcome: "REJECTED",
  refusal: { code: -2010, msg: "Account has insufficient balance for requested action." },
  sequence: 5,
};

/** Asks somebody who says these in turn, the last of them again and again; null is no answer. */
async function asked(...answers: readonly (Outcome | null)[]) {
  let [asks, misses] = [0, 0];
  const told = await outcomeOf({
    ask: () => {
      const answer = answers[Math.min(asks, answers.length - 1)] ?? null;
      asks += 1;
      return answer === null ? Promise.reject(new Error("no answer")) : Promise.resolve(answer);
    },
    pause: () => Promise.resolve(),
    onMiss: () => (misses += 1),
  });
  return { told, asks, misses };
}

describe("what became of a request", () => {
  it("is known by the first answer that says it", async () => {
    expect(await asked(accepted)).toEqual({ told: accepted, asks: 1, misses: 0 });
    expect(await asked(null, refused)).toEqual({ told: refused, asks: 2, misses: 0 });
  });

  it("may be found after it was not found", async () => {
    expect(await asked(missing, null, missing, accepted)).toEqual({
      told: accepted,
      asks: 4,
      misses: 2,
    });
  });

  it("stays unknown where it is not found for a while, or nobody answers", async () => {
    expect(await asked(missing)).toEqual({ told: null, asks: 10, misses: 10 });
    expect(await asked(null)).toEqual({ told: null, asks: 30, misses: 0 });
  });
});
