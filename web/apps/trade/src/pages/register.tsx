import { Refused } from "@bourse/api/client";
import { Field } from "@bourse/kit/field.tsx";
import { useWords } from "@bourse/kit/words";
import { useState } from "react";
import { client } from "../live/clients.ts";
import { entryRefusal } from "./sign-in.tsx";
import { SandboxToken } from "./sandbox-token.tsx";

type Step = "ask" | "confirm" | "done";

/** Opens an account: address and password, then the token that was mailed. */
export function RegisterPage() {
  const words = useWords();
  const [step, setStep] = useState<Step>("ask");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [token, setToken] = useState("");
  const [fault, setFault] = useState<string | null>(null);
  const attempt = async (act: () => Promise<unknown>, next: Step): Promise<void> => {
    setFault(null);
    try {
      await act();
      setStep(next);
    } catch (error) {
      setFault(error instanceof Refused ? entryRefusal(error, words) : words.reasonOffline);
    }
  };
  return (
    <div className="page narrow">
      <h1>{words.register}</h1>
      <div className="panel stack padded">
        {step === "ask" ? (
          <form
            className="stack"
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              void attempt(() => client.call("POST /v1/register", { email, password }), "confirm");
            }}
          >
            <Field
              label={words.email}
              type="email"
              autoComplete="username"
              value={email}
              onValue={setEmail}
            />
            <Field
              label={words.password}
              hint={words.passwordHint}
              type="password"
              autoComplete="new-password"
              value={password}
              onValue={setPassword}
            />
            <button type="submit" className="button primary">
              {words.register}
            </button>
            <p className="small-text">
              {words.haveAccount} <a href="/sign-in">{words.signIn}</a>
            </p>
          </form>
        ) : null}
        {step === "confirm" ? (
          <form
            className="stack"
            noValidate
            onSubmit={(event) => {
              event.preventDefault();
              const confirm = () =>
                client.call("POST /v1/register/confirm", { token: token.trim() });
              void attempt(confirm, "done");
            }}
          >
            <p className="notice" role="status">
              {words.checkMail}
            </p>
            <Field
              label={words.token}
              autoComplete="one-time-code"
              value={token}
              onValue={setToken}
            />
            <SandboxToken email={email} subject="REGISTRATION" onToken={setToken} />
            <button type="submit" className="button primary">
              {words.confirm}
            </button>
          </form>
        ) : null}
        {step === "done" ? (
          <>
            <p className="notice" role="status">
              {words.confirmed}
            </p>
            <a className="button primary" href="/sign-in">
              {words.signIn}
            </a>
          </>
        ) : null}
        {fault === null ? null : (
          <p className="notice wrong" role="alert">
            {fault}
          </p>
        )}
      </div>
    </div>
  );
}
