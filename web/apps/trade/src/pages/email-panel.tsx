import { usePageWords } from "@bourse/kit/words";
import { useState } from "react";
import { client } from "../live/clients.ts";
import { proofOf } from "../live/passkeys.ts";
import { go } from "../router.ts";
import { useAct } from "./asked.ts";
import { awaitLetter } from "./awaited-letter.ts";
import { FaultNotice } from "./fault.tsx";
import { EmailField } from "./mail-steps.tsx";
import { ProofField } from "./proof-field.tsx";

/** Another address of the user: it counts once the token that is written to it has come back. */
export function EmailPanel() {
  const words = usePageWords();
  const [email, setEmail] = useState("");
  const [typed, setTyped] = useState("");
  const { fault, act } = useAct();
  const ask = () =>
    act(async () => {
      const proof = await proofOf({ action: "changeEmail", email }, typed);
      await client.call("POST /v1/email/change", { email, ...proof });
      awaitLetter(email);
      go("/sign-in/email");
    });
  return (
    <form
      className="panel stack padded"
      aria-label={words.changeEmail}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        ask();
      }}
    >
      <h2>{words.changeEmail}</h2>
      <p>{words.changeEmailHint}</p>
      <EmailField label={words.newEmail} email={email} onEmail={setEmail} />
      <ProofField typed={typed} onTyped={setTyped} />
      <FaultNotice fault={fault} />
      <div className="row">
        <button type="submit" className="button primary" disabled={email === ""}>
          {words.sendToken}
        </button>
      </div>
    </form>
  );
}
