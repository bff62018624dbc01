// What an operator does in the page of the console, by its elements and as people do it.

import { writeFileSync } from "node:fs";
import { until } from "./driver.mjs";

export function hands(run, page) {
  const of = (id) => `document.getElementById(${JSON.stringify(id)})`;
  const all = (selector) => `[...document.querySelectorAll(${JSON.stringify(selector)})]`;
  const click = (id) => run(`${of(id)}.click()`);
  const write = (id, text) => run(`${of(id)}.value = ${JSON.stringify(text)}`);
  const said = () => run(`${of("said")}.textContent`);
  const isSignedIn = () => run(`!${of("desk")}.hidden`);
  const text = (selector) => run(`document.querySelector(${JSON.stringify(selector)})?.innerText ?? ""`);

  /** Chooses a value or writes into a field, and lets the page know. */
  const set = (selector, value) => run(`{
    const field = document.querySelector(${JSON.stringify(selector)});
    field.value = ${JSON.stringify(value)};
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }`);

  const buttons = async (selector) => run(`${all(`${selector} button`)}.map((one) => one.textContent)`);

  /** Waits until nothing is under way, since a click counts for nothing until then. */
  const idle = () => until(() => run('document.body.ariaBusy !== "true"'), true);

  /** Presses the first button of this name in a part of the page, once it is there. */
  const press = async (selector, name) => {
    await until(async () => (await buttons(selector)).includes(name), true);
    if (selector !== "#question") await idle();
    await run(`${all(`${selector} button`)}.find((one) => one.textContent === ${JSON.stringify(name)}).click()`);
  };

  const saidThat = (start) => until(async () => ((await said()).startsWith(start) ? start : said()), start);

  /** Opens a part of the desk and waits for what it shows. */
  const turn = async (name) => {
    await idle();
    await run(`document.querySelector('[data-shows="${name}"]').click()`);
    await idle();
  };

  const parts = () => run(`${all("#tabs button")}.filter((one) => !one.hidden).map((one) => one.textContent).join()`);

  const enrol = async (code) => {
    await write("code", code);
    await click("enrol");
  };
  const signIn = async () => {
    await click("sign-in");
    await until(isSignedIn, true);
    await idle();
  };

  /** Keeps a picture of the page for whoever wants to look at it. */
  const picture = async (name) => {
    if (!process.env.PICTURES) return;
    const { data } = await page("Page.captureScreenshot", { captureBeyondViewport: true });
    writeFileSync(`${process.env.PICTURES}/${name}.png`, Buffer.from(data, "base64"));
  };

  return { run, click, write, said, isSignedIn, text, set, buttons, press, saidThat, turn, parts, enrol, signIn, picture };
}
