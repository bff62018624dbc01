/** The words of signing in and of what leads there, in English: they come with those pages, and with all others but the trade screen. */

import type { Widened } from "./widened.ts";

export const enEntry = {
  /** What the exchange says itself is English. */
  refusedAs: (_code: number, message: string): string => message,
  // Signing in
  email: "Email",
  newPassword: "New password",
  code: "Code of your authenticator",
  codeHint: "Only if you have one. A recovery code works, too.",
  passwordHint: "15 characters or more. No other rule.",
  noAccount: "No account yet?",
  haveAccount: "Have an account already?",
  signInWithPasskey: "Sign in with a passkey",
  passkeyFailed: "The passkey was not used. Try again, or sign in with your password.",
  signInFailed: "Address, password or code is wrong.",
  proofFailed: "Password or code is wrong, or your session has ended. Nothing was changed.",
  actUnknown: "No answer came: nobody knows yet whether this was done.",
  lookForLetter: "Look for a letter, or sign in, before you try it again.",
  tooMany: (seconds: string) => `Too many attempts. Wait ${seconds} s.`,
  sandboxAccounts: "Sandbox accounts",
  signInAs: (name: string) => `Sign in as ${name}`,
  checkMail: "If the address can have an account, a message is on its way. Enter its token here.",
  token: "Token of the message",
  confirm: "Confirm",
  confirmed: "Your account is open. Sign in.",
  forgotPassword: "Forgot your password?",
  resetMail: "If the address has an account, a message is on its way. Enter its token here.",
  sendToken: "Send a token",
  passwordSet: "The password is changed and all sessions are ended. Sign in.",
  sandboxMail: "In the sandbox, messages are shown here",
  useToken: "Use this token",
  resetPassword: "Reset password",

  // Another address
  emailMail: (email: string) => `A message is on its way to ${email}. Enter its token here.`,
  emailToken: "Enter the token of the message that went to your new address.",
  emailNotMine: "Somebody else has changed your address?",
  emailReturnHint:
    "The message to your former address has a token that takes it back, for 24 hours. All sessions end.",
  returnEmail: "Take my address back",
  emailChanged: "Your account has this address now, and all sessions are ended. Sign in with it.",
  emailReturned:
    "Your account has its former address again, and all sessions are ended. Sign in, and change your password.",

  // Lost factor
  lostFactor: "Lost second factor",
  lostFactorLink: "Lost your authenticator?",
  lostFactorHint:
    "Try a recovery code first: it works where a code does. Without one, operators can take your second factors and passkeys away. They look into it, and you can cancel it until a day after they agreed.",
  statement: "How can we tell that it is you?",
  statementHint:
    "Only operators read it: what you have lost, and what they can check, such as documents you handed in before.",
  askReset: "Ask for a reset",
  resetAsked:
    "Operators look into it. Nothing is paid out meanwhile, and you are told by mail. You can still sign in with what you have.",
  resetNotMine: "You have not asked for this?",
  cancelResetHint: "The message that told you of it has a token that cancels it.",
  cancelReset: "Cancel the reset",
  resetCancelled:
    "It is cancelled: your second factors stay. Change your password, somebody has it.",
};

export type EntryStrings = Widened<typeof enEntry>;
