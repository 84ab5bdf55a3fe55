import type { IdSource } from '@backchannel/client';
import type { FastifyRequest } from 'fastify';

/** W3C Trace Context, level 1. */
export interface Trace {
  /** 32 hex digits. */
  readonly traceId: string;
  /** 16 hex digits: this relay's part of the trace. */
  readonly spanId: string;
  /** `00` or `01` (sampled), as it came. */
  readonly flags: string;
}

const TRACEPARENT = /^([\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(-.*)?$/;

/** What a `traceparent` header says; `undefined` when it says nothing that can be relied on. */
function parse(header: string): { readonly traceId: string; readonly flags: string } | undefined {
  const [, version, traceId, , flags, more] = TRACEPARENT.exec(header) ?? [];
  if (traceId === undefined || flags === undefined || version === 'ff') return undefined;
  // Version 00 has exactly four fields; later ones may have more.
  return version === '00' && more !== undefined
    ? undefined
    : { traceId, flags: Number.parseInt(flags, 16) & 1 ? '01' : '00' };
}

const traces = new WeakMap<FastifyRequest, Trace>();

/** The trace of a request: the caller's, or one of its own. Made when it is first asked for, which most calls never do. */
export function traceOf(request: FastifyRequest, ids: IdSource): Trace {
  let trace = traces.get(request);
  if (trace === undefined) {
    const { traceparent } = request.headers;
    const given = typeof traceparent === 'string' ? parse(traceparent) : undefined;
    const [own, span] = [ids.uuid(), ids.uuid()].map((uuid) => uuid.replaceAll('-', '')) as [string, string];
    trace = { traceId: given?.traceId ?? own, spanId: span.slice(0, 16), flags: given?.flags ?? '00' };
    traces.set(request, trace);
  }
  return trace;
}

export const traceparentOf = ({ traceId, spanId, flags }: Trace): string => `00-${traceId}-${spanId}-${flags}`;
