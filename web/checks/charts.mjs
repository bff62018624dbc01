// How candles are drawn: every style and scale looks different, the same one twice alike; the newest ends at the last price
// and stays in sight; what is scrolled to is asked for; and a second chart is drawn on as the first one is.

import { drawsBesideByKeys, drawsByKeys, picksByKeys, readsBack } from "./by-keys.mjs";
import { checkChineseCharts } from "./chinese.mjs";
import { check, newPage, ready, until } from "./harness.mjs";

const PAGE = 500;
/** How many candles there are since the listing. */
const ALL = 2_000;
const MINUTE_MS = 60_000;
/** As many as a market that was just listed has, and a page. */
const FEW = [4, 25, PAGE];
/** The room behind the newest. */
const ROOM_PX = 60;
/** What was chosen is drawn by the next frames. */
const DRAWN_MS = 400;
const STYLES = ["Candles", "Hollow candles", "Bars", "Area", "Line", "Heikin-Ashi"];
const SCALES = ["Linear", "Logarithmic", "Per cent"];

export async function checkCharts(browser, origin, folder) {
  const { page, context, complaints } = await newPage(browser, origin);
  const asked = await invent(page);
  await page.goto(`${origin}/trade/ETHUSDT`);
  await ready(page);
  const chart = page.getByRole("region", { name: /^chart/i });
  await chart.locator("canvas").first().waitFor();
  await chart.locator("figure > figcaption", { hasText: /last/ }).waitFor({ state: "attached" });
  await endsAtLastPrice(page, chart);
  await chart.getByText("Chart style ▾").click();
  await looksOf(page, "Chart style", STYLES, folder);
  await looksOf(page, "Scale", SCALES, folder);
  await page.keyboard.press("Escape");
  await older(page, chart, asked);
  await readsBack(page, chart, ALL);
  await drawsByKeys(page, chart);
  await picksByKeys(page, chart);
  await drawsBesideByKeys(page, chart);
  check(complaints.length === 0, "no error in the console", complaints);
  await context.close();
  for (const count of FEW) await staysInSight(browser, origin, count);
  await checkChineseCharts(browser, origin);
}

/** Few candles are wide, and the newest is seen with as much room behind it as ever. */
async function staysInSight(browser, origin, count) {
  const { page, context } = await newPage(browser, origin);
  await invent(page, count);
  await page.goto(`${origin}/trade/ETHUSDT`);
  await ready(page);
  await page.locator("figure > figcaption", { hasText: /last/ }).waitFor({ state: "attached" });
  await page.waitForTimeout(DRAWN_MS);
  const { behind, widest } = await page.evaluate(columnsOfCandles);
  check(
    ROOM_PX / 2 < behind && behind < ROOM_PX * 2,
    `the newest of ${count} candles is in sight, and near the edge`,
    { behind, widest },
  );
  check(count === PAGE || 12 < widest, "and few of them are wide", { behind, widest });
  await context.close();
}

/** How far the last column of candles is from the edge, and how many columns the widest has. */
function columnsOfCandles() {
  const style = getComputedStyle(document.documentElement);
  const colours = ["--dir-up", "--dir-down"].map((name) => {
    const hex = style.getPropertyValue(name).trim();
    return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  });
  const widths = [];
  let behind = Infinity;
  for (const canvas of document.querySelectorAll(".chart-host canvas")) {
    const { width, height } = canvas;
    if (width < 400 || height < 150) continue;
    const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
    const isCandle = (at) => colours.some((one) => one.every((part, i) => data[at + i] === part));
    let run = 0;
    for (let x = 0; x < width; x += 1) {
      let pixels = 0;
      for (let y = 0; y < height; y += 1) if (isCandle((y * width + x) * 4)) pixels += 1;
      // A line of a price goes all the way, and is thinner than any candle here.
      run = pixels < 4 ? 0 : run + 1;
      if (0 < run) behind = Math.min(behind, (width - x) / window.devicePixelRatio);
      widths.push(run / window.devicePixelRatio);
    }
  }
  return { behind, widest: Math.max(...widths) };
}

