/** To which address a letter with a token is on its way, for the page that takes the token: it is in another document. */

const KEPT_AS = "bourse.letter";

export const awaitLetter = (email: string): void => sessionStorage.setItem(KEPT_AS, email);

/** Returns the address; empty where this window knows of no letter. */
export const awaitedLetter = (): string => sessionStorage.getItem(KEPT_AS) ?? "";

export const forgetLetter = (): void => sessionStorage.removeItem(KEPT_AS);
