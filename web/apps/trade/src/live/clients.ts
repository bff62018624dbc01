/** The one client and the one place where a page's stores are joined to the exchange. */

import { Client } from "@bourse/api/client";
import { ofPage } from "@bourse/feed/surroundings";

export const client = new Client((path, init) => fetch(path, init));
export const world = ofPage();
