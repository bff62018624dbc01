/** Passkeys: what the browser signs, in the letters that the interface takes. */

import type { Challenge, LoginChallenge, Operations, Session } from "@bourse/api/schema";
import { client } from "./clients.ts";

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function textOf(buffer: ArrayBuffer): string {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** ES256, EdDSA and RS256, as the exchange takes them. */
const ALGORITHMS = [-8, -7, -257] as const;

async function sign(challenge: Challenge | LoginChallenge): Promise<{
  readonly credential: string;
  readonly clientData: string;
  readonly authenticatorData: string;
  readonly assertion: string;
  readonly userHandle: string;
}> {
  const allowed = "credentials" in challenge ? challenge.credentials : [];
  const credential = await navigator.credentials.get({
    publicKey: {
      challenge: bytesOf(challenge.toBeSigned),
      rpId: challenge.relyingParty ?? location.hostname,
      userVerification: "required",
      allowCredentials: allowed.map((id) => ({ type: "public-key", id: bytesOf(id) })),
    },
  });
  if (!(credential instanceof PublicKeyCredential)) throw new Error("no passkey was chosen");
  const { response } = credential;
  if (!(response instanceof AuthenticatorAssertionResponse)) throw new Error("not an assertion");
  return {
    credential: textOf(credential.rawId),
    clientData: textOf(response.clientDataJSON),
    authenticatorData: textOf(response.authenticatorData),
    assertion: textOf(response.signature),
    userHandle: response.userHandle === null ? "" : textOf(response.userHandle),
  };
}

/** Begins a session by a passkey alone. */
export async function signWithPasskey(): Promise<Session> {
  const told = await client.call("POST /v1/login/challenge", {});
  return client.call("POST /v1/login/passkey", {
    challenge: told.challenge,
    ...(await sign(told)),
  });
}

type Proof = Readonly<Record<string, string>>;
type ActProof = Proof & { readonly challenge: string };

/** A proof that whoever asks is the user: a code or password that was typed, or a passkey. */
async function prove(challenge: Challenge, typed: string): Promise<Proof> {
  if (challenge.proofs.includes("totp") && typed !== "") return { totp: typed };
  if (challenge.proofs.includes("password")) return { password: typed };
  const { credential, clientData, authenticatorData, assertion } = await sign(challenge);
  return { credential, clientData, authenticatorData, assertion };
}

/** What is sent beside an act that wants a fresh proof: it is bound to exactly these parameters. */
export async function proofOf(
  act: Operations["POST /v1/challenge"]["parameters"],
  typed: string,
): Promise<ActProof> {
  const told = await client.call("POST /v1/challenge", act);
  return { challenge: told.challenge, ...(await prove(told, typed)) };
}

/** Makes a passkey on this device and gives it to the exchange. */
export async function addPasskey(label: string, typed: string): Promise<void> {
  const told = await client.call("POST /v1/challenge", { action: "addPasskey", label });
  const credential = await navigator.credentials.create({
    publicKey: {
      challenge: bytesOf(told.toBeSigned),
      rp: { id: told.relyingParty ?? location.hostname, name: "Bourse" },
      user: { id: bytesOf(told.userHandle), name: label, displayName: label },
      pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: "public-key", alg })),
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
      excludeCredentials: told.credentials.map((id) => ({ type: "public-key", id: bytesOf(id) })),
    },
  });
  if (!(credential instanceof PublicKeyCredential)) throw new Error("no passkey was made");
  const { response } = credential;
  if (!(response instanceof AuthenticatorAttestationResponse)) throw new Error("not made");
  await client.call("POST /v1/passkeys", {
    label,
    challenge: told.challenge,
    attestation: textOf(response.attestationObject),
    attestationClientData: textOf(response.clientDataJSON),
    ...(await prove(told, typed)),
  });
}

/** Takes a passkey away. */
export async function removePasskey(id: number, typed: string): Promise<void> {
  const proof = await proofOf({ action: "removePasskey", id }, typed);
  await client.call("POST /v1/passkeys/remove", { id, ...proof });
}
