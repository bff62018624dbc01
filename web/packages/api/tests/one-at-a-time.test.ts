import { describe, expect, it } from "vitest";
import { oneAtATime } from "../src/one-at-a-time.ts";

/** An act that ends when it is told to. */
function pending(): { act: () => Promise<void>; end: () => void; fail: () => void } {
  let end: () => void = () => undefined;
  let fail: () => void = () => undefined;
  const promise = new Promise<void>((resolve, reject) => {
    end = resolve;
    fail = () => reject(new Error());
  });
  return { act: () => promise, end: () => end(), fail: () => fail() };
}

describe("acts of one form", () => {
  it("are begun one at a time: a second click meanwhile does nothing", async () => {
    const begin = oneAtATime();
    const first = pending();
    let begun = 0;
    const second = () => {
      begun += 1;
      return Promise.resolve();
    };
    const running = begin(first.act);
    expect(begin(second)).toBeNull();
    first.end();
    await running;
    await begin(second);
    expect(begun).toBe(1);
  });

  it("can be tried again when one has failed", async () => {
    const begin = oneAtATime();
    const first = pending();
    const running = begin(first.act);
    first.fail();
    await expect(running).rejects.toThrow();
    expect(begin(() => Promise.resolve())).not.toBeNull();
  });
});
