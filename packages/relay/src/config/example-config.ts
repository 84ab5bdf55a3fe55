import { configJsonSchema } from './config-schema.ts';
import { typed } from './program.ts';

/** What is read of a JSON Schema here. */
interface Schema {
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

const WIDTH = 110;

/** A comment in lines that can be read. */
function comment(text: string, indent: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && `${indent}// ${line} ${word}`.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.map((each) => `${indent}// ${each}\n`).join('');
}

function value(schema: Schema, indent: string): string {
  if (schema.properties !== undefined) return members(schema.properties, indent);
  if (schema.items?.properties !== undefined)
    return `[\n${indent}  ${members(schema.items.properties, `${indent}  `)},\n${indent}]`;
  return JSON.stringify(schema.examples?.[0] ?? schema.default ?? null);
}

/** Members that are another way to say what stands there, or that need a file which nobody has made yet. */
const COMMENTED_OUT: Readonly<Record<string, string>> = {
  $schema: '"./relay.schema.json"',
  baseUrl: '"http://127.0.0.1:4100"',
  hosts: '{ "api", "login", "guestSocket", "cdn" }',
};

function members(properties: Readonly<Record<string, Schema>>, indent: string): string {
  const inner = `${indent}  `;
  const lines = Object.entries(properties).map(([name, schema]) => {
    const said = comment(schema.description ?? '', inner);
    const shown = COMMENTED_OUT[name];
    if (shown !== undefined) return `${said}${inner}// "${name}": ${shown},\n`;
    return `${said}${inner}"${name}": ${value(schema, inner)},\n`;
  });
  return `{\n${lines.join('')}${indent}}`;
}

/**
 * A configuration file with every member, its meaning above it, and the value that it has by itself or an example; `program`:
 * what one types to run the command line, `npx backchannel` by default.
 */
export const exampleConfig = (program?: string): string =>
  typed(`${members((configJsonSchema() as Schema).properties ?? {}, '')}\n`, program);
