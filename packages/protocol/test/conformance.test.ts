// The check behind `npm run conformance`, on a schema of three lines: the real one is not part of this repository.
import { expect, test } from 'vitest';
import { Conformance } from './conformance/check.ts';
import type { Definitions } from './conformance/schema.ts';

const jwt: Definitions = {
  JwtResponse: {
    type: 'object',
    required: ['jwt', 'exp'],
    properties: { jwt: { type: 'string' }, exp: { type: 'number' } },
  },
};

function deviations(definitions: Definitions): readonly string[] {
  const conformance = new Conformance();
  conformance.definitions(definitions, 1);
  // A schema of three lines lacks the actions of the real one.
  return conformance.finish().deviations.filter((each) => !each.startsWith('GUEST_ACTIONS'));
}

test('whatever satisfies a modelled definition is read', () => {
  expect(deviations(jwt)).toEqual([]);
});

test('a definition that asks for less than its guard is a deviation, with the value', () => {
  const [deviation, ...others] = deviations({ JwtResponse: { ...jwt.JwtResponse, required: ['jwt'] } });
  expect(deviation).toMatch(/^JwtResponse: \$\.body\.exp is nothing; expected a number\. The value: \{/);
  expect(others).toEqual([]);
});

test('a definition, an action or a class that nobody has named is a deviation', () => {
  expect(
    deviations({
      ReadReceiptRequest: { type: 'object' },
      'RequestType.ReadReceipt': { type: 'string', enum: ['readReceipt'] },
      MessageDataType: { type: 'string', enum: ['JwtResponse', 'ReadReceiptEvent'] },
    }),
  ).toEqual([
    'The definition ReadReceiptRequest is neither modelled nor named with a reason.',
    'The schema has the action readReceipt, GUEST_ACTIONS has not.',
    'The class ReadReceiptEvent is neither modelled nor named with a reason.',
  ]);
});

test('a recorded frame that is not read is a deviation, by its name', () => {
  const conformance = new Conformance();
  conformance.frames([
    { direction: 'client', name: 'good', frame: { action: 'getJwt', token: 't' } },
    { direction: 'client', name: 'bad', frame: { action: 'getJwt' } },
    { direction: 'server', name: 'new', frame: { type: 'message', class: 'NewEvent', code: 200, body: {} } },
  ]);
  expect(conformance.report.deviations.map((each) => each.split(':')[0])).toEqual(['bad', 'new']);
});

test('a row of the tables that nothing needs any more is told', () => {
  expect(new Conformance().finish().stale).toContainEqual(expect.stringMatching(/^NOT_MODELLED names Journey\*/));
});
