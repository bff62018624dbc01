import { usePageWords } from "@bourse/kit/words";
import { useEffect, type ReactNode } from "react";
import { useFeature } from "../live/brand.ts";
import { client } from "../live/clients.ts";
import { noticeEnd } from "../live/visitor.ts";
import { Loading } from "../panes/empty.tsx";
import { Failed } from "../panes/failed.tsx";
import { useAsked, type Asked } from "./asked.ts";

/** About as high as a row of a table, or a line of a form. */
const ROW_PX = 40;

/** Shows what was answered; before that where it will stand, or why it does not come and when it is asked for again. */
export function Awaited<T>({
  what,
  asked,
  again,
  children,
}: {
  /** As sentences name it: "Sessions". */
  readonly what: string;
  readonly asked: Asked<T>;
  readonly again: () => void;
  readonly children: (answer: T) => ReactNode;
}) {
  const words = usePageWords();
  switch (asked.kind) {
    case "loading":
      return <Loading what={words.loadingPart(what)} rowPx={ROW_PX} />;
    case "refused":
      if (asked.refused.status === 401) return <NoLogin />;
      return <Failed what={what} refused={asked.refused} again={again} />;
    case "there":
      return children(asked.answer);
  }
}

const askLogin = () => client.call("GET /v1/security", {});

/** Shows its content to whoever has a login: nobody else is given a form that would be refused. */
export function ForLogins({
  what,
  children,
}: {
  readonly what: string;
  readonly children: ReactNode;
}) {
  const [asked, again] = useAsked(askLogin);
  return (
    <Awaited what={what} asked={asked} again={again}>
      {() => children}
    </Awaited>
  );
}

/** What only whoever has a login sees: guests of the sandbox have none, and a session may have ended. */
function NoLogin() {
  const words = usePageWords();
  useEffect(() => {
    client.call("GET /v1/session", {}).catch(noticeEnd);
  }, []);
  const mayRegister = useFeature("register");
  return (
    <div className="stack">
      <p className="notice careful">{words.needsLogin}</p>
      {mayRegister ? (
        <div className="row">
          <a className="button primary" href="/register">
            {words.register}
          </a>
        </div>
      ) : null}
    </div>
  );
}
