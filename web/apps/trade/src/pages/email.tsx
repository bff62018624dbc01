import { useEntryWords } from "@bourse/kit/entry-words";
import { useState } from "react";
import { client } from "../live/clients.ts";
import { recallSession } from "../live/visitor.ts";
import { useAct } from "./asked.ts";
import { awaitedLetter, forgetLetter } from "./awaited-letter.ts";
import { EntryFault } from "./entry-fault.tsx";
import { DoneStep, MailPage, TokenStep } from "./mail-steps.tsx";

type Step = "ask" | "changed" | "returned";

/** Where the tokens about an address go: that of the new one takes it, that of the former one takes it back. */
export function EmailPage() {
  const words = useEntryWords();
  const [email] = useState(awaitedLetter);
  const [step, setStep] = useState<Step>("ask");
  const { fault, act } = useAct();
  const send = (
    operation: "POST /v1/email/confirm" | "POST /v1/email/return",
    token: string,
    next: Step,
  ) =>
    act(async () => {
      await client.call(operation, { token });
      setStep(next);
      forgetLetter();
      // The session of this browser has ended with all others.
      await recallSession();
    });
  if (step !== "ask") {
    return (
      <MailPage title={words.changeEmail}>
        <DoneStep notice={step === "changed" ? words.emailChanged : words.emailReturned} />
      </MailPage>
    );
  }
  return (
    <MailPage title={words.changeEmail}>
      <TokenStep
        notice={email === "" ? words.emailToken : words.emailMail(email)}
        email={email}
        subject="EMAIL_CHANGE"
        button={words.confirm}
        onToken={(token) => send("POST /v1/email/confirm", token, "changed")}
      />
      <EntryFault fault={fault} unproven="proofFailed" />
      <details>
        <summary>{words.emailNotMine}</summary>
        <TokenStep
          notice={words.emailReturnHint}
          email=""
          subject="EMAIL_CHANGED"
          button={words.returnEmail}
          onToken={(token) => send("POST /v1/email/return", token, "returned")}
        />
      </details>
    </MailPage>
  );
}
