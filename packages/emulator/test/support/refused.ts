import type { IncomingHttpHeaders } from 'node:http';
import WebSocket from 'ws';

/** Status and headers of a refused upgrade. */
export const refusedHeaders = (url: string): Promise<{ status: number | undefined; headers: IncomingHttpHeaders }> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.on('unexpected-response', (request, response) => {
      resolve({ status: response.statusCode, headers: response.headers });
      request.destroy();
    });
    socket.on('open', () => {
      socket.terminate();
      reject(new Error('The upgrade was accepted.'));
    });
    // Destroying the request after the answer reports an error that says nothing new.
    socket.on('error', (error) => reject(error));
  });
