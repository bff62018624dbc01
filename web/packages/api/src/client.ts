/** Requests of this origin's pages to the public interface; there is no other one. */

import { isForm, type Operations } from "./schema.ts";

/** The one failure of the exchange that tells that nothing was done; others, and those of what is between, do not. */
const OVERLOADED_CODE = -1008;

/** What was not carried out, or of which nobody knows. */
export class Refused extends Error {
  constructor(
    /** HTTP; 0 when no answer came. */
    readonly status: number,
    /** That of the interface; 0 when the answer was not one of it. */
    readonly code: number,
    message: string,
    readonly retryAfterSeconds: number | null = null,
    /** Which limit of a filter it was, where that is told. */
    readonly detail: FilterDetail | null = null,
    /** By which the exchange finds the failure in its log, where it failed. */
    readonly requestId: string | null = null,
    /** Whether nothing but an answer was asked for. */
    private readonly isReading = false,
  ) {
    super(message);
  }

  /** Whether the exchange may have carried it out: ask, do not send again. */
  get isUnknown(): boolean {
    const isFailure = 500 <= this.status && this.code !== OVERLOADED_CODE;
    return !this.isReading && (this.status === 0 || isFailure);
  }
}

export interface FilterDetail {
  readonly filter: string;
  readonly limit: string;
  readonly value: string;
  readonly given?: string;
}

export type Parameters = Readonly<Record<string, string | number | boolean | undefined>>;
/** Answers that are no JSON; the documents tell no type of them. */
export type FileOperation =
  | "GET /v1/account/statement"
  | "GET /v1/account/taxLots"
  | "GET /v1/account/orders"
  | "GET /v1/account/trades"
  | "POST /v1/account/export";
export type Fetch = (path: string, init: RequestInit) => Promise<Response>;

const PATIENCE_MS = 10_000;
/** A picture takes as long as the way to the exchange is narrow. */
const UPLOAD_PATIENCE_MS = 60_000;
/** A file is made while it is sent, and an archive has everything there is. */
const DOWNLOAD_PATIENCE_MS = 600_000;

/** A client of the interface; holds the token that shows that a page, not another site, asks. */
export class Client {
  private csrfToken: string | null = null;

  constructor(private readonly fetch: Fetch) {}

  setCsrfToken(token: string | null): void {
    this.csrfToken = token;
  }

  /** Sends a request and returns its answer; throws `Refused`. */
  async call<K extends keyof Operations>(
    operation: K,
    parameters: Operations[K]["parameters"] & Parameters,
  ): Promise<Operations[K]["answer"]> {
    const response = await this.send(operation, parameters);
    const answer = await read(response);
    if (!response.ok) throw refusal(response, answer, isReading(operation));
    // The documents are held against the server's answers by its own tests.
    return answer as Operations[K]["answer"];
  }

  /** Sends a request whose body is a file; throws `Refused`. */
  async upload<K extends keyof Operations>(
    operation: K,
    parameters: Operations[K]["parameters"] & Parameters,
    file: Blob,
  ): Promise<Operations[K]["answer"]> {
    const response = await this.send(operation, parameters, UPLOAD_PATIENCE_MS, file);
    const answer = await read(response);
    if (!response.ok) throw refusal(response, answer, isReading(operation));
    return answer as Operations[K]["answer"];
  }

  /** Sends a request whose answer is a file; throws `Refused`. */
  async download(operation: FileOperation, parameters: Parameters): Promise<Blob> {
    const response = await this.send(operation, parameters, DOWNLOAD_PATIENCE_MS);
    if (!response.ok) throw refusal(response, await read(response), isReading(operation));
    return response.blob();
  }

  private async send(
    operation: string,
    parameters: Parameters,
    patienceMs = PATIENCE_MS,
    file?: Blob,
  ): Promise<Response> {
    const [method = "GET", path = "/"] = operation.split(" ");
    const form = new URLSearchParams();
    for (const [name, value] of Object.entries(parameters)) {
      if (value !== undefined) form.set(name, value.toString());
    }
    const hasBody = isForm(operation);
    const query = hasBody || form.size === 0 ? "" : `?${form.toString()}`;
    const headers: Record<string, string> = { "X-BOURSE-DETAIL": "1" };
    if (this.csrfToken !== null) headers["X-BOURSE-CSRF"] = this.csrfToken;
    const init: RequestInit = { method, headers, signal: AbortSignal.timeout(patienceMs) };
    if (hasBody) init.body = form;
    if (file !== undefined) {
      headers["Content-Type"] = file.type;
      init.body = file;
    }
    return this.fetch(path + query, init).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : "no answer";
      throw new Refused(0, 0, why, null, null, null, isReading(operation));
    });
  }
}

/** What turns the direction of the letters behind it: in a name it makes one look like another, and no answer needs it. */
const TURNS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Returns what a response says; null where it is no JSON. */
async function read(response: Response): Promise<unknown> {
  try {
    return JSON.parse((await response.text()).replace(TURNS, ""));
  } catch {
    return null;
  }
}

const isReading = (operation: string): boolean => operation.startsWith("GET ");

function refusal(response: Response, answer: unknown, isReading: boolean): Refused {
  const told = isRecord(answer) ? answer : {};
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return new Refused(
    response.status,
    typeof told["code"] === "number" ? told["code"] : 0,
    typeof told["msg"] === "string" ? told["msg"] : `HTTP ${response.status.toString()}`,
    Number.isFinite(seconds) ? seconds : null,
    isDetail(told["detail"]) ? told["detail"] : null,
    response.headers.get("x-correlation-id"),
    isReading,
  );
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;

const isDetail = (value: unknown): value is FilterDetail =>
  isRecord(value) && typeof value["filter"] === "string" && typeof value["limit"] === "string";
