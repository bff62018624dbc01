const PERIOD_MS = 1000;
/** What people write changes less often than what the exchange counts. */
const INCIDENTS_PERIOD_MS = 30_000;
/** What the pages keep of how they are seen. */
const LOOK = "bourse.look";

function keptLook() {
  try {
    return JSON.parse(localStorage.getItem(LOOK)) ?? {};
  } catch {
    return {};
  }
}

const SYSTEM_IS_LIGHT = matchMedia("(prefers-color-scheme: light)");
const SYSTEM_HAS_CONTRAST = matchMedia("(prefers-contrast: more)");

/** What the system asks for, as the pages do it. */
function systemTheme() {
  if (SYSTEM_HAS_CONTRAST.matches) return "contrast";
  return SYSTEM_IS_LIGHT.matches ? "light" : "dark";
}

/** Wears the theme and the colours of directions that were chosen for the pages. */
function wear() {
  const { theme = "system", direction = "green-up" } = keptLook();
  const { dataset } = document.documentElement;
  dataset.theme = theme === "system" ? systemTheme() : theme;
  dataset.direction = direction;
}

/** The language that the pages are seen in, where the exchange offers it; else its first. */
function spokenLanguage() {
  const offered = document.documentElement.dataset.languages.split(" ");
  const wanted = keptLook().language ?? (navigator.language.startsWith("zh") ? "zh-CN" : "en");
  return offered.includes(wanted) ? wanted : offered[0];
}

/** Languages that are made of English are English here. */
const LANGUAGE = Object.hasOwn(ALL_WORDS, spokenLanguage()) ? spokenLanguage() : "en";
const WORDS = ALL_WORDS[LANGUAGE];

/** A sentence with what belongs in its places; what has no word is shown as it came. */
function said(key, places = {}) {
  const sentence = Object.hasOwn(WORDS, key) ? WORDS[key] : key;
  return sentence.replace(/\{(\w+)\}/g, (_, name) => places[name]);
}

function translate() {
  document.documentElement.lang = LANGUAGE;
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = said(node.dataset.word);
  for (const node of document.querySelectorAll("[data-label]")) node.ariaLabel = said(node.dataset.label);
}

const element = (id) => document.getElementById(id);
/** Answers of the last minute, the oldest first: what the gateway does is the difference of two of them. */
const ANSWERS_MAX = 61;
let answers = [];

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
  const bps = Math.round((Number(market.lastPrice) / Number(market.openPrice) - 1) * 10_000);
  const [sign, direction] = bps > 0 ? ["+", "up"] : bps < 0 ? ["−", "down"] : ["", "quiet"];
  return [`${sign}${(Math.abs(bps) / 100).toFixed(2)}%`, direction];
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
    cell(said(`phase_${market.phase}`), market.state === "TRADING" ? "open" : "shut"),
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

const UNITS = [["day", 86_400], ["hour", 3_600], ["minute", 60]];
const RELATIVE = new Intl.RelativeTimeFormat(LANGUAGE, { numeric: "auto", style: "short" });

/** How long ago a moment was, or how far it is off, by the clock of the exchange. */
function ago(ms) {
  const seconds = (ms - (answers.at(-1)?.updatedAt ?? Date.now())) / 1000;
  const [unit, size] = UNITS.find(([, size]) => size <= Math.abs(seconds)) ?? ["second", 1];
  return RELATIVE.format(Math.round(seconds / size), unit);
}

/** How much a count grew in a second between two answers; null without a time between them. */
function growth(from, to, count) {
  const seconds = (to.updatedAt - from.updatedAt) / 1000;
  return seconds <= 0 ? null : Math.max(0, (count(to) - count(from)) / seconds);
}

function rate(status) {
  const before = answers.at(-2);
  const grown = before === undefined ? null : growth(before, status, ({ sequence }) => sequence);
  return grown === null ? "–" : Math.round(grown).toLocaleString(LANGUAGE);
}

/** What is shown is as old as the last command in it. */
function feed(status) {
  return `${Math.max(0, (status.updatedAt - status.at) / 1000).toFixed(1)} s`;
}

/** The bound that a share of orders kept, in milliseconds; null beyond the last. */
function boundMs(counts, share) {
  const all = counts.reduce((sum, { count }) => sum + count, 0);
  let seen = 0;
  for (const { upToUs, count } of counts) {
    seen += count;
    if (all * share <= seen) return upToUs === null ? null : upToUs / 1000;
  }
  return null;
}

function within(counts, share) {
  const ms = boundMs(counts, share);
  return ms === null ? said("tripBeyond") : `≤ ${ms} ms`;
}

/** Orders are slow when half of them took longer. */
const SLOW_ORDER_MS = 250;

/** The orders that this page has seen in the last minute, by how long they took. */
function ordersSeen(status) {
  const [oldest] = answers;
  return status.load.orderDurations.map(({ upToUs, count }, index) => ({
    upToUs,
    count: count - oldest.load.orderDurations[index].count,
  }));
}

function areOrdersSlow(status) {
  const counts = ordersSeen(status);
  return counts.some(({ count }) => 0 < count) && SLOW_ORDER_MS < (boundMs(counts, 0.5) ?? Infinity);
}

/** For how long this page has looked, of at most a minute. */
const watched = (status) => `${Math.round((status.updatedAt - answers[0].updatedAt) / 1000)} s`;

function orders(status) {
  if (answers.length < 2) return "–";
  const counts = ordersSeen(status);
  const all = counts.reduce((sum, { count }) => sum + count, 0);
  if (all === 0) return said("noOrder", { time: watched(status) });
  return said("orderShares", {
    half: within(counts, 0.5),
    most: within(counts, 0.99),
    count: all.toLocaleString(LANGUAGE),
    time: watched(status),
  });
}

