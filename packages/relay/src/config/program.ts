/** What one types to run the command line in a project that has it: texts of the relay's that are not the command line's. */
export const PROGRAM = 'npx backchannel';

/** The same text for who types something else. */
export const typed = (text: string, program = PROGRAM): string => text.replaceAll(PROGRAM, program);
