import { describe, expect, it } from "vitest";
import { Client, Refused } from "../src/client.ts";

const answering = (body: string, status = 200) =>
  new Client(() => Promise.resolve(new Response(body, { status })));

describe("answers", () => {
  it("have nothing in them that turns the direction of what follows", async () => {
    const label = "sna\u202eeb\u2066x\u200fy\u061cz";
    const client = answering(JSON.stringify([{ id: 1, label }]));
    const [key] = await client.call("GET /v1/keys", {});
    expect(key?.label).toBe("snaebxyz");
  });

  it("keep letters of every writing, and what joins them", async () => {
    const label = "میز\u200cها 简体 é 👨\u200d👩";
    const [key] = await answering(JSON.stringify([{ label }])).call("GET /v1/keys", {});
    expect(key?.label).toBe(label);
  });

  it("that are no JSON are refusals with their status", async () => {
    const asked = answering("<html>", 502).call("GET /v1/keys", {});
    await expect(asked).rejects.toMatchObject({ status: 502, code: 0, message: "HTTP 502" });
  });
});

describe("a failure", () => {
  it("is unknown unless it says that nothing was done", () => {
    const isUnknown = (status: number, code: number) => new Refused(status, code, "").isUnknown;
    expect([0, 502, 504].map((status) => isUnknown(status, 0))).toEqual([true, true, true]);
    expect([-1000, -1001, -1006, -1007].every((code) => isUnknown(503, code))).toBe(true);
    expect(isUnknown(503, -1008)).toBe(false);
    expect(isUnknown(400, -2010)).toBe(false);
    expect(isUnknown(429, -1003)).toBe(false);
  });

  it("is never unknown of what only asks", async () => {
    const silent = new Client(() => Promise.reject(new Error("timed out")));
    const unknown = (asked: Promise<unknown>) =>
      asked.then(
        () => null,
        (error: unknown) => error instanceof Refused && error.isUnknown,
      );
    expect(await unknown(silent.call("GET /v1/keys", {}))).toBe(false);
    expect(await unknown(answering("{}", 500).call("GET /v1/keys", {}))).toBe(false);
    expect(await unknown(silent.call("POST /v1/subaccounts", { label: "bot" }))).toBe(true);
    const broken = answering("{}", 500).call("POST /v1/subaccounts", { label: "bot" });
    expect(await unknown(broken)).toBe(true);
  });
});