function load(status) {
  const [oldest] = answers;
  const grown = growth(oldest, status, ({ load }) => load.requests);
  const shed = status.load.shed - oldest.load.shed;
  const open = status.load.connections.toLocaleString(LANGUAGE);
  const count = grown === null ? "" : Math.round(grown).toLocaleString(LANGUAGE);
  const all = grown === null ? said("connections", { open }) : said("requests", { count, open });
  return shed === 0 ? all : said("shed", { load: all, count: shed.toLocaleString(LANGUAGE) });
}

function remember(status) {
  // After a start it counts from zero again.
  if (answers.length > 0 && answers[0].startedAt !== status.startedAt) answers = [];
  answers = [...answers, status].slice(-ANSWERS_MAX);
}

/** Why not everything is taken, in words of this page where there are some. */
const reasonSaid = (text) => said(text.replace(/\d+/, "{bytes}"), { bytes: text.match(/\d+/)?.[0] });

function setOverall(state, reasons) {
  const badge = element("overall");
  const text = [said(state), ...reasons.map(reasonSaid)].join(" · ");
  // Assistive technology announces each change of the text: write it only when it changed.
  if (badge.textContent !== text) badge.textContent = text;
  badge.dataset.state = state;
  document.body.classList.toggle("stale", state === "unreachable");
}

/** The place of a part; one that this page does not know is shown by its name, before the figures. */
function placeOf(id) {
  const known = document.querySelector(`[data-component="${CSS.escape(id)}"]`);
  if (known !== null) return known;
  const entry = document.createElement("div");
  const place = made("dd", "–");
  place.dataset.component = id;
  entry.append(made("dt", id), place);
  element("feed").parentElement.before(entry);
  return place;
}

/** What trading does without: whether all of it is there, and if not, what is missed and since when. */
function showComponent({ id, state, since, reason }) {
  const place = placeOf(id);
  const missed = `${id}_${state}`;
  const from = time(since);
  if (state === "operational") place.textContent = said(state);
  else if (Object.hasOwn(WORDS, missed)) place.textContent = said(missed, { from });
  else place.textContent = [reason ?? said(state), said("since", { from })].join(" · ");
  place.dataset.state = state;
}

function show(status, tripMs) {
  remember(status);
  status.components.forEach(showComponent);
  const isSlow = status.overall === "operational" && areOrdersSlow(status);
  setOverall(isSlow ? "slow" : status.overall, status.reasons);
  element("markets").replaceChildren(...(status.markets.length > 0
    ? status.markets.map(row)
    : [emptyRow()]));
  element("feed").textContent = feed(status);
  element("orders").textContent = orders(status);
  element("load").textContent = load(status);
  element("trip").textContent = `${Math.max(1, Math.round(tripMs))} ms`;
  element("updated").textContent = time(status.updatedAt);
  element("sequence").textContent = status.sequence.toLocaleString(LANGUAGE);
  element("rate").textContent = rate(status);
  element("at").textContent = time(status.at);
  element("started").textContent = time(status.startedAt);
  element("digest").textContent = status.eventDigest === undefined
    ? "–"
    : said("digestAt", {
        digest: status.eventDigest.digest,
        sequence: status.eventDigest.sequence.toLocaleString(LANGUAGE),
      });
}

function emptyRow() {
  const tr = document.createElement("tr");
  const td = cell(said("noMarket"), "quiet");
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
    made("span", said(state), "state"),
    made("span", ` · ${said("at", { time: time(at) })} · ${ago(at)}`, "quiet"),
    made("p", text),
  );
  return item;
}

function incident({ kind, title, state, isOver, beginsAt, endsAt, updates }) {
  const article = document.createElement("article");
  article.classList.add("incident", isOver ? "over" : "open");
  const name = kind === "MAINTENANCE" ? said("maintenance") : said("incident");
  const from = time(beginsAt);
  const span = endsAt === null ? said("since", { from }) : said("span", { from, until: time(endsAt) });
  const list = document.createElement("ol");
  list.append(...updates.toReversed().map(update));
  article.append(
    made("h3", title),
    made("p", `${name} · ${said(state)} · ${span} · ${ago(isOver ? (endsAt ?? beginsAt) : beginsAt)}`, "quiet"),
    list,
  );
  return article;
}

function showIncidents(incidents) {
  element("incidents").replaceChildren(...(incidents.length > 0
    ? incidents.map(incident)
    : [made("p", said("noIncident"), "quiet")]));
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
  const since = performance.now();
  try {
    const answer = await fetch("/v1/status", { signal: AbortSignal.timeout(5 * PERIOD_MS) });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    show(await answer.json(), performance.now() - since);
  } catch {
    answers = [];
    setOverall("unreachable", []);
  }
  setTimeout(poll, PERIOD_MS);
}

/** Only a sandbox shows what it would have mailed. */
async function lookForSandbox() {
  const answer = await fetch("/dev/outbox").catch(() => null);
  element("sandbox").hidden = answer?.ok !== true;
}

// Before anything is painted.
wear();
for (const system of [SYSTEM_IS_LIGHT, SYSTEM_HAS_CONTRAST]) system.addEventListener("change", wear);
// It is chosen in another tab, on the pages.
addEventListener("storage", wear);
document.addEventListener("DOMContentLoaded", () => {
  translate();
  lookForSandbox();
  poll();
  pollIncidents();
});
