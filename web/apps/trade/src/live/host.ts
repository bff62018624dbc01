/** Who answers at the other end. */

import { client } from "./clients.ts";

/** The exchange that answers: where it stands, and which it is. */
export interface Host {
  readonly region?: string;
  readonly version: string;
}

export const askHost = (): Promise<Host> => client.call("GET /v1/status", {});
