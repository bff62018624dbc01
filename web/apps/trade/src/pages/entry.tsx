import { useEntryWords } from "@bourse/kit/entry-words";
import type { Entry } from "../router.ts";
import { EmailPage } from "./email.tsx";
import { LostFactorPage } from "./lost-factor.tsx";
import { RegisterPage } from "./register.tsx";
import { ResetPage } from "./reset.tsx";
import { SignInPage } from "./sign-in.tsx";
import { usePageTitle } from "./title.ts";

const PAGES = {
  "sign-in": SignInPage,
  register: RegisterPage,
  reset: ResetPage,
  email: EmailPage,
  "lost-factor": LostFactorPage,
} as const satisfies Record<Entry, unknown>;

/** Signing in and what leads there: pages that load no more than they show, since many see nothing before them. */
export function EntryPage({ page }: { readonly page: Entry }) {
  const words = useEntryWords();
  usePageTitle(
    {
      "sign-in": words.signIn,
      register: words.register,
      reset: words.resetPassword,
      email: words.changeEmail,
      "lost-factor": words.lostFactor,
    }[page],
  );
  const Page = PAGES[page];
  return <Page key={page} />;
}
