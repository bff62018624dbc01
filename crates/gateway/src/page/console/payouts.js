// Withdrawals: those that wait for two operators, those that are to be sent, and what is said of them.

import { at, look, post, prove, say, session } from "./ask.js";
import { askWhy, button, facts, fill, item, make, moment, note, question, rows } from "./draw.js";
import { mayPropose, propose } from "./propose.js";
import { openAbout } from "./proposals.js";

const PATH = "/v1/operator/withdrawal";
// What waits for operators.
const WAITING = ["WAITING", "PROCESSING"];
const PAYOUT = { pattern: "[A-Za-z0-9:._\\-]{1,128}", title: "1 to 128 letters, digits and : . _ -", maxLength: 128 };

function said(withdrawal) {
  const { payableAt, askedAt } = withdrawal;
  const hold = payableAt <= Date.now() ? "none any more" : `until ${moment(payableAt)}: the address is new`;
  return rows([
    ["withdrawal", `${withdrawal.withdrawal}, ${withdrawal.state}`],
    ["user", `${withdrawal.user}, account ${withdrawal.account}`],
    ["arrives", `${withdrawal.amount} ${withdrawal.asset}, beside a fee of ${withdrawal.fee}`],
    ["network", withdrawal.network],
    ["address", withdrawal.address],
    ["tag", withdrawal.addressTag || "none"],
    ["asked", moment(askedAt)],
    ["hold", hold],
    ["changed", moment(withdrawal.changedAt)],
    ...(withdrawal.payout ? [["transaction", withdrawal.payout]] : []),
    ...(withdrawal.reason ? [["reason", withdrawal.reason]] : []),
  ]);
}

function proposing(kind, name, withdrawal, text) {
  if (!mayPropose(kind)) return [];
  return [button(name, () => ask(kind, withdrawal, text))];
}

function choices(withdrawal, proposal) {
  const { state } = withdrawal;
  if (proposal) return [note(`Proposal ${proposal.proposal} of ${proposal.proposer} (${proposal.kind}) waits.`)];
  const may = (request) => session.requests.includes(request);
  if (state === "WAITING") {
    return [
      ...proposing("approve-withdrawal", "Propose to pay it", withdrawal, "Another operator approves it; then it is sent."),
      ...(may("RejectWithdrawal") ? [button("Refuse", () => refuse(withdrawal))] : []),
    ];
  }
  if (state !== "PROCESSING") return [];
  const lost = "It was not sent and never will be: another operator approves that the money goes back.";
  return [
    note("Send exactly what arrives to exactly this address and tag, and wait until it is final on its chain."),
    ...(may("SettleWithdrawal") ? [button("It is final", () => settle(withdrawal))] : []),
    ...proposing("fail-withdrawal", "Propose that it failed", withdrawal, lost),
  ];
}

const card = (open) => (withdrawal) =>
  item(said(withdrawal), ...choices(withdrawal, open.get(String(withdrawal.withdrawal))));

export async function showPayouts() {
  const state = at("payout-state").value;
  const states = state ? [state] : WAITING;
  const lists = states.map((one) => look("/v1/operator/withdrawals", { state: one, limit: "1000" }));
  const [open, ...found] = await Promise.all([openAbout("withdrawal"), ...lists]);
  fill("withdrawals", found.flat().map(card(open)), make("span", "There are none."));
  const limits = await look("/v1/operator/payout-limits");
  fill("limits", limits.map((one) => item(facts(one))), make("span", "No asset has a limit."));
}

async function ask(kind, { withdrawal }, text) {
  const reason = await askWhy(text, "Propose");
  if (reason === null) return;
  const made = await propose({ kind, withdrawal, reason });
  await showPayouts();
  say(made);
}

async function refuse({ withdrawal }) {
  const reason = await askWhy(`The money of withdrawal ${withdrawal} goes back to its account.`, "Refuse");
  if (reason === null) return;
  await end(`${PATH}/reject`, { withdrawal, reason });
}

async function settle({ withdrawal, amount, asset, address }) {
  const text = `${amount} ${asset} have arrived at ${address} for good, by this transaction and no other.`;
  const payout = await question(text, { label: "What the transaction is called", confirm: "Sign and settle", ...PAYOUT });
  if (payout === null) return;
  const signed = await prove(`${PATH}/settle/challenge`, { withdrawal, payout });
  await end(`${PATH}/settle`, { withdrawal, payout, ...signed });
}

async function end(path, form) {
  const done = await post(path, form);
  await showPayouts();
  say(`Withdrawal ${done.withdrawal} is ${done.state}.`);
}
