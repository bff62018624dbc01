import { Field } from "@bourse/kit/field.tsx";
import { usePageWords } from "@bourse/kit/words";
import { useState } from "react";
import { client } from "../live/clients.ts";
import { useAct, useAsked } from "./asked.ts";
import { Awaited } from "./awaited.tsx";
import { FaultNotice } from "./fault.tsx";

const ask = () => client.call("GET /v1/antiPhishingCode", {});

/** A word of one's own that every letter of the exchange shows, and no letter of somebody else. */
export function PhishingPanel({ hasFactor }: { readonly hasFactor: boolean }) {
  const words = usePageWords();
  const [asked, again] = useAsked(ask);
  const [code, setCode] = useState("");
  const [password, setPassword] = useState("");
  const [totp, setTotp] = useState("");
  const { fault, act } = useAct();
  if (asked.kind !== "there") {
    return (
      <Awaited what={words.phishingCode} asked={asked} again={again}>
        {() => null}
      </Awaited>
    );
  }
  const { isSet } = asked.answer;
  const send = (wanted: { readonly code?: string }) =>
    act(async () => {
      const factor = hasFactor ? { totp } : {};
      await client.call("POST /v1/antiPhishingCode", { ...wanted, password, ...factor });
      setCode("");
      setPassword("");
      setTotp("");
      again();
    });
  return (
    <form
      className="panel stack padded"
      aria-label={words.phishingCode}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        send({ code });
      }}
    >
      <h2>{words.phishingCode}</h2>
      <p>{isSet ? words.phishingOn : words.phishingOff}</p>
      <Field label={words.phishingWord} maxLength={32} value={code} onValue={setCode} />
      <Field
        label={words.password}
        type="password"
        autoComplete="current-password"
        value={password}
        onValue={setPassword}
      />
      {hasFactor ? (
        <Field label={words.code} autoComplete="one-time-code" value={totp} onValue={setTotp} />
      ) : null}
      <FaultNotice fault={fault} />
      <div className="row">
        <button type="submit" className="button primary" disabled={code === ""}>
          {words.phishingSet}
        </button>
        {isSet ? (
          <button type="button" className="button" onClick={() => send({})}>
            {words.phishingRemove}
          </button>
        ) : null}
      </div>
    </form>
  );
}
