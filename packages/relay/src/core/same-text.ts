const plain = (text: string): string => text.toWellFormed().replaceAll('\r\n', '\n').trim();

/** Could the platform show the one for the other? Ends and line breaks are not promised to stay as they were. */
export const isSameText = (left: string, right: string): boolean => left === right || plain(left) === plain(right);
