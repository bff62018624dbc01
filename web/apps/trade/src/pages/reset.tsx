import { Field } from "@bourse/kit/field.tsx";
import { useWords } from "@bourse/kit/words";
import { useState } from "react";
import { client } from "../live/clients.ts";
import { useAct } from "./asked.ts";
import { FaultNotice } from "./fault.tsx";
import { SandboxToken } from "./sandbox-token.tsx";

type Step = "ask" | "set" | "done";

/** Another password for somebody who has forgotten it: by a token that is mailed. */
export function ResetPage() {
  const words = useWords();
  const [step, setStep] = useState<Step>("ask");
  const [email, setEmail] = useState("");
  const [token, setToken] = useState("");
  const [password, setPassword] = useState("");
  const { fault, act } = useAct();
  return (
    <div className="page narrow">
      <h1>{words.resetPassword}</h1>
      <div className="panel stack padded">
        {step === "ask" ? (
          <form
            className="stack"
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              act(async () => {
                await client.call("POST /v1/password/forgot", { email });
                setStep("set");
              });
            }}
          >
            <Field
              label={words.email}
              type="email"
              autoComplete="username"
              value={email}
              onValue={setEmail}
            />
            <button type="submit" className="button primary">
              {words.sendToken}
            </button>
          </form>
        ) : null}
        {step === "set" ? (
          <form
            className="stack"
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              act(async () => {
                const parameters = { token: token.trim(), newPassword: password };
                await client.call("POST /v1/password/reset", parameters);
                setStep("done");
              });
            }}
          >
            <p className="notice" role="status">
              {words.resetMail}
            </p>
            <Field
              label={words.token}
              autoComplete="one-time-code"
              value={token}
              onValue={setToken}
            />
            <SandboxToken email={email} subject="PASSWORD_RESET" onToken={setToken} />
            <Field
              label={words.newPassword}
              hint={words.passwordHint}
              type="password"
              autoComplete="new-password"
              value={password}
              onValue={setPassword}
            />
            <button type="submit" className="button primary">
              {words.resetPassword}
            </button>
          </form>
        ) : null}
        {step === "done" ? (
          <>
            <p className="notice" role="status">
              {words.passwordSet}
            </p>
            <a className="button primary" href="/sign-in">
              {words.signIn}
            </a>
          </>
        ) : null}
        <FaultNotice fault={fault} />
      </div>
    </div>
  );
}
