import type { Session } from "@bourse/api/schema";
import { Field } from "@bourse/kit/field.tsx";
import { useEntryWords } from "@bourse/kit/entry-words";
import { useState } from "react";
import { useFeature } from "../live/brand.ts";
import { client } from "../live/clients.ts";
import { wayBack } from "../live/left.ts";
import { signWithPasskey } from "../live/passkeys.ts";
import { visitor } from "../live/visitor.ts";
import { useStore } from "../live/use.ts";
import { go } from "../router.ts";
import { EntryFault } from "./entry-fault.tsx";
import { useSandbox } from "./sandbox.ts";

/** Lets somebody in by password and code, by passkey, or in a sandbox as one of its accounts. */
export function SignInPage() {
  const words = useEntryWords();
  const who = useStore(visitor);
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [fault, setFault] = useState<unknown>(null);
  const [isSending, setIsSending] = useState(false);
  const isSandbox = useSandbox();
  const mayRegister = useFeature("register");
  const attempt = async (begin: () => Promise<Session>): Promise<void> => {
    setIsSending(true);
    setFault(null);
    try {
      const { account } = await begin();
      go(wayBack(account));
    } catch (error) {
      setFault(error);
    } finally {
      setIsSending(false);
    }
  };
  return (
    <div className="page narrow">
      <h1>{words.signIn}</h1>
      {who.kind === "guest" && who.hasEnded ? (
        <p className="notice careful">{words.sessionEnded}</p>
      ) : null}
      <form
        className="panel stack padded"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void attempt(() =>
            client.call("POST /v1/login", {
              email,
              password,
              ...(code === "" ? {} : { totp: code }),
            }),
          );
        }}
      >
        <Field
          label={words.email}
          type="email"
          name="email"
          autoComplete="username webauthn"
          value={email}
          onValue={setEmail}
        />
        <Field
          label={words.password}
          type="password"
          name="password"
          autoComplete="current-password"
          value={password}
          onValue={setPassword}
        />
        <Field
          label={words.code}
          hint={words.codeHint}
          inputMode="numeric"
          autoComplete="one-time-code"
          value={code}
          onValue={setCode}
        />
        <EntryFault fault={fault} unproven="signInFailed" unanswered="reasonOffline" />
        <button type="submit" className="button primary" disabled={isSending}>
          {words.signIn}
        </button>
        <button
          type="button"
          className="button"
          disabled={isSending}
          onClick={() => void attempt(signWithPasskey)}
        >
          {words.signInWithPasskey}
        </button>
        <p className="small-text">
          {mayRegister ? (
            <>
              {words.noAccount} <a href="/register">{words.register}</a>
              {" · "}
            </>
          ) : null}
          <a href="/sign-in/reset">{words.forgotPassword}</a>
          {" · "}
          <a href="/sign-in/factors">{words.lostFactorLink}</a>
        </p>
      </form>
      {isSandbox ? (
        <section className="panel stack padded" aria-label={words.sandboxAccounts}>
          <h2>{words.sandboxAccounts}</h2>
          <div className="row">
            {SANDBOX_NAMES.map((name) => (
              <button
                key={name}
                type="button"
                className="button"
                disabled={isSending}
                onClick={() => void attempt(() => client.call("POST /dev/session", { name }))}
              >
                {words.signInAs(name)}
              </button>
            ))}
          </div>
        </section>
      ) : null}
    </div>
  );
}

const SANDBOX_NAMES = ["alice", "bob", "carol", "dave"];
