import type { Incident } from "@bourse/api/schema";
import { useFrameWords } from "@bourse/kit/entry-words";
import { useEffect, useState } from "react";
import { followIncidents } from "../live/incidents.ts";
import { dayTime, zone } from "../live/time.ts";
import { Since } from "./ago.tsx";

/** Work that is further off is told on the status page alone. */
const AHEAD_MS = 86_400_000;

/** Whether somebody who trades now has to know of it. */
const isNear = ({ isOver, state, beginsAt }: Incident): boolean =>
  !isOver && (state !== "SCHEDULED" || beginsAt < Date.now() + AHEAD_MS);

/** What was said last of it: another state shows again what somebody has closed. */
const versionOf = ({ id, state }: Incident): string => `${id.toString()} ${state}`;

/** Troubles that are not over and work that is near, above every page. */
export function IncidentBanner() {
  const words = useFrameWords();
  const [incidents, setIncidents] = useState<readonly Incident[]>([]);
  const [closed, setClosed] = useState<readonly string[]>([]);
  useEffect(() => followIncidents(setIncidents), []);
  return incidents
    .filter((one) => isNear(one) && !closed.includes(versionOf(one)))
    .map((incident) => (
      <p key={incident.id} className="banner">
        <strong>{words[`incident${incident.state}`]}</strong>
        <bdi>{incident.title}</bdi>
        {incident.kind === "MAINTENANCE" && incident.endsAt !== null ? (
          <span className="quiet">
            {`${dayTime(incident.beginsAt).slice(0, -3)} – ${dayTime(incident.endsAt).slice(0, -3)} ${zone()}`}
          </span>
        ) : (
          <Since atMs={incident.beginsAt} />
        )}
        <a href="/status">{words.statusPage}</a>
        <button
          type="button"
          className="button plain small"
          aria-label={words.closeBanner(incident.title)}
          onClick={() => setClosed([...closed, versionOf(incident)])}
        >
          ✕
        </button>
      </p>
    ));
}
