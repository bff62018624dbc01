/** The pages without a network: a worker keeps the document and its files, and this hears when another build has come. */

const WORKER = "/sw.js";
/** Of the names that the content policy allows, the only one. */
const POLICY = "bourse-worker";
const LOOK_PERIOD_MS = 3_600_000;

interface Policies {
  createPolicy(
    name: string,
    rules: { createScriptURL: (text: string) => string },
  ): { createScriptURL: (text: string) => unknown };
}

/** The address of the worker, as browsers that check such addresses take it. */
function workerAddress(): string {
  const policies = (window as { readonly trustedTypes?: Policies }).trustedTypes;
  if (policies === undefined) return WORKER;
  const policy = policies.createPolicy(POLICY, { createScriptURL: () => WORKER });
  // Browsers without such a check take a text, and so does the type of the call.
  return policy.createScriptURL(WORKER) as string;
}

/** Lets the pages be installed and opened without a network; browsers that cannot are none the worse. */
export function keepShell(onNewBuild: () => void): void {
  if (!("serviceWorker" in navigator)) return;
  const { serviceWorker } = navigator;
  const hadWorker = serviceWorker.controller !== null;
  serviceWorker.addEventListener("controllerchange", () => {
    if (hadWorker) onNewBuild();
  });
  serviceWorker.register(workerAddress()).then(
    (worker) => {
      // A page that is open for long asks by itself.
      setInterval(() => void worker.update().catch(() => undefined), LOOK_PERIOD_MS);
    },
    () => undefined,
  );
}
