import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** Longest answer of a webhook that is read, in bytes: nothing in it matters. */
const ANSWER_BYTES_MAX = 65_536;

/** What came back: a status, or why nothing did. */
export type Posted = { readonly status: number } | { readonly failure: string };

/** One POST on a connection of its own; redirects are not followed. The signal ends it. Never rejects. */
export function postWebhook(
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: Buffer,
  signal: AbortSignal,
): Promise<Posted> {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve) => {
    const fail = (error: unknown): void => resolve({ failure: error instanceof Error ? error.message : String(error) });
    try {
      const request = send(url, { method: 'POST', headers, signal, agent: false }, (response) => {
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > ANSWER_BYTES_MAX) response.destroy();
        });
        response.on('error', fail);
        response.on('close', () => resolve({ status: response.statusCode ?? 0 }));
      });
      request.on('error', fail);
      request.end(body);
    } catch (error) {
      // Header names and values come from whoever made the integration: some cannot be sent.
      fail(error);
    }
  });
}
