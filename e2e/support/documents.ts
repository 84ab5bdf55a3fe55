import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../tools/workspaces.ts';

/** The fenced blocks of a document that stand under a line `<!-- example: name -->`, by name. */
export function examplesIn(file: string): ReadonlyMap<string, string> {
  const text = readFileSync(join(root, file), 'utf8');
  const blocks = text.matchAll(/^<!-- example: ([\w-]+) -->\n+```\w*\n([\s\S]*?)^```$/gm);
  const examples = new Map<string, string>();
  for (const [, name = '', code = ''] of blocks) {
    if (examples.has(name)) throw new Error(`${file} has two examples called "${name}".`);
    examples.set(name, code);
  }
  return examples;
}
