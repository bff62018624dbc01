import { usePageWords } from "@bourse/kit/words";
import { browserOf } from "@bourse/state/agent";
import { client } from "../live/clients.ts";
import { zone } from "../live/time.ts";
import { Ago } from "../panes/ago.tsx";
import { useAct, useAsked } from "./asked.ts";
import { Awaited } from "./awaited.tsx";
import { FaultNotice } from "./fault.tsx";

const ask = () => client.call("GET /v1/sessions", {});

/** The browsers that are signed in, and the end of each. */
export function SessionsSection() {
  const words = usePageWords();
  const [asked, again] = useAsked(ask);
  const { fault, act } = useAct();
  const end = (parameters: { id?: number }) =>
    act(async () => {
      await client.call("DELETE /v1/sessions", parameters);
      again();
    });
  return (
    <Awaited what={words.sessions} asked={asked} again={again}>
      {(sessions) => (
        <div className="stack">
          <div className="panel scroll" tabIndex={0} role="group" aria-label={words.sessions}>
            <table className="table cards" aria-label={words.sessions}>
              <thead>
                <tr>
                  <th scope="col">{words.browser}</th>
                  <th scope="col">{words.address}</th>
                  <th scope="col">{`${words.created} (${zone()})`}</th>
                  <th scope="col">{`${words.lastUsed} (${zone()})`}</th>
                  <th scope="col">
                    <span className="hidden-text">{words.actions}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {sessions.map((one) => (
                  <tr key={one.id}>
                    <td data-head={words.browser} className="agent" title={one.agent ?? ""}>
                      {one.agent === null ? "–" : browserOf(one.agent)}
                    </td>
                    <td data-head={words.address}>{one.address ?? "–"}</td>
                    <td data-head={words.created}>
                      <Ago atMs={one.createdAt} />
                    </td>
                    <td data-head={words.lastUsed}>
                      <Ago atMs={one.lastUsedAt} />
                    </td>
                    <td className="number">
                      {one.isOwn ? (
                        <span className="quiet">{words.thisSession}</span>
                      ) : (
                        <button
                          type="button"
                          className="button small"
                          onClick={() => end({ id: one.id })}
                        >
                          {words.endSession}
                        </button>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <FaultNotice fault={fault} />
          <div className="row">
            <button type="button" className="button" onClick={() => end({})}>
              {words.endAll}
            </button>
          </div>
        </div>
      )}
    </Awaited>
  );
}
