import { describe, expect, it } from "vitest";
import { waitSeconds } from "../src/retry.ts";

const failed = (status: number, retryAfterSeconds: number | null = null) => ({
  status,
  retryAfterSeconds,
});

describe("asking again", () => {
  it("waits twice as long each time, a minute at most", () => {
    const waits = [1, 2, 3, 4, 5, 6, 7].map((failures) => waitSeconds(failed(503), failures));
    expect(waits).toEqual([2, 4, 8, 16, 32, 60, 60]);
  });

  it("waits as long as the exchange says", () => {
    expect(waitSeconds(failed(429, 30), 1)).toBe(30);
    expect(waitSeconds(failed(429, 1), 3)).toBe(8);
  });

  it("is for what passes by itself: no network, a failure, a report under way", () => {
    const asked = [0, 409, 429, 500, 503].map((status) => waitSeconds(failed(status), 1));
    expect(asked).toEqual([2, 2, 2, 2, 2]);
    const refused = [400, 401, 403, 404].map((status) => waitSeconds(failed(status), 1));
    expect(refused).toEqual([null, null, null, null]);
  });
});
