// Applications for levels: the queue, a case with its documents, and the decision about it.

import { at, fetchPicture, look, post, prove, say, session } from "./ask.js";
import { askWhy, button, facts, fill, item, make, moment, note, rows } from "./draw.js";

const PATH = "/v1/operator/kyc";
// What waits for compliance, those that wait longest first.
const WAITING = ["SUBMITTED", "IN_REVIEW"];

function line(application) {
  const { application: number, user, level, state, country, findings, claimedBy, approvedBy, changedAt } = application;
  return item(
    rows([
      ["application", `${number}, ${state}`],
      ["user", `${user}, from ${country}, for level ${level}`],
      ["since", moment(changedAt)],
      ["claimed by", claimedBy ?? "nobody"],
      ...(approvedBy ? [["approved by", approvedBy]] : []),
      ...findings.map((finding) => ["speaks against it", finding]),
    ]),
    button("Look at it", () => open(number)),
  );
}

export async function showApplications() {
  const state = at("application-state").value;
  const states = state ? [state] : WAITING;
  const lists = await Promise.all(states.map((one) => look(PATH, { state: one })));
  const applications = lists.flat().sort((one, other) => one.changedAt - other.changedAt);
  fill("applications", applications.map(line), make("span", "There are none."));
}

// A picture was drawn anew by the exchange, is decoded as one and nothing else, and has no address that could be opened.
async function draw({ document: number, kind }, place) {
  const blob = await fetchPicture(`${PATH}/document`, { document: number });
  if (blob.type !== "image/jpeg") throw new Error("It is no picture.");
  const picture = await createImageBitmap(blob);
  const canvas = make("canvas");
  Object.assign(canvas, { width: picture.width, height: picture.height, role: "img", ariaLabel: kind });
  canvas.getContext("2d").drawImage(picture, 0, 0);
  picture.close();
  place.replaceChildren(canvas);
}

function documentOf(taken) {
  const place = make("div");
  const { kind, width, height, uploadedAt } = taken;
  place.append(button("Show", () => draw(taken, place)));
  return item(make("p", `${kind}, ${width} × ${height}, ${moment(uploadedAt)}`), place);
}

function choices(application) {
  const { state, claimedBy, approvedBy } = application;
  if (state === "SUBMITTED") return [button("Claim", () => review(application, "claim"))];
  if (state !== "IN_REVIEW") return [];
  const isOwn = claimedBy === session.name;
  const isSecond = approvedBy !== null && approvedBy !== session.name;
  const approval = button(isSecond ? "Approve as the second" : "Approve", () => approve(application));
  if (!isOwn) return isSecond ? [approval] : [note(`${claimedBy} has claimed it, and decides.`)];
  const mine = approvedBy === session.name ? [note("You have approved it: another operator does, too.")] : [approval];
  return [
    ...mine,
    button("Ask for more", () => decideWhy(application, "ask", "The applicant reads what is missing.", "Ask")),
    button("Reject", () => decideWhy(application, "reject", "The applicant reads why.", "Reject")),
  ];
}

const person = (application) =>
  rows([
    ["name", application.legalName],
    ["born", application.birthDate],
    ["address", application.address],
    ["country", application.country],
    ["user", String(application.user)],
    ["applies for", `level ${application.level}`],
    ["state", `${application.state}, since ${moment(application.changedAt)}`],
    ["begun", moment(application.createdAt)],
    ["claimed by", application.claimedBy ?? "nobody"],
    ["approved by", application.approvedBy ?? "nobody"],
    ["was told", application.reason || "nothing"],
    ["missing", application.missing.join(", ") || "nothing"],
    ["speaks against it", application.findings.join("; ") || "nothing"],
  ]);

function show(application) {
  at("case").replaceChildren(
    make("h3", `Application ${application.application}`),
    person(application),
    make("ul", ...application.documents.map(documentOf)),
    ...choices(application),
    button("Close", () => at("case").replaceChildren()),
  );
  at("case").scrollIntoView();
}

async function open(application) {
  show(await look(`${PATH}/application`, { application }));
}

async function review({ application }, decision, more) {
  const done = await post(`${PATH}/review`, { application, decision, ...more });
  show(done);
  await showApplications();
  const isFirstOfTwo = decision === "approve" && done.state === "IN_REVIEW";
  const second = isFirstOfTwo ? " Something speaks against it: another operator approves it, too." : "";
  say(`Application ${application} is ${done.state}.${second}`);
}

async function approve(told) {
  const { application } = told;
  await review(told, "approve", await prove(`${PATH}/review/challenge`, { application }));
}

async function decideWhy(told, decision, text, confirm) {
  const reason = await askWhy(text, confirm);
  if (reason !== null) await review(told, decision, { reason });
}

export async function showDeposits() {
  const deposits = await look(`${PATH}/deposits`, { limit: "1000" });
  fill("deposits", deposits.map((one) => item(facts(one))), make("span", "There are none."));
}
