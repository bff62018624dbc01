import { useWords } from "@bourse/kit/words";
import { ForUsers } from "../panes/dock.tsx";
import { KeysSection } from "./keys-section.tsx";
import { NotificationsSection } from "./notifications-section.tsx";
import { RecoveryCodes } from "./recovery.tsx";
import { SecuritySection } from "./security-section.tsx";
import { SessionsSection } from "./sessions-section.tsx";

/** What protects an account, and what acts for it. */
export function AccountPage({ section }: { readonly section: string }) {
  const words = useWords();
  const sections = [
    ["security", words.security],
    ["keys", words.apiKeys],
    ["sessions", words.sessions],
    ["notifications", words.notifications],
  ] as const;
  return (
    <div className="page">
      <h1>{sections.find(([key]) => key === section)?.[1] ?? words.account}</h1>
      <nav className="tabs" aria-label={words.account}>
        {sections.map(([key, title]) => (
          <a
            key={key}
            className="tab"
            href={`/account/${key}`}
            aria-current={key === section ? "page" : undefined}
          >
            {title}
          </a>
        ))}
      </nav>
      <RecoveryCodes />
      <ForUsers>
        {section === "security" ? <SecuritySection /> : null}
        {section === "keys" ? <KeysSection /> : null}
        {section === "sessions" ? <SessionsSection /> : null}
        {section === "notifications" ? <NotificationsSection /> : null}
      </ForUsers>
    </div>
  );
}
