/** The words that every page says, signing in as well, in English; every other language has all of them, or the type check fails. */

import type { Widened } from "./widened.ts";

export const enFrame = {
  // Frame
  skip: "Skip to content",
  mainNavigation: "Main",
  markets: "Markets",
  trade: "Trade",
  wallet: "Wallet",
  positions: "Positions",
  orders: "Orders",
  settings: "Settings",
  signIn: "Sign in",
  signOut: "Sign out",
  register: "Create account",
  playMoney: "Play money: a sandbox, never for real funds",
  accountNumber: (id: number) => `Account ${id.toString()}`,
  retry: "Try again",
  more: "More",
  paneFailed: "This part of the screen failed. Orders and balances are not affected.",
  support: "Support",
  terms: "Terms",
  privacy: "Privacy",
  announcements: "Announcements",

  // Signing in
  reasonOffline: "No connection to the exchange.",
  password: "Password",
  sessionEnded: "Your session has ended.",
  changeEmail: "Change email",

  // Failures
  requestId: "Request id",
  copy: "Copy",
  copied: "Copied",

  // Incidents
  incidentINVESTIGATING: "Investigating",
  incidentIDENTIFIED: "Identified",
  incidentMONITORING: "Monitoring",
  incidentRESOLVED: "Resolved",
  incidentSCHEDULED: "Planned maintenance",
  incidentIN_PROGRESS: "Maintenance in progress",
  incidentCOMPLETED: "Completed",
  incidentCANCELLED: "Cancelled",
  statusPage: "Status page",
  closeBanner: (title: string) => `Close: ${title}`,
};

export type FrameStrings = Widened<typeof enFrame>;
