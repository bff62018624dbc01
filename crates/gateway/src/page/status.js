"use strict";

const PERIOD_MS = 1000;
/** What people write changes less often than what the exchange counts. */
const INCIDENTS_PERIOD_MS = 30_000;
const WORDS = {
  operational: "Operational",
  degraded: "Degraded: a market is halted",
  major_outage: "Not accepting requests",
  unreachable: "Unreachable",
};

const STATES = {
  INVESTIGATING: "Investigating",
  IDENTIFIED: "Identified",
  MONITORING: "Monitoring",
  RESOLVED: "Resolved",
  SCHEDULED: "Scheduled",
  IN_PROGRESS: "In progress",
  COMPLETED: "Completed",
  CANCELLED: "Cancelled",
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

function made(tag, text, ...classes) {
  const node = document.createElement(tag);
  node.textContent = text;
  node.classList.add(...classes);
  return node;
}

function update({ at, state, text }) {
  const item = document.createElement("li");
  item.append(
    made("span", STATES[state] ?? state, "state"),
    made("span", ` · ${time(at)} UTC`, "quiet"),
    made("p", text),
  );
  return item;
}

function incident({ kind, title, state, isOver, beginsAt, endsAt, updates }) {
  const article = document.createElement("article");
  article.classList.add("incident", isOver ? "over" : "open");
  const name = kind === "MAINTENANCE" ? "Planned maintenance" : "Incident";
  const span = endsAt === null ? `since ${time(beginsAt)} UTC` : `${time(beginsAt)} to ${time(endsAt)} UTC`;
  const list = document.createElement("ol");
  list.append(...updates.toReversed().map(update));
  article.append(
    made("h3", title),
    made("p", `${name} · ${STATES[state] ?? state} · ${span}`, "quiet"),
    list,
  );
  return article;
}

function showIncidents(incidents) {
  element("incidents").replaceChildren(...(incidents.length > 0
    ? incidents.map(incident)
    : [made("p", "None in the last ninety days, and nothing is planned.", "quiet")]));
}

async function pollIncidents() {
  try {
    const answer = await fetch("/v1/incidents", { signal: AbortSignal.timeout(5 * PERIOD_MS) });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    showIncidents(await answer.json());
  } catch {
    // What was read last stays; whether the exchange answers is said above.
  }
  setTimeout(pollIncidents, INCIDENTS_PERIOD_MS);
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
pollIncidents();
