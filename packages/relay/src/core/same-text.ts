import type { Participant } from '../domain/participant.ts';
import { mayBeSame } from '../store/names.ts';

interface Written {
  readonly participant: Participant;
  readonly text: string;
}

const plain = (text: string): string => text.toWellFormed().replaceAll('\r\n', '\n').trim();

/** Could the platform show the one for the other? Ends and line breaks are not promised to stay as they were. */
export const isSameText = (left: string, right: string): boolean => left === right || plain(left) === plain(right);

/** Can what the platform shows be that message of ours? Its ids tell for certain, where they are known. */
export const mayBeCopy = (own: Written, shown: Written): boolean =>
  mayBeSame(own.participant, shown.participant) && isSameText(own.text, shown.text);
