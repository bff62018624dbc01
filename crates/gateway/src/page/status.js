"use strict";

const PERIOD_MS = 1000;
const WORDS = {
  operational: "Operational",
  degraded: "Degraded: a market is halted",
  major_outage: "Not accepting requests",
  unreachable: "Unreachable",
};

const element = (id) => document.getElementById(id);
let previous = null;

/** Cuts zeros that only pad: prices keep the places of their tick. */
function shortened(text, places) {
  if (text === null || text === undefined) return "–";
  const [whole, fraction = ""] = text.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  const kept = fraction.slice(0, places);
  return kept === "" ? grouped : `${grouped}.${kept}`;
}

function placesOf(tick) {
  return tick.split(".")[1].replace(/0+$/, "").length;
}

function cell(text, ...classes) {
  const td = document.createElement("td");
  td.textContent = text;
  td.classList.add(...classes);
  return td;
}

function change(market) {
  if (market.lastPrice === null || market.openPrice === null) return ["–", "quiet"];
  const percent = (Number(market.lastPrice) / Number(market.openPrice) - 1) * 100;
  const sign = percent > 0 ? "+" : "";
  const direction = percent > 0 ? "up" : percent < 0 ? "down" : "quiet";
  return [`${sign}${percent.toFixed(2)} %`, direction];
}

function row(market) {
  const tr = document.createElement("tr");
  const name = document.createElement("th");
  name.scope = "row";
  name.textContent = market.symbol;
  const places = placesOf(market.tickSize);
  const [percent, direction] = change(market);
  tr.append(
    name,
    cell(market.phase, market.state === "TRADING" ? "up" : "down"),
    cell(shortened(market.lastPrice, places), "number"),
    cell(percent, "number", direction),
    cell(shortened(market.bidPrice, places), "number"),
    cell(shortened(market.askPrice, places), "number"),
    cell(shortened(market.spread, places), "number"),
    cell(shortened(market.volume, 2), "number"),
  );
  return tr;
}

function time(ms) {
  return ms > 0 ? new Date(ms).toISOString().replace("T", " ").slice(0, 19) : "–";
}

function rate(status) {
  if (previous === null) return "–";
  const seconds = (status.updatedAt - previous.updatedAt) / 1000;
  if (seconds <= 0) return "–";
  return Math.max(0, Math.round((status.sequence - previous.sequence) / seconds)).toLocaleString();
}

function setOverall(state, reasons) {
  const badge = element("overall");
  const text = [WORDS[state] ?? state, ...reasons].join(" · ");
  // Assistive technology announces each change of the text: write it only when it changed.
  if (badge.textContent !== text) badge.textContent = text;
  badge.dataset.state = state;
  document.body.classList.toggle("stale", state === "unreachable");
}

function show(status) {
  setOverall(status.overall, status.reasons);
  element("markets").replaceChildren(...(status.markets.length > 0
    ? status.markets.map(row)
    : [emptyRow()]));
  element("sequence").textContent = status.sequence.toLocaleString();
  element("rate").textContent = rate(status);
  element("at").textContent = time(status.at);
  element("started").textContent = time(status.startedAt);
  element("digest").textContent = status.eventDigest === undefined
    ? "–"
    : `${status.eventDigest.digest} at ${status.eventDigest.sequence.toLocaleString()}`;
  previous = status;
}

function emptyRow() {
  const tr = document.createElement("tr");
  const td = cell("No market is listed", "quiet");
  td.colSpan = 8;
  tr.append(td);
  return tr;
}

async function poll() {
  try {
    const answer = await fetch("/v1/status", { signal: AbortSignal.timeout(5 * PERIOD_MS) });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    show(await answer.json());
  } catch {
    previous = null;
    setOverall("unreachable", []);
  }
  setTimeout(poll, PERIOD_MS);
}

poll();
