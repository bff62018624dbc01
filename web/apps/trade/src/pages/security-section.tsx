import type { FactorSecret, Security } from "@bourse/api/schema";
import { Field } from "@bourse/kit/field.tsx";
import { usePageWords } from "@bourse/kit/words";
import { lazy, Suspense, useState } from "react";
import { client } from "../live/clients.ts";
import { proofOf } from "../live/passkeys.ts";
import { recallSession } from "../live/visitor.ts";
import { dayTime } from "../live/time.ts";
import { useAct, useAsked } from "./asked.ts";
import { Awaited } from "./awaited.tsx";
import { Copied } from "./copied.tsx";
import { EmailPanel } from "./email-panel.tsx";
import { FaultNotice } from "./fault.tsx";
import { PasskeysPanel } from "./passkeys-panel.tsx";
import { PhishingPanel } from "./phishing-panel.tsx";
import { recoveryCodes } from "./recovery.tsx";
import { ResetNotice } from "./reset-notice.tsx";

const QrCode = lazy(async () => ({
  default: (await import("@bourse/kit/qr-code.tsx")).QrCode,
}));

const ask = () => client.call("GET /v1/security", {});

/** Second factors, passkeys and the password of whoever has signed in with one. */
export function SecuritySection() {
  const words = usePageWords();
  const [asked, again] = useAsked(ask);
  return (
    <Awaited what={words.security} asked={asked} again={again}>
      {(answer) => <Protection security={answer} onChange={again} />}
    </Awaited>
  );
}

function Protection({
  security,
  onChange,
}: {
  readonly security: Security;
  readonly onChange: () => void;
}) {
  const words = usePageWords();
  return (
    <div className="stack">
      {security.payoutsHeldUntil === null ? null : (
        <p className="notice careful">{words.payoutsHeld(dayTime(security.payoutsHeldUntil))}</p>
      )}
      {security.factorResetAskedAt === null ? null : (
        <ResetNotice askedAt={security.factorResetAskedAt} onChange={onChange} />
      )}
      <AuthenticatorPanel security={security} onChange={onChange} />
      <PasskeysPanel />
      <PhishingPanel hasFactor={security.hasSecondFactor} />
      <PasswordPanel hasFactor={security.hasSecondFactor} />
      <EmailPanel />
    </div>
  );
}

function AuthenticatorPanel({
  security,
  onChange,
}: {
  readonly security: Security;
  readonly onChange: () => void;
}) {
  const words = usePageWords();
  const [secret, setSecret] = useState<FactorSecret | null>(null);
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const { fault, act } = useAct();
  const confirm = () =>
    act(async () => {
      const proof = security.passkeys === 0 ? {} : await proofOf({ action: "confirmTotp" }, "");
      const answer = await client.call("POST /v1/totp/confirm", { password, totp: code, ...proof });
      recoveryCodes.dispatch(answer.recoveryCodes);
      await recallSession();
    });
  const remove = () =>
    act(async () => {
      await client.call("POST /v1/totp/remove", { password, totp: code });
      onChange();
      await recallSession();
    });
  const isAsking = secret !== null || security.hasSecondFactor;
  return (
    <form
      className="panel stack padded"
      aria-label={words.authenticator}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (security.hasSecondFactor) remove();
        else if (secret === null) {
          act(async () => setSecret(await client.call("POST /v1/totp/enrol", {})));
        } else confirm();
      }}
    >
      <h2>{words.authenticator}</h2>
      <p>
        {security.hasSecondFactor
          ? words.authenticatorOn(security.recoveryCodesLeft)
          : words.authenticatorOff}
      </p>
      {secret === null ? null : (
        <>
          <Suspense>
            <QrCode text={secret.uri} name={words.secretQr} />
          </Suspense>
          <Copied name={words.secret} text={secret.secret} />
          <p className="hint">{words.secretHint}</p>
        </>
      )}
      {isAsking ? (
        <>
          <Field
            label={words.password}
            type="password"
            autoComplete="current-password"
            value={password}
            onValue={setPassword}
          />
          <Field
            label={words.code}
            inputMode="numeric"
            autoComplete="one-time-code"
            value={code}
            onValue={setCode}
          />
        </>
      ) : null}
      <FaultNotice fault={fault} />
      <div className="row">
        <button type="submit" className="button primary">
          {security.hasSecondFactor
            ? words.removeAuthenticator
            : secret === null
              ? words.enableAuthenticator
              : words.confirm}
        </button>
      </div>
    </form>
  );
}

function PasswordPanel({ hasFactor }: { readonly hasFactor: boolean }) {
  const words = usePageWords();
  const [password, setPassword] = useState("");
  const [next, setNext] = useState("");
  const [code, setCode] = useState("");
  const [isDone, setIsDone] = useState(false);
  const { fault, act } = useAct();
  return (
    <form
      className="panel stack padded"
      aria-label={words.changePassword}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        act(async () => {
          const totp = hasFactor ? { totp: code } : {};
          await client.call("POST /v1/password/change", { password, newPassword: next, ...totp });
          setIsDone(true);
          await recallSession();
        });
      }}
    >
      <h2>{words.changePassword}</h2>
      <Field
        label={words.password}
        type="password"
        autoComplete="current-password"
        value={password}
        onValue={setPassword}
      />
      <Field
        label={words.newPassword}
        hint={words.passwordHint}
        type="password"
        autoComplete="new-password"
        value={next}
        onValue={setNext}
      />
      {hasFactor ? (
        <Field label={words.code} autoComplete="one-time-code" value={code} onValue={setCode} />
      ) : null}
      <FaultNotice fault={fault} />
      {isDone ? (
        <p className="notice" role="status">
          {words.done}
        </p>
      ) : null}
      <div className="row">
        <button type="submit" className="button primary">
          {words.changePassword}
        </button>
      </div>
    </form>
  );
}
