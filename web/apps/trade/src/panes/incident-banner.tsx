import type { Incident } from "@bourse/api/schema";
import { useDeskWords } from "@bourse/kit/words";
import { Suspense, useEffect, useState } from "react";
import { client } from "../live/clients.ts";
import { dayTime, zone } from "../live/time.ts";

/** People write what is read here. */
const PERIOD_MS = 60_000;
/** Work that is further off is told on the status page alone. */
const AHEAD_MS = 86_400_000;

/** Whether somebody who trades now has to know of it. */
const isNear = ({ isOver, state, beginsAt }: Incident): boolean =>
  !isOver && (state !== "SCHEDULED" || beginsAt < Date.now() + AHEAD_MS);

/** What was said last of it: another state shows again what somebody has closed. */
const versionOf = ({ id, state }: Incident): string => `${id.toString()} ${state}`;

/** Troubles that are not over and work that is near, above every page. */
export function IncidentBanner() {
  const [incidents, setIncidents] = useState<readonly Incident[]>([]);
  const [closed, setClosed] = useState<readonly string[]>([]);
  useEffect(() => {
    let timer = 0;
    const look = () => {
      client
        .call("GET /v1/incidents", {})
        .then(setIncidents)
        // What was read last stays; whether the exchange is heard stands in the bar at the foot.
        .catch(() => undefined)
        .finally(() => {
          timer = window.setTimeout(look, PERIOD_MS);
        });
    };
    look();
    return () => clearTimeout(timer);
  }, []);
  const shown = incidents.filter((one) => isNear(one) && !closed.includes(versionOf(one)));
  return (
    // Its words come when there is something to say.
    <Suspense>
      {shown.map((incident) => (
        <Banner
          key={incident.id}
          incident={incident}
          onClose={() => setClosed([...closed, versionOf(incident)])}
        />
      ))}
    </Suspense>
  );
}

function Banner({
  incident: { kind, state, title, beginsAt, endsAt },
  onClose,
}: {
  readonly incident: Incident;
  readonly onClose: () => void;
}) {
  const words = useDeskWords();
  return (
    <p className="banner">
      <strong>{words[`incident${state}`]}</strong>
      <bdi>{title}</bdi>
      {kind === "MAINTENANCE" && endsAt !== null ? (
        <span className="quiet">
          {`${dayTime(beginsAt).slice(0, -3)} – ${dayTime(endsAt).slice(0, -3)} ${zone()}`}
        </span>
      ) : null}
      <a href="/status">{words.statusPage}</a>
      <button
        type="button"
        className="button plain small"
        aria-label={words.closeBanner(title)}
        onClick={onClose}
      >
        ✕
      </button>
    </p>
  );
}
