// Becoming an operator in a browser, and one's own passkeys.

import { at, bytes, look, post, prove, say, text } from "./ask.js";
import { button, fill, item, moment } from "./draw.js";

async function enrol(code, label) {
  const told = await post("/v1/operator/passkey/begin", { code });
  const publicKey = {
    challenge: bytes(told.toBeSigned),
    rp: { id: told.relyingParty, name: "Bourse operators" },
    user: { id: bytes(told.userHandle), name: told.name, displayName: told.name },
    pubKeyCredParams: [-8, -7, -257].map((alg) => ({ type: "public-key", alg })),
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
  };
  const { response } = await navigator.credentials.create({ publicKey });
  await post("/v1/operator/passkey", {
    code,
    label,
    attestation: text(response.attestationObject),
    attestationClientData: text(response.clientDataJSON),
  });
  return told.name;
}

export async function enrolByCode() {
  const name = await enrol(at("code").value.trim(), at("label").value);
  at("code").value = "";
  say(`The passkey of ${name} is enrolled: sign in with it.`);
}

// The name of the passkey is that of the field above; the halves count until it is enrolled.
export async function accept() {
  const { enrolment } = await post("/v1/operator/invitation/accept", {
    code: at("first-half").value.trim(),
    otherCode: at("other-half").value.trim(),
  });
  at("code").value = enrolment.code;
  await enrolByCode();
  at("first-half").value = "";
  at("other-half").value = "";
}

export async function addPasskey() {
  const { code } = await post("/v1/operator/enrolment", await prove("/v1/operator/passkey/challenge", {}));
  await enrol(code, at("other-label").value);
}

export async function showPasskeys(close) {
  const removed = async ({ passkey }) => {
    const signed = await prove("/v1/operator/passkey/challenge", { passkey });
    await post("/v1/operator/passkey/remove", { passkey, ...signed });
    close();
    say("The passkey is taken away, and your sessions have ended: sign in again.");
  };
  const line = (passkey) => {
    const { label, createdAt, lastUsedAt } = passkey;
    const used = lastUsedAt ? moment(lastUsedAt) : "never";
    return item(`${label}, since ${moment(createdAt)}, used ${used} `, button("Take away", () => removed(passkey)));
  };
  fill("passkeys", (await look("/v1/operator/passkeys")).map(line));
}

export async function showHalf() {
  const half = await post("/v1/operator/invitation", { proposal: at("invitation").value.trim() });
  say(`Half of the code for ${half.name}: ${half.code}`);
}
