import { Field } from "@bourse/kit/field.tsx";
import { usePageWords } from "@bourse/kit/words";
import { useState } from "react";
import { client } from "../live/clients.ts";
import { addPasskey, removePasskey } from "../live/passkeys.ts";
import { recallSession } from "../live/visitor.ts";
import { dayTime } from "../live/time.ts";
import { useAct, useAsked } from "./asked.ts";
import { Awaited } from "./awaited.tsx";
import { FaultNotice } from "./fault.tsx";
import { ProofField } from "./proof-field.tsx";

const ask = () => client.call("GET /v1/passkeys", {});

/** Passkeys: those that there are, one more, one less. Every change ends all sessions. */
export function PasskeysPanel() {
  const words = usePageWords();
  const [asked, again] = useAsked(ask);
  const [label, setLabel] = useState("");
  const [typed, setTyped] = useState("");
  const { fault, act } = useAct();
  return (
    <form
      className="panel stack padded"
      aria-label={words.passkeys}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        act(async () => {
          await addPasskey(label, typed);
          await recallSession();
        });
      }}
    >
      <h2>{words.passkeys}</h2>
      <p>{words.passkeysHint}</p>
      <Awaited what={words.passkeys} asked={asked} again={again}>
        {(passkeys) =>
          passkeys.length === 0 ? (
            <p className="quiet">{words.noPasskeys}</p>
          ) : (
            <ul>
              {passkeys.map((passkey) => (
                <li key={passkey.id} className="row">
                  <bdi>{passkey.label}</bdi>
                  <span className="quiet small-text">{dayTime(passkey.createdAt)}</span>
                  <button
                    type="button"
                    className="button small"
                    onClick={() =>
                      act(async () => {
                        await removePasskey(passkey.id, typed);
                        await recallSession();
                      })
                    }
                  >
                    {words.removePasskey(passkey.label)}
                  </button>
                </li>
              ))}
            </ul>
          )
        }
      </Awaited>
      <Field label={words.label} value={label} onValue={setLabel} maxLength={64} />
      <ProofField typed={typed} onTyped={setTyped} />
      <FaultNotice fault={fault} />
      <div className="row">
        <button type="submit" className="button primary" disabled={label === ""}>
          {words.addPasskey}
        </button>
      </div>
    </form>
  );
}
