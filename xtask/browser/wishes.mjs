// What users ask for that operators decide about, as programs ask it: a level with its documents, and a withdrawal.

import { createHmac } from "node:crypto";
import { crc32, deflateSync } from "node:zlib";

const PASSWORD = "a horse of my own";
/** The address that every person of the sandbox has in the book. */
export const KNOWN = "bc1qcr8te4kr609gcawutmrza0j4xv80jy8z306fyu";

async function ask(origin, path, { method = "POST", form, ...rest } = {}) {
  const body = form && new URLSearchParams(form);
  const answer = await fetch(`${origin}${path}`, { method, body, ...rest });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}

/** Becomes a user and applies for the second level; returns the number of the application. */
export async function apply(origin, email, legalName) {
  const account = { email, password: PASSWORD };
  await ask(origin, "/v1/register", { form: account });
  const letters = await (await ask(origin, "/dev/outbox", { method: "GET" })).json();
  const { token } = letters.find((letter) => letter.recipient === email && letter.token !== null);
  await ask(origin, "/v1/register/confirm", { form: { token } });
  const begun = await ask(origin, "/v1/login", { form: account });
  const [cookie] = begun.headers.get("set-cookie").split(";");
  const headers = { Cookie: cookie, "X-BOURSE-CSRF": (await begun.json()).csrfToken };
  const form = { legalName, birthDate: "1990-02-28", country: "DE", address: "Street 1", level: "2" };
  await ask(origin, "/v1/kyc/application", { form, headers });
  for (const kind of ["IDENTITY", "PORTRAIT"]) {
    await ask(origin, `/v1/kyc/documents?kind=${kind}`, { body: picture(40, 30), headers });
  }
  const { id } = await (await ask(origin, "/v1/kyc/submit", { headers })).json();
  return id;
}

/** Asks for a withdrawal with the key of a person of the sandbox. */
export async function withdraw(origin, { api_key, api_secret }) {
  const query = `coin=BTC&address=${KNOWN}&amount=2&timestamp=${Date.now()}`;
  const signature = createHmac("sha256", api_secret).update(query).digest("hex");
  const headers = { "X-MBX-APIKEY": api_key };
  await ask(origin, `/sapi/v1/capital/withdraw/apply?${query}&signature=${signature}`, { headers });
}

/** A PNG that is red all over. */
function picture(width, height) {
  const chunk = (type, data) => {
    const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(named));
    return Buffer.concat([length, named, check]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  // Eight bits a colour, three colours.
  head.set([8, 2], 8);
  const row = [0, ...Array(width).fill([255, 0, 0]).flat()];
  const rows = Buffer.from(Array(height).fill(row).flat());
  const start = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([start, chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}
