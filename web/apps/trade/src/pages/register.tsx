import { useEntryWords } from "@bourse/kit/entry-words";
import { useState } from "react";
import { client } from "../live/clients.ts";
import { useAct } from "./asked.ts";
import { EntryFault } from "./entry-fault.tsx";
import {
  DoneStep,
  EmailField,
  MailPage,
  NewPasswordField,
  StepForm,
  TokenStep,
} from "./mail-steps.tsx";

type Step = "ask" | "confirm" | "done";

/** Opens an account: address and password, then the token that was mailed. */
export function RegisterPage() {
  const words = useEntryWords();
  const [step, setStep] = useState<Step>("ask");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const { fault, act } = useAct();
  const register = () =>
    act(async () => {
      await client.call("POST /v1/register", { email, password });
      setStep("confirm");
    });
  const confirm = (token: string) =>
    act(async () => {
      await client.call("POST /v1/register/confirm", { token });
      setStep("done");
    });
  return (
    <MailPage title={words.register}>
      {step === "ask" ? (
        <>
          <StepForm button={words.register} onSubmit={register}>
            <EmailField label={words.email} email={email} onEmail={setEmail} />
            <NewPasswordField label={words.password} password={password} onPassword={setPassword} />
          </StepForm>
          <p className="small-text">
            {words.haveAccount} <a href="/sign-in">{words.signIn}</a>
          </p>
        </>
      ) : null}
      {step === "confirm" ? (
        <TokenStep
          notice={words.checkMail}
          email={email}
          subject="REGISTRATION"
          button={words.confirm}
          onToken={confirm}
        />
      ) : null}
      {step === "done" ? <DoneStep notice={words.confirmed} /> : null}
      <EntryFault fault={fault} unproven="signInFailed" />
    </MailPage>
  );
}
