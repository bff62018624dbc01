import { Field } from "@bourse/kit/field.tsx";
import { useEntryWords } from "@bourse/kit/entry-words";
import { useState } from "react";
import { client } from "../live/clients.ts";
import { useAct } from "./asked.ts";
import { EntryFault } from "./entry-fault.tsx";
import { DoneStep, EmailField, MailPage, StepForm, TokenStep } from "./mail-steps.tsx";
import { TextArea } from "./text-area.tsx";

type Step = "ask" | "state" | "asked" | "cancelled";
const STATEMENT_CHARS_MAX = 2_000;

/** For somebody who has lost every second factor: by mailbox, password and what operators are told. */
export function LostFactorPage() {
  const words = useEntryWords();
  const [step, setStep] = useState<Step>("ask");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [statement, setStatement] = useState("");
  const { fault, act } = useAct();
  const ask = () =>
    act(async () => {
      await client.call("POST /v1/factorReset/ask", { email });
      setStep("state");
    });
  const open = (token: string) =>
    act(async () => {
      await client.call("POST /v1/factorReset", { token, password, statement });
      setStep("asked");
    });
  const cancel = (token: string) =>
    act(async () => {
      await client.call("POST /v1/factorReset/cancel", { token });
      setStep("cancelled");
    });
  return (
    <MailPage title={words.lostFactor}>
      {step === "ask" ? (
        <StepForm button={words.sendToken} onSubmit={ask}>
          <p>{words.lostFactorHint}</p>
          <EmailField label={words.email} email={email} onEmail={setEmail} />
        </StepForm>
      ) : null}
      {step === "state" ? (
        <TokenStep
          notice={words.resetMail}
          email={email}
          subject="SECOND_FACTOR_RESET_LINK"
          button={words.askReset}
          onToken={open}
        >
          <Field
            label={words.password}
            type="password"
            autoComplete="current-password"
            value={password}
            onValue={setPassword}
          />
          <TextArea
            label={words.statement}
            hint={words.statementHint}
            maxLength={STATEMENT_CHARS_MAX}
            value={statement}
            onValue={setStatement}
          />
        </TokenStep>
      ) : null}
      {step === "asked" ? <DoneStep notice={words.resetAsked} /> : null}
      {step === "cancelled" ? <DoneStep notice={words.resetCancelled} /> : null}
      <EntryFault fault={fault} unproven="proofFailed" />
      {step === "ask" ? (
        <details>
          <summary>{words.resetNotMine}</summary>
          <TokenStep
            notice={words.cancelResetHint}
            email=""
            subject="SECOND_FACTOR_RESET_ASKED"
            button={words.cancelReset}
            onToken={cancel}
          />
        </details>
      ) : null}
    </MailPage>
  );
}
