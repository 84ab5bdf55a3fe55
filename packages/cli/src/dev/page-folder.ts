import { extname, resolve } from 'node:path';

/** Where the built page is: in the repository beside the sources, in the published package within it. */
export const pageFolder = (): string =>
  extname(import.meta.url) === '.ts'
    ? resolve(import.meta.dirname, '../../../../apps/console/dist')
    : resolve(import.meta.dirname, '../../console');
