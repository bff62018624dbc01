import { describe, expect, it } from "vitest";
import { answerOf, type Term, type Word } from "../src/answer.ts";
import { Refused } from "../src/client.ts";

const SERVER_MS = 1_000_000;
const GRACE_MS = 3_000;
const NO_ANSWER = new Refused(0, 0, "no answer");
const refused: Word<number> = { kind: "refused", refused: new Refused(400, -2010, "no funds") };
const missing: Word<number> = { kind: "missing" };
const found: Word<number> = { kind: "found", found: 7 };

/** Time that passes as soon as everybody waits for it. */
class Clock {
  nowMs = 0;
  private timers: { dueMs: number; call: () => void }[] = [];

  constructor(private readonly offsetMs: number | null) {}

  readonly exchangeMs = (): number | null =>
    this.offsetMs === null ? null : this.offsetMs + this.nowMs;
  readonly now = (): number => this.nowMs;
  readonly after = (delayMs: number, call: () => void): (() => void) => {
    const timer = { dueMs: this.nowMs + delayMs, call };
    this.timers.push(timer);
    return () => (this.timers = this.timers.filter((one) => one !== timer));
  };

  /** Lets time pass from timer to timer until something is done; at most for ten minutes. */
  async run<T>(doing: Promise<T>): Promise<T> {
    const done = { is: false };
    const end = doing.finally(() => (done.is = true));
    while (this.nowMs < 600_000) {
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
      if (done.is) break;
      const [next] = this.timers.sort((one, other) => one.dueMs - other.dueMs);
      if (next === undefined) break;
      this.timers = this.timers.filter((one) => one !== next);
      this.nowMs = next.dueMs;
      next.call();
    }
    if (!done.is) throw new Error("it comes to no end");
    return end;
  }
}

interface Played {
  /** When the request is answered, and by what. */
  readonly answersMs?: number;
  readonly answer?: string | Refused;
  /** What is said of it in turn, the last again and again; null is no answer. */
  readonly words?: readonly (Word<number> | Refused | null)[];
  readonly offsetMs?: number | null;
}

async function played({
  answersMs = 0,
  answer = NO_ANSWER,
  words = [null],
  offsetMs = SERVER_MS,
}: Played) {
  const clock = new Clock(offsetMs);
  const log: string[] = [];
  const terms: Term[] = [];
  let asks = 0;
  const end = await clock.run(
    answerOf<string, number>(
      {
        send: async (term) => {
          terms.push(term);
          if (0 < answersMs) await new Promise<void>((done) => clock.after(answersMs, done));
          if (answer instanceof Refused) throw answer;
          return answer;
        },
        ask: () => {
          const word = words[Math.min(asks, words.length - 1)] ?? NO_ANSWER;
          asks += 1;
          return word instanceof Refused ? Promise.reject(word) : Promise.resolve(word);
        },
        graceMs: GRACE_MS,
        onDoubt: () => log.push(`doubt ${clock.nowMs.toString()}`),
        onMissing: () => log.push("missing"),
      },
      clock,
    ),
  );
  return { end, log, asks, terms, endedMs: clock.nowMs };
}

describe("a request", () => {
  it("that is answered is not asked for, and says until when it counts", async () => {
    const { end, log, asks, terms } = await played({ answer: "done", answersMs: 1_900 });
    expect(end).toEqual({ kind: "answered", answer: "done" });
    expect([log, asks]).toEqual([[], 0]);
    expect(terms).toEqual([{ timestamp: SERVER_MS, recvWindow: 5_000 }]);
  });

  it("that is refused is not asked for", async () => {
    const answer = new Refused(503, -1008, "Busy.");
    const { end, asks } = await played({ answer });
    expect(end).toEqual({ kind: "refused", refused: answer });
    expect(asks).toBe(0);
  });

  it("whose answer is held back is unknown after two seconds, and found before it is answered", async () => {
    const told = await played({ answer: "late", answersMs: 60_000, words: [missing, null, found] });
    expect(told.end).toEqual(found);
    expect(told.log).toEqual(["doubt 2000", "missing"]);
    expect(told.endedMs).toBe(4_000);
  });

  it("may be answered while it is asked for", async () => {
    const told = await played({ answer: "late", answersMs: 4_500, words: [missing] });
    expect(told.end).toEqual({ kind: "answered", answer: "late" });
    expect(told.asks).toBe(3);
  });

  it.each([new Refused(502, 0, "HTTP 502"), new Refused(504, -1007, "Timeout."), NO_ANSWER])(
    "that fails as %s is unknown at once, and never told as refused by that",
    async (answer) => {
      const told = await played({ answer, words: [null, found] });
      expect(told.end).toEqual(found);
      expect(told.log).toEqual(["doubt 0"]);
    },
  );

  it("is told as refused where the exchange says so", async () => {
    expect((await played({ words: [missing, refused] })).end).toEqual(refused);
  });

  it("that is not found counts no more after its time, and not a question earlier", async () => {
    const told = await played({ words: [missing] });
    expect(told.end).toEqual({ kind: "never" });
    expect(told.endedMs).toBe(9_000);
    expect(told.log.filter((line) => line === "missing")).toHaveLength(9);
  });

  it("is asked for as long as nobody answers, and sent once", async () => {
    const words = [...Array.from({ length: 50 }, () => null), found];
    const { end, terms } = await played({ words });
    expect(end).toEqual(found);
    expect(terms).toHaveLength(1);
  });

  it("stays unknown where it may come at any time", async () => {
    const { end, asks, terms } = await played({ words: [missing], offsetMs: null });
    expect(end).toEqual({ kind: "lost" });
    expect(asks).toBe(10);
    expect(terms).toEqual([{}]);
  });

  it("stays unknown where nobody may ask any more", async () => {
    const { end } = await played({ words: [null, new Refused(401, -2015, "No session.")] });
    expect(end).toEqual({ kind: "lost" });
  });
});
