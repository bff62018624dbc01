import type { OutboxMessage } from "@bourse/api/schema";
import { createStore, now } from "@bourse/state/store";
import { useCallback, useEffect, useState } from "react";
import { client } from "../live/clients.ts";
import { useStore } from "../live/use.ts";

/** Whether this is a sandbox: only there the exchange shows what it would have mailed. */
const sandbox = createStore<boolean, boolean>(false, (_, is) => is, now);

export async function lookForSandbox(): Promise<void> {
  sandbox.dispatch(
    await client.call("GET /dev/outbox", {}).then(
      () => true,
      () => false,
    ),
  );
}

export const useSandbox = (): boolean => useStore(sandbox);

/** Returns the newest token that was mailed to an address in a sandbox, and how to look again. */
export function useMailedToken(
  email: string,
  subject: OutboxMessage["subject"],
): [token: string | null, look: () => void] {
  const [token, setToken] = useState<string | null>(null);
  const isSandbox = useSandbox();
  const look = useCallback(() => {
    if (!isSandbox || email === "") return;
    client
      .call("GET /dev/outbox", {})
      .then((messages) => {
        const found = messages
          .filter((one) => one.recipient === email.toLowerCase() && one.subject === subject)
          .sort((one, other) => other.id - one.id)[0];
        setToken(found?.token ?? null);
      })
      // The token can be typed as well.
      .catch(() => undefined);
  }, [isSandbox, email, subject]);
  useEffect(look, [look]);
  return [token, look];
}
