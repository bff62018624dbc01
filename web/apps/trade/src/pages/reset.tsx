import { useEntryWords } from "@bourse/kit/entry-words";
import { useState } from "react";
import { client } from "../live/clients.ts";
import { recallSession } from "../live/visitor.ts";
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

type Step = "ask" | "set" | "done";

/** Another password for somebody who has forgotten it: by a token that is mailed. */
export function ResetPage() {
  const words = useEntryWords();
  const [step, setStep] = useState<Step>("ask");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const { fault, act } = useAct();
  const ask = () =>
    act(async () => {
      await client.call("POST /v1/password/forgot", { email });
      setStep("set");
    });
  const set = (token: string) =>
    act(async () => {
      await client.call("POST /v1/password/reset", { token, newPassword: password });
      setStep("done");
      // The session of this browser has ended with all others.
      await recallSession();
    });
  return (
    <MailPage title={words.resetPassword}>
      {step === "ask" ? (
        <StepForm button={words.sendToken} onSubmit={ask}>
          <EmailField label={words.email} email={email} onEmail={setEmail} />
        </StepForm>
      ) : null}
      {step === "set" ? (
        <TokenStep
          notice={words.resetMail}
          email={email}
          subject="PASSWORD_RESET"
          button={words.resetPassword}
          onToken={set}
        >
          <NewPasswordField
            label={words.newPassword}
            password={password}
            onPassword={setPassword}
          />
        </TokenStep>
      ) : null}
      {step === "done" ? <DoneStep notice={words.passwordSet} /> : null}
      <EntryFault fault={fault} unproven="proofFailed" />
    </MailPage>
  );
}
