import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';

/** A place in a text, both from 1. */
interface TextPlace {
  readonly line: number;
  readonly column: number;
}

export function lineAndColumn(text: string, offset: number): TextPlace {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

/** `CommaExpected` → `comma expected`. */
export const spokenParseError = ({ error }: ParseError): string =>
  printParseErrorCode(error)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();

/** What is the first thing wrong with a text that should be JSON, and where, without repeating any of it. */
export function jsonMistake(text: string): string | undefined {
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true });
  const [first] = errors;
  if (first === undefined) return undefined;
  const { line, column } = lineAndColumn(text, first.offset);
  return `${spokenParseError(first)} at line ${line}, column ${column}`;
}
