import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for one test's files, gone afterwards. */
export class StoreFolder {
  readonly #folder = mkdtempSync(join(tmpdir(), 'backchannel-store-'));
  readonly file = join(this.#folder, 'relay.db');

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true });
  }
}
