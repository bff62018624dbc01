// A browser as somebody has it, with tabs of which one is in sight. The driver of the other checks tells each page that it is
// looked at; here nothing does, so that a tab behind another one is hidden.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Talks to a browser by the protocol of its tools, over two pipes. */
export class Tabs {
  last = 0;
  answers = new Map();
  listeners = new Set();
  rest = "";

  constructor() {
    this.profile = mkdtempSync(join(tmpdir(), "tabs-"));
    const program = process.env.CHROMIUM ?? "/usr/bin/chromium";
    const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run"];
    this.process = spawn(
      program,
      [...flags, "--remote-debugging-pipe", `--user-data-dir=${this.profile}`, "about:blank"],
      { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] },
    );
    this.process.stdio[4].on("data", (part) => this.hear(part.toString()));
  }

  hear(part) {
    const messages = (this.rest + part).split("\0");
    this.rest = messages.pop();
    for (const text of messages) {
      const message = JSON.parse(text);
      const answer = this.answers.get(message.id);
      this.answers.delete(message.id);
      if (answer === undefined) for (const hear of this.listeners) hear(message);
      else if (message.error === undefined) answer.done(message.result);
      else answer.failed(new Error(message.error.message));
    }
  }

  send(method, params = {}, sessionId = undefined) {
    this.last += 1;
    this.process.stdio[3].write(
      `${JSON.stringify({ id: this.last, method, params, sessionId })}\0`,
    );
    return new Promise((done, failed) => this.answers.set(this.last, { done, failed }));
  }

  /** Opens an address in a new tab in front of all others. */
  async open(url) {
    const { targetId } = await this.send("Target.createTarget", { url });
    const { sessionId } = await this.send("Target.attachToTarget", { targetId, flatten: true });
    return new Tab(this, targetId, sessionId);
  }

  async close() {
    const gone = new Promise((done) => this.process.once("exit", done));
    await this.send("Browser.close");
    await gone;
    rmSync(this.profile, { recursive: true, force: true });
  }
}

class Tab {
  constructor(tabs, targetId, sessionId) {
    Object.assign(this, { tabs, targetId, sessionId });
  }

  send(method, params) {
    return this.tabs.send(method, params, this.sessionId);
  }

  /** Has it shown instead of the one that is in sight. */
  show() {
    return this.tabs.send("Target.activateTarget", { targetId: this.targetId });
  }

  /** Returns what an expression comes to in the page. */
  async read(expression) {
    const asked = { expression, awaitPromise: true, returnByValue: true };
    for (;;) {
      try {
        return (await this.send("Runtime.evaluate", asked)).result.value;
      } catch (error) {
        // Between two documents a tab has none for a moment.
        if (!/execution context|context was destroyed/i.test(error.message)) throw error;
        await new Promise((done) => setTimeout(done, 50));
      }
    }
  }

  /** Calls with every message that the page sends over its sockets. */
  onSent(hear) {
    return this.on("Network.webSocketFrameSent", ({ response }) => hear(response.payloadData));
  }

  /** Calls with the address of every request of the page. */
  onAsked(hear) {
    return this.on("Network.requestWillBeSent", ({ request }) => hear(request.url));
  }

  async on(event, hear) {
    this.tabs.listeners.add(({ method, params, sessionId }) => {
      if (sessionId === this.sessionId && method === event) hear(params);
    });
    await this.send("Network.enable");
  }
}
