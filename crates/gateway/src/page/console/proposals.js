// Proposals: what each says and does, who proposed it, who has approved, and what is left to this operator.

import { at, look, post, prove, say, session } from "./ask.js";
import { askWhy, button, fill, item, make, moment, note, rows } from "./draw.js";
import { KINDS, course, parametersOf } from "./kinds.js";
import { mayApprove, policyOf } from "./propose.js";

const isOpen = ({ state }) => state === "proposed";

// What is approved is what the parameters say, so they stand there as they are beside the words.
function said(proposal) {
  const parameters = parametersOf(proposal);
  const known = KINDS[proposal.kind];
  const approvers = proposal.approvals.map((approval) => approval.operator).join(", ");
  const counted = proposal.approvalsNeeded === null ? "" : ` (${proposal.approvals.length} of ${proposal.approvalsNeeded})`;
  return rows([
    ["proposal", `${proposal.proposal}, ${proposal.state}`],
    ["kind", proposal.kind],
    ["happens", known ? known.words(parameters) : "–"],
    ["parameters", rows(Object.entries(parameters))],
    ["worth", proposal.worth || "–"],
    ["reason", proposal.reason],
    ["proposed by", `${proposal.proposer}, ${moment(proposal.createdAt)}`],
    ["stands until", moment(proposal.expiresAt)],
    ["approved by", `${approvers || "nobody"}${counted}`],
    ...(isOpen(proposal) ? [["course", course(policyOf(proposal.kind))]] : []),
    ...(proposal.state === "approved" ? [["carried out from", moment(proposal.executableAt)]] : []),
    ...(proposal.decider ? [["decided by", `${proposal.decider}, ${moment(proposal.decidedAt)}`]] : []),
    ...(proposal.outcome ? [["outcome", proposal.outcome]] : []),
    ["digest", proposal.digest],
  ]);
}

function choices(proposal) {
  if (!isOpen(proposal)) return [];
  if (proposal.proposer === session.name) {
    return [note("You proposed it: somebody else decides."), button("Withdraw", () => withdraw(proposal))];
  }
  if (!session.requests.includes("Approve") || !mayApprove(proposal.kind)) {
    return [note("Your roles do not decide about it.")];
  }
  const hasApproved = proposal.approvals.some(({ operator }) => operator === session.name);
  const approval = hasApproved ? note("You have approved it.") : button("Approve", () => approve(proposal));
  return [approval, button("Reject", () => reject(proposal))];
}

const card = (proposal) => item(said(proposal), ...choices(proposal));

export async function showProposals() {
  const state = at("proposal-state").value;
  const proposals = await look("/v1/operator/proposals", state ? { state } : null);
  fill("proposals", proposals.map(card), make("span", "There are none."));
}

// Those that are open, by the number that they are about.
export async function openAbout(name) {
  const open = await look("/v1/operator/proposals", { state: "proposed", limit: "1000" });
  return new Map(open.map((one) => [parametersOf(one)[name], one]));
}

async function approve({ proposal, digest }) {
  const signed = await prove("/v1/operator/approval", { proposal, digest });
  const done = await post("/v1/operator/proposal/approve", { proposal, digest, ...signed });
  await showProposals();
  say(`Proposal ${done.proposal} is ${done.state}. ${done.outcome}`);
}

async function reject({ proposal }) {
  const reason = await askWhy(`Proposal ${proposal} is rejected.`, "Reject");
  if (reason === null) return;
  const done = await post("/v1/operator/proposal/reject", { proposal, reason });
  await showProposals();
  say(`Proposal ${done.proposal} is ${done.state}.`);
}

async function withdraw({ proposal }) {
  const done = await post("/v1/operator/proposal/withdraw", { proposal });
  await showProposals();
  say(`Proposal ${done.proposal} is ${done.state}.`);
}