/** Candles that are the same each time, back to the listing; returns the moments until which they were. */
async function invent(page, count = ALL) {
  const asked = [];
  const last = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
  await page.route(/\/api\/v3\/klines/, (route) => {
    const until = new URL(route.request().url()).searchParams.get("endTime");
    asked.push(until === null ? null : Number(until));
    const newest = until === null ? last : Math.floor(Number(until) / MINUTE_MS) * MINUTE_MS;
    const rows = Array.from({ length: PAGE }, (_, index) => {
      const open = newest - (PAGE - 1 - index) * MINUTE_MS;
      const at = (ahead, above = 0) =>
        (1_000 + above + 400 * Math.sin(open / MINUTE_MS / 9 + ahead)).toFixed(2);
      const prices = [at(0), at(0.2, 90), at(0.2, -90), at(0.4)];
      return [open, ...prices, "5.00", open + MINUTE_MS - 1, "5", 3, "1", "1", "0"];
    });
    const listed = last - (count - 1) * MINUTE_MS;
    return route.fulfill({ json: rows.filter(([open]) => listed <= open) });
  });
  // What is traded meanwhile would move the last of them.
  await page.routeWebSocket(/./, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      if (!/@kline|@trade/.test(message)) socket.send(message);
    });
  });
  return asked;
}

/** Before its stream has said a word, the newest candle ends where the head and the book say that the market is. */
async function endsAtLastPrice(page, chart) {
  const caption = chart.locator("figure > figcaption").first();
  const last = page.locator(".market-bar .last-price");
  await until("a chart whose stream is silent ends at the last price", async () => {
    const [, drawn] = /last ([\d,.]+), /.exec(await caption.textContent()) ?? [];
    return drawn === (await last.textContent()).replace(/[^\d,.]/g, "");
  });
}

/** Chooses each of a list, and the first one again; what is drawn differs from all others, and is as it was. */
async function looksOf(page, label, names, folder) {
  const select = page.getByRole("combobox", { name: label, exact: true });
  const host = page.locator(".chart-host");
  const drawn = async (name) => {
    await select.selectOption({ label: name });
    await page.mouse.move(0, 0);
    await page.waitForTimeout(DRAWN_MS);
    // The menu lies over one half of it.
    const { x, y, width, height } = await host.boundingBox();
    const clip = { x: x + width * 0.55, y: y + 60, width: width * 0.45, height: height - 60 };
    return page.screenshot({ clip });
  };
  const pictures = [];
  for (const name of names) pictures.push((await drawn(name)).toString("base64"));
  check(
    new Set(pictures).size === names.length,
    `every one of ${label.toLowerCase()} looks different`,
    names.filter((_, index) => pictures.indexOf(pictures[index]) !== index),
  );
  const again = (await drawn(names[0])).toString("base64");
  check(again === pictures[0], "and the same as before when it is chosen again");
  await page.screenshot({ path: `${folder}/chart-${label.replace(" ", "-").toLowerCase()}.png` });
}

/** Whoever scrolls back sees what was before, page by page, each asked for once. */
async function older(page, chart, asked) {
  const host = chart.locator(".chart-host");
  const { x, y, width, height } = await host.boundingBox();
  const from = asked.length;
  const pull = async () => {
    await page.mouse.move(x + width * 0.1, y + height / 3);
    await page.mouse.down();
    await page.mouse.move(x + width * 0.85, y + height / 3, { steps: 8 });
    await page.mouse.up();
  };
  await until("scrolling back asks for older candles", async () => {
    await pull();
    return from + 2 <= asked.length;
  });
  const moments = asked.slice(from);
  const pageMs = PAGE * MINUTE_MS;
  check(
    moments.every((until, index) => index === 0 || moments[index - 1] - until === pageMs),
    "each page the one before the last, and none twice",
    moments,
  );
}
