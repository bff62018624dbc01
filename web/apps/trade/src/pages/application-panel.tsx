import type { Kyc, KycApplication } from "@bourse/api/schema";
import { usePageWords } from "@bourse/kit/words";
import { client } from "../live/clients.ts";
import { dayTime, zone } from "../live/time.ts";
import { ApplicantForm } from "./applicant-form.tsx";
import { useAct } from "./asked.ts";
import { DocumentField, type DocumentKind } from "./document-field.tsx";
import { FaultNotice } from "./fault.tsx";

const LEVEL_MAX = 3;
/** What each level wants to see. */
const DOCUMENTS: Readonly<Record<number, readonly DocumentKind[]>> = {
  1: [],
  2: ["IDENTITY", "PORTRAIT"],
  3: ["IDENTITY", "PORTRAIT", "RESIDENCE"],
};

const isOpen = (application: KycApplication): boolean =>
  application.state === "DRAFT" || application.state === "MORE_INFORMATION";
const isWaiting = (application: KycApplication): boolean =>
  application.state === "SUBMITTED" || application.state === "IN_REVIEW";

/** The newest application for a level, and the way to one. */
export function ApplicationPanel({
  kyc,
  onChange,
}: {
  readonly kyc: Kyc;
  readonly onChange: () => void;
}) {
  const { application, level } = kyc;
  const reached = level ?? LEVEL_MAX;
  const mayDescribe = application === null ? reached < LEVEL_MAX : !isWaiting(application);
  return (
    <>
      {application === null ? null : <Progress application={application} />}
      {mayDescribe && reached < LEVEL_MAX ? (
        <ApplicantForm
          key={application?.id ?? 0}
          levels={[1, 2, 3].filter((one) => reached < one)}
          before={application}
          onDone={onChange}
        />
      ) : null}
      {application !== null && isOpen(application) ? (
        <Documents application={application} onChange={onChange} />
      ) : null}
    </>
  );
}

function Progress({ application }: { readonly application: KycApplication }) {
  const words = usePageWords();
  const { state, reason } = application;
  return (
    <section className="panel stack padded" aria-label={words.application}>
      <h2>{words.applicationFor(application.level)}</h2>
      <p role="status">
        <strong>{words[`application${state}`]}</strong>{" "}
        <span className="quiet">{`${dayTime(application.changedAt)} ${zone()}`}</span>
      </p>
      {reason === "" ? null : (
        <p className={state === "APPROVED" ? "notice" : "notice careful"}>
          <bdi>{reason}</bdi>
        </p>
      )}
      <p className="hint">{words[`next${state}`]}</p>
    </section>
  );
}

/** The pictures that a level wants, and the button that hands all of it in. */
function Documents({
  application,
  onChange,
}: {
  readonly application: KycApplication;
  readonly onChange: () => void;
}) {
  const words = usePageWords();
  const { fault, act } = useAct();
  const kinds = DOCUMENTS[application.level] ?? [];
  return (
    <form
      className="panel stack padded"
      aria-label={words.documents}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        act(async () => {
          await client.call("POST /v1/kyc/submit", {});
          onChange();
        });
      }}
    >
      <h2>{words.documents}</h2>
      {kinds.length === 0 ? (
        <p className="quiet">{words.noDocumentNeeded}</p>
      ) : (
        <p className="hint">{words.documentsHint}</p>
      )}
      {kinds.map((kind) => (
        <DocumentField
          key={kind}
          kind={kind}
          there={application.documents.find((one) => one.kind === kind) ?? null}
          onDone={onChange}
        />
      ))}
      <FaultNotice fault={fault} />
      <div className="row">
        <button type="submit" className="button primary" disabled={0 < application.missing.length}>
          {words.handIn}
        </button>
        {application.missing.length === 0 ? null : (
          <span className="quiet small-text">
            {words.stillMissing(
              application.missing.map((kind) => words[`document${kind}`]).join(", "),
            )}
          </span>
        )}
      </div>
    </form>
  );
}
