import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes that are really in use: what nobody holds any more is collected first. */
export function heldBytes(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
