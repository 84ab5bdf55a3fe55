import {
  type DatePicker,
  type Form,
  type FormComponent,
  type ListPicker,
  type PickerItem,
  parseDatePicker,
  parseForm,
  parseListPicker,
} from '@backchannel/protocol';
import { BackchannelError } from '../../error.ts';
import type { Settled } from '../../settled.ts';
import type { OutgoingContent } from '../guest-frames.ts';
import type { SendOptions } from '../guest-outbox.ts';
import type { GuestSession } from '../guest-session.ts';
import type { GuestMessage } from '../guest-snapshot.ts';

/** Something in a message that the guest may fill in (documented, GUEST-PICKERS). */
export type Picker =
  | { readonly kind: 'date'; readonly picker: DatePicker }
  | { readonly kind: 'list'; readonly picker: ListPicker }
  | { readonly kind: 'form'; readonly picker: Form };

type Options = Omit<SendOptions, 'content'>;

/** What the message asks the guest to fill in; what cannot be read is left out (GUEST-TOLERANCE). */
export function pickersOf({ content = [] }: GuestMessage): readonly Picker[] {
  return content.flatMap(({ contentType, item }): readonly Picker[] => {
    switch (contentType) {
      case 'DatePicker': {
        const parsed = parseDatePicker(item);
        return parsed.ok ? [{ kind: 'date', picker: parsed.value }] : [];
      }
      case 'ListPicker': {
        const parsed = parseListPicker(item);
        return parsed.ok ? [{ kind: 'list', picker: parsed.value }] : [];
      }
      case 'Form': {
        const parsed = parseForm(item);
        return parsed.ok ? [{ kind: 'form', picker: parsed.value }] : [];
      }
      default:
        return [];
    }
  });
}

/**
 * Answers a date picker with one of its times, as ISO 8601 (third-party, GUEST-PICKER-RESPONSE). `label` is what the guest saw;
 * default: the time itself. Settles like `send`.
 */
export function pickTime(
  guest: GuestSession,
  question: GuestMessage,
  { dateTime, label = dateTime }: { readonly dateTime: string; readonly label?: string | undefined },
  options: Options = {},
): Promise<Settled<GuestMessage>> {
  return guest.send('', { ...options, content: [answer('DatePicker', label, dateTime, question)] });
}

/**
 * Answers a list picker with the items that the guest picked (third-party, GUEST-PICKER-RESPONSE); their titles are the text of
 * the message. Settles like `send`.
 *
 * @throws BackchannelError `option.invalid` without an item.
 */
export async function pickItems(
  guest: GuestSession,
  question: GuestMessage,
  items: readonly Pick<PickerItem, 'id' | 'title'>[],
  options: Options = {},
): Promise<Settled<GuestMessage>> {
  if (items.length === 0) throw new BackchannelError('option.invalid', 'items is a list of 0. Pass what was picked.');
  const content = items.map(({ id, title }) => answer('ListPicker', title, id, question));
  return guest.send(items.map(({ title }) => title).join(', '), { ...options, content });
}

/** What the guest gave for one field: the text, the ISO time, or what was picked. */
export interface FormAnswer {
  /** Id of the input or of the picker. */
  readonly id: string;
  /** Which of the four fields it is; `componentsOf` has it. */
  readonly type: 'Input' | 'DatePicker' | 'ListPicker' | 'WheelPicker';
  /** What the guest saw. */
  readonly text: string;
  /** What it means: an ISO time, the id or the value of an item. Default: `text`. */
  readonly payload?: string | undefined;
}

/** All fields of a form, page by page. */
export const componentsOf = ({ formPages }: Form): readonly FormComponent[] =>
  formPages.flatMap(({ pageComponents }) => pageComponents);

/**
 * Answers a form (third-party, GUEST-PICKER-RESPONSE; the type of texts and wheels is assumed, GUEST-FORM-ANSWERS). Settles like
 * `send`.
 *
 * @throws BackchannelError `option.invalid` when a field that the form requires has no answer, or an answer has no field.
 */
export async function answerForm(
  guest: GuestSession,
  question: GuestMessage,
  answers: readonly FormAnswer[],
  options: Options = {},
): Promise<Settled<GuestMessage>> {
  const form = pickersOf(question).find(({ kind }) => kind === 'form')?.picker as Form | undefined;
  if (!form) throw new BackchannelError('option.invalid', `The message ${question.id} has no form that can be read.`);
  checkAnswers(componentsOf(form), answers);
  const response = answers.map(({ id, type, text, payload = text }) => ({
    id,
    component: answer(type === 'DatePicker' || type === 'ListPicker' ? type : 'Form', text, payload),
  }));
  const filled = { originatingMessageId: originOf(question), cannedResponseId: form.cannedResponseId, response };
  return guest.send('', { ...options, content: [{ contentType: 'Form', form: filled }] });
}

function checkAnswers(components: readonly FormComponent[], answers: readonly FormAnswer[]): void {
  const ids = components.map(
    ({ input, datePicker, listPicker, wheelPicker }) => (input ?? datePicker ?? listPicker ?? wheelPicker)?.id,
  );
  for (const { id } of answers) {
    if (ids.includes(id)) continue;
    throw new BackchannelError('option.invalid', `The form has no field "${id}". It has ${ids.join(', ')}.`);
  }
  const missing = components.find(
    ({ input }) => input?.isRequired && !answers.some(({ id, text }) => id === input.id && text.trim()),
  );
  if (missing) {
    const { id, title = id } = missing.input ?? { id: '' };
    throw new BackchannelError('option.invalid', `The field "${title}" (${id}) is required and has no answer.`);
  }
}

const answer = (type: string, text: string, payload: string, question?: GuestMessage): OutgoingContent => ({
  contentType: 'ButtonResponse',
  buttonResponse: { type, text, payload, originatingMessageId: question && originOf(question) },
});

/** The service's own id of the message, which official clients name: the last of those that it is known by. */
const originOf = ({ id, keys }: GuestMessage): string => keys?.at(-1) ?? id;
