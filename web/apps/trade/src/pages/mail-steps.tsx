import type { OutboxMessage } from "@bourse/api/schema";
import { Field } from "@bourse/kit/field.tsx";
import { useEntryWords } from "@bourse/kit/entry-words";
import { useState, type ReactNode } from "react";
import { SandboxToken } from "./sandbox-token.tsx";

/** The page of what a mailed token proves: its heading, and one step after the other. */
export function MailPage({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ReactNode;
}) {
  return (
    <div className="page narrow">
      <h1>{title}</h1>
      <div className="panel stack padded">{children}</div>
    </div>
  );
}

/** A form of one step. */
export function StepForm({
  button,
  onSubmit,
  children,
}: {
  readonly button: string;
  readonly onSubmit: () => void;
  readonly children: ReactNode;
}) {
  return (
    <form
      className="stack"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {children}
      <button type="submit" className="button primary">
        {button}
      </button>
    </form>
  );
}

export function EmailField({
  label,
  email,
  onEmail,
}: {
  readonly label: string;
  readonly email: string;
  readonly onEmail: (email: string) => void;
}) {
  return (
    <Field label={label} type="email" autoComplete="username" value={email} onValue={onEmail} />
  );
}

/** A password that is chosen now. */
export function NewPasswordField({
  label,
  password,
  onPassword,
}: {
  readonly label: string;
  readonly password: string;
  readonly onPassword: (password: string) => void;
}) {
  const words = useEntryWords();
  return (
    <Field
      label={label}
      hint={words.passwordHint}
      type="password"
      autoComplete="new-password"
      value={password}
      onValue={onPassword}
    />
  );
}

/** The step that takes the token of the message, and what else belongs to it. */
export function TokenStep({
  notice,
  email,
  subject,
  button,
  onToken,
  children,
}: {
  readonly notice: string;
  readonly email: string;
  readonly subject: OutboxMessage["subject"];
  readonly button: string;
  readonly onToken: (token: string) => void;
  readonly children?: ReactNode;
}) {
  const words = useEntryWords();
  const [token, setToken] = useState("");
  return (
    <StepForm button={button} onSubmit={() => onToken(token.trim())}>
      <p className="notice" role="status">
        {notice}
      </p>
      <Field label={words.token} autoComplete="one-time-code" value={token} onValue={setToken} />
      <SandboxToken email={email} subject={subject} onToken={setToken} />
      {children}
    </StepForm>
  );
}

/** The last step: it is done, and one can sign in. */
export function DoneStep({ notice }: { readonly notice: string }) {
  const words = useEntryWords();
  return (
    <>
      <p className="notice" role="status">
        {notice}
      </p>
      <a className="button primary" href="/sign-in">
        {words.signIn}
      </a>
    </>
  );
}
