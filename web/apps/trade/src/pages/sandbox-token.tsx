import type { OutboxMessage } from "@bourse/api/schema";
import { useEntryWords } from "@bourse/kit/entry-words";
import { useMailedToken } from "./sandbox.ts";

/** In a sandbox, the token that was mailed to an address, to be taken over. */
export function SandboxToken({
  email,
  subject,
  onToken,
}: {
  readonly email: string;
  readonly subject: OutboxMessage["subject"];
  readonly onToken: (token: string) => void;
}) {
  const words = useEntryWords();
  const [token] = useMailedToken(email, subject);
  if (token === null) return null;
  return (
    <p className="notice careful">
      {words.sandboxMail}{" "}
      <button type="button" className="button small" onClick={() => onToken(token)}>
        {words.useToken}
      </button>
    </p>
  );
}
