// Real time and real sockets: what a guest fills in arrives at the service and the agent as such.
import { hostsAt } from '@backchannel/client';
import { type GuestMessage, GuestSession } from '@backchannel/client/guest';
import {
  answerForm,
  componentsOf,
  type FormAnswer,
  type Picker,
  pickersOf,
  pickItems,
  pickTime,
} from '@backchannel/client/guest/more';
import { startEmulator } from '@backchannel/emulator';
import { expect, it, vi } from 'vitest';

const TIMES = {
  contentType: 'DatePicker',
  datePicker: { title: 'When?', availableTimes: [{ dateTime: '2026-01-06T09:00:00.000Z', duration: 1_800 }] },
};
const ITEMS = [
  { id: 'blue', title: 'Blue' },
  { id: 'red', title: 'Red' },
];
const LIST = {
  contentType: 'ListPicker',
  listPicker: {
    sections: [{ title: 'Colours', multipleSelection: true, items: ITEMS }],
    receivedMessage: { title: 'Pick' },
    replyMessage: { title: 'Picked' },
  },
};
const FORM = {
  contentType: 'Form',
  form: {
    cannedResponseId: 'canned-1',
    formPages: [
      {
        title: 'You',
        subtitle: 'A few words',
        pageComponents: [
          {
            formComponentType: 'Input',
            input: { id: 'name', title: 'Name', isRequired: true, isMultipleLine: false },
          },
          {
            formComponentType: 'WheelPicker',
            wheelPicker: { id: 'size', items: [{ id: 'm', title: 'M', value: '2' }] },
          },
          { formComponentType: 'DatePicker', datePicker: { id: 'when', availableTimes: [] } },
        ],
      },
    ],
  },
};

/** A conversation in which somebody has asked with this content. */
async function asked(content: object, from: 'agent' | 'bot' = 'bot') {
  const genesys = await startEmulator({ port: 0, seed: 4, limits: 'off' });
  const guest = new GuestSession({ hosts: hostsAt(genesys.url), deploymentId: genesys.info.deploymentId });
  await guest.connect();
  await guest.send('hello');
  const { id } = genesys.conversations()[0] ?? { id: '' };
  genesys.say(id, { from, text: 'Please', content: [content as never] });
  await vi.waitFor(() => expect(guest.snapshot().messages).toHaveLength(2), { timeout: 10_000, interval: 10 });
  const question = guest.snapshot().messages[1] as GuestMessage;
  const end = async (): Promise<void> => {
    await guest.close();
    await genesys.close();
  };
  return { genesys, guest, question, [Symbol.asyncDispose]: end };
}

const contentSent = ({ value }: { readonly value?: GuestMessage | undefined }) => value?.content;

// holds: GUEST-PICKERS, GUEST-PICKER-RESPONSE
it('reads the times of a date picker, and answers with one', async () => {
  await using meet = await asked(TIMES, 'agent');
  const { guest, question } = meet;
  expect(question.keys?.at(-1), 'the service’s own id').not.toBe(question.id);
  expect(pickersOf(question)).toMatchObject([
    { kind: 'date', picker: { title: 'When?', availableTimes: [{ durationSeconds: 1_800 }] } },
  ]);
  const settled = await pickTime(guest, question, { dateTime: '2026-01-06T09:00:00.000Z', label: 'Tuesday at 9' });
  expect(settled).toMatchObject({ outcome: 'sent', value: { status: 'sent' } });
  expect(contentSent(settled)).toMatchObject([
    {
      contentType: 'ButtonResponse',
      item: {
        type: 'DatePicker',
        text: 'Tuesday at 9',
        payload: '2026-01-06T09:00:00.000Z',
        originatingMessageId: question.keys?.at(-1),
      },
    },
  ]);
});

it('reads the items of a list picker, and answers with several', async () => {
  await using meet = await asked(LIST);
  const { guest, question, genesys } = meet;
  const [picker] = pickersOf(question) as [Extract<Picker, { kind: 'list' }>];
  const settled = await pickItems(guest, question, picker.picker.sections[0]?.items ?? []);
  expect(settled).toMatchObject({ outcome: 'sent', value: { text: 'Blue, Red' } });
  expect(contentSent(settled)).toMatchObject([
    { item: { type: 'ListPicker', payload: 'blue' } },
    { item: { type: 'ListPicker', payload: 'red' } },
  ]);
  expect(genesys.conversations()[0]?.transcript.at(-1)?.text).toBe('Blue, Red');
  await expect(pickItems(guest, question, [])).rejects.toMatchObject({ code: 'option.invalid' });
});

// holds: GUEST-FORM-ANSWERS
it('answers a form, field by field', async () => {
  await using meet = await asked(FORM);
  const { guest, question } = meet;
  const [{ picker }] = pickersOf(question) as [Extract<Picker, { kind: 'form' }>];
  expect(componentsOf(picker).map(({ formComponentType }) => formComponentType)).toEqual([
    'Input',
    'WheelPicker',
    'DatePicker',
  ]);
  const settled = await answerForm(guest, question, [
    { id: 'name', type: 'Input', text: 'Cara' },
    { id: 'size', type: 'WheelPicker', text: 'M', payload: '2' },
    { id: 'when', type: 'DatePicker', text: 'Tuesday', payload: '2026-01-06T09:00:00.000Z' },
  ]);
  expect(settled.outcome).toBe('sent');
  expect(contentSent(settled)).toMatchObject([
    {
      contentType: 'Form',
      item: {
        cannedResponseId: 'canned-1',
        originatingMessageId: question.keys?.at(-1),
        response: [
          { id: 'name', component: { buttonResponse: { type: 'Form', text: 'Cara', payload: 'Cara' } } },
          { id: 'size', component: { buttonResponse: { type: 'Form', text: 'M', payload: '2' } } },
          { id: 'when', component: { contentType: 'ButtonResponse', buttonResponse: { type: 'DatePicker' } } },
        ],
      },
    },
  ]);
});

it.each<[string, object, FormAnswer[], RegExp]>([
  ['a required field without an answer', FORM, [], /"Name" \(name\) is required/],
  ['a required field with a blank answer', FORM, [{ id: 'name', type: 'Input', text: ' ' }], /is required/],
  ['an answer without a field', FORM, [{ id: 'age', type: 'Input', text: '7' }], /no field "age"\. It has name, size/],
  ['a message without a form', TIMES, [], /has no form/],
])('a form with %s is a mistake of the caller, and nothing is sent', async (_name, content, answers, reason) => {
  await using meet = await asked(content);
  const { guest, question } = meet;
  await expect(answerForm(guest, question, answers)).rejects.toThrow(reason);
  expect(guest.snapshot().messages).toHaveLength(2);
});

it.each([
  [{ contentType: 'DatePicker', datePicker: { availableTimes: 'soon' } }],
  [{ contentType: 'ListPicker', listPicker: {} }],
  [{ contentType: 'Form', form: {} }],
  [{ contentType: 'PaymentRequest', paymentRequest: {} }],
])('leaves out what it cannot read: %j', async (content) => {
  await using meet = await asked(content);
  expect(pickersOf(meet.question)).toEqual([]);
});
