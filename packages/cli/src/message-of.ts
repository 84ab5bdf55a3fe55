/** What an error says to a person: our errors begin with their code, which is for programs. */
export function messageOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const code = 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
  return code !== undefined && thrown.message.startsWith(`${code}: `)
    ? thrown.message.slice(code.length + 2)
    : thrown.message;
}
