import { usePageWords } from "@bourse/kit/words";
import { useFeature } from "../live/brand.ts";
import { usePart } from "../live/use.ts";
import { signOut, visitor } from "../live/visitor.ts";
import { ForUsers } from "../panes/dock.tsx";
import { Boundary } from "../panes/boundary.tsx";
import { ForLogins } from "./awaited.tsx";
import { ClosedNotice, DataSection, useIsClosed } from "./data-section.tsx";
import { IdentitySection } from "./identity-section.tsx";
import { KeysSection } from "./keys-section.tsx";
import { NotificationsSection } from "./notifications-section.tsx";
import { RecoveryCodes } from "./recovery.tsx";
import { SectionTabs } from "./section-tabs.tsx";
import { SecuritySection } from "./security-section.tsx";
import { SessionsSection } from "./sessions-section.tsx";
import { SubAccountsSection } from "./subaccounts-section.tsx";

/** What protects an account, and what acts for it. */
export function AccountPage({ section }: { readonly section: string }) {
  const words = usePageWords();
  const isClosed = useIsClosed();
  const isUser = usePart(visitor, ({ kind }) => kind === "user");
  const [hasNews, hasSubAccounts] = [useFeature("notifications"), useFeature("subaccounts")];
  const sections: readonly (readonly [string, string])[] = [
    ["security", words.security],
    ["keys", words.apiKeys],
    ["sessions", words.sessions],
    ["identity", words.identity],
    ...(hasNews ? ([["notifications", words.notifications]] as const) : []),
    ...(hasSubAccounts ? ([["subaccounts", words.subAccounts]] as const) : []),
    ["data", words.dataAndClosing],
  ];
  return (
    <div className="page">
      <div className="row">
        <h1>{sections.find(([key]) => key === section)?.[1] ?? words.account}</h1>
        {isUser ? (
          <button type="button" className="button on-phone" onClick={() => void signOut()}>
            {words.signOut}
          </button>
        ) : null}
      </div>
      <SectionTabs label={words.account} path="/account" sections={sections} chosen={section} />
      <RecoveryCodes />
      <ClosedNotice />
      {isClosed ? null : (
        <ForUsers>
          <Boundary key={section}>
            {section === "security" ? <SecuritySection /> : null}
            {section === "keys" ? <KeysSection /> : null}
            {section === "sessions" ? <SessionsSection /> : null}
            {section === "identity" ? <IdentitySection /> : null}
            {section === "data" ? (
              <ForLogins what={words.dataAndClosing}>
                <DataSection />
              </ForLogins>
            ) : null}
            {section === "notifications" && hasNews ? <NotificationsSection /> : null}
            {section === "subaccounts" && hasSubAccounts ? (
              <ForLogins what={words.subAccounts}>
                <SubAccountsSection />
              </ForLogins>
            ) : null}
          </Boundary>
        </ForUsers>
      )}
    </div>
  );
}
