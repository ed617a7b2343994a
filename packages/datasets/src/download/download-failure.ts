/** Why one attempt at a download ended, and what that says about the next one. */

/**
 * `passing`: the same request may succeed later. `lasting`: it will not. `start over`: what has arrived cannot be continued.
 * `other file`: the server has a file, and it is not the promised one.
 */
export type FailureKind = 'passing' | 'lasting' | 'start over' | 'other file';

export class DownloadFailure extends Error {
  override readonly name = 'DownloadFailure';

  /** @param reason what happened, as a phrase for a person */
  constructor(
    readonly kind: FailureKind,
    readonly reason: string,
    cause?: unknown,
  ) {
    super(reason, { cause });
  }
}

/** Of the statuses 400 to 499 only these are about the moment and not about the request (RFC 9110, 15.5; RFC 6585, 4). */
const passingStatuses = [408, 425, 429];
const rangeNotSatisfiable = 416;

export function failureOfStatus(status: number): DownloadFailure {
  const isPassing = status >= 500 || passingStatuses.includes(status);
  const kind = status === rangeNotSatisfiable ? 'start over' : isPassing ? 'passing' : 'lasting';
  return new DownloadFailure(kind, `status ${status}`);
}

/** The failure behind what `fetch` or reading a body threw. */
export function failureOfConnection(cause: unknown): DownloadFailure {
  let reason = cause instanceof Error ? cause.message : String(cause);
  for (let each = cause; each instanceof Error; each = each.cause) {
    if ('code' in each && typeof each.code === 'string') reason = each.code;
  }
  return new DownloadFailure('passing', `no answer or a broken connection (${reason})`, cause);
}
