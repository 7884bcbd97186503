import { describe, expect, it } from 'vitest';
import { passwordOf } from '../../../support/fakes/memory-administration.ts';
import { nowSeconds, panelUnderTest, token, untouched } from './panel.ts';

/** The expiry of a challenge with this lifetime, rounded up to five minutes. */
const expiryAfter = (seconds: number) => Math.ceil((nowSeconds + seconds) / 300) * 300;

const create = { action: 'create', connector: 'default', token };

/** A panel with one challenge for thirty devices. */
async function withChallenge() {
  const panel = panelUnderTest();
  const { challenge } = await panel.administration.createChallenge(
    'default',
    { name: 'fleet', maxUses: 30 },
    'test',
  );
  panel.administration.actions.splice(0);
  return { ...panel, challengeId: challenge.challengeId };
}

describe('create', () => {
  it('creates the challenge of the form and shows its password', async () => {
    const { call, administration, lines } = panelUnderTest();
    const form = {
      ...untouched,
      name: ' iPads ',
      subject: 'CN=ipad-*\r\nCN=pad-*\n\nO=School',
      alternativeNames: 'dns:*.example.com',
    };
    const said = await call(create, { form });
    const [challenge] = administration.kept;
    expect(challenge).toMatchObject({
      name: 'iPads',
      maxUses: 30,
      expiresAtSeconds: expiryAfter(86_400),
      constraints: {
        subject: { CN: ['ipad-*', 'pad-*'], O: ['School'] },
        alternativeNames: { dns: ['*.example.com'] },
      },
    });
    const password = passwordOf(challenge?.challengeId ?? '');
    expect(said).toContain(`<pre class="password">${password}</pre>`);
    expect(administration.actions).toEqual([
      { action: 'create', challengeId: challenge?.challengeId, who: 'console:111122223333' },
    ]);
    expect(JSON.stringify(lines)).not.toContain(password);
  });

  it.each([
    [
      'static',
      { kind: 'static', lifetime: 'never' },
      { maxUses: undefined, expiresAtSeconds: undefined },
    ],
    [
      'one-time',
      { kind: 'one-time', lifetime: '1 hour' },
      { maxUses: 1, expiresAtSeconds: expiryAfter(3_600) },
    ],
  ])('creates a %s challenge', async (_, form, expected) => {
    const { call, administration } = panelUnderTest();
    await call(create, { form: { ...untouched, ...form } });
    expect(administration.kept[0]?.maxUses).toBe(expected.maxUses);
    expect(administration.kept[0]?.expiresAtSeconds).toBe(expected.expiresAtSeconds);
  });

  it('creates one challenge if its button is pressed twice', async () => {
    const { call, administration } = panelUnderTest();
    await call(create, { form: untouched });
    await call(create, { form: untouched });
    expect(administration.kept).toHaveLength(1);
  });

  it('creates another challenge after a change in the same form', async () => {
    const { call, administration } = panelUnderTest();
    await call(create, { form: untouched });
    await call(create, { form: { ...untouched, name: 'another' } });
    expect(administration.kept).toHaveLength(2);
  });

  it.each([
    ['Name', { name: 'x'.repeat(65) }],
    ['Name', { name: 'a\u0007b' }],
    ['Name', { name: 'a\u202eb' }],
    ['Kind', { kind: 'endless' }],
    ['Devices', { uses: '0' }],
    ['Devices', { uses: '1001' }],
    ['Devices', { uses: '1e3' }],
    ['Certificate validity in days', { validityDays: '0' }],
    ['Certificate validity in days', { validityDays: 'x' }],
    ['Subject', { subject: 'C=DEU' }],
    ['Devices', { uses: '' }],
    ['Valid for', { lifetime: 'constructor' }],
    ['Valid for', { lifetime: '' }],
    ['Subject', { subject: 'ipad-*' }],
    ['Subject', { subject: '__proto__=x' }],
    ['Subject', { subject: 'CN=' }],
    ['Subject', { subject: `CN=${'x'.repeat(129)}` }],
    ['Subject', { subject: 'CN=a\n'.repeat(21) }],
    ['Alternative names', { alternativeNames: 'rid:1.2.3' }],
  ])('names the field %s for the entry %j, and creates nothing', async (name, form) => {
    const { call, administration } = panelUnderTest();
    const said = await call(create, { form: { ...untouched, ...form } });
    expect(said).toContain(`<strong>${name}: `.slice(0, 8 + name.length));
    expect(said).toContain('Nothing was changed');
    expect(administration.actions).toEqual([]);
  });
});

describe('the actions on a challenge', () => {
  it('show its password and record the caller', async () => {
    const { call, administration, challengeId } = await withChallenge();
    const said = await call({ action: 'show', challenge: challengeId });
    expect(said).toContain(passwordOf(challengeId));
    expect(administration.actions).toEqual([
      { action: 'password', challengeId, who: 'console:111122223333' },
    ]);
  });

  it('rotate it with the overlap in the form, and show the new password', async () => {
    const { call, administration, challengeId } = await withChallenge();
    const asks = { action: 'rotate', challenge: challengeId, token };
    const said = await call(asks, { form: { overlap: '7 days' } });
    expect(administration.actions).toMatchObject([{ action: 'rotate', overlapSeconds: 604_800 }]);
    expect(said).toContain(passwordOf(administration.kept[0]?.challengeId ?? ''));
    expect(said).not.toContain(passwordOf(challengeId));
  });

  it('refuse an overlap that is not in the list', async () => {
    const { call, administration, challengeId } = await withChallenge();
    const asks = { action: 'rotate', challenge: challengeId, token };
    expect(await call(asks, { form: { overlap: '100 years' } })).toContain('Old password: choose');
    expect(administration.actions).toEqual([]);
  });

  it('revoke it and show the list without it', async () => {
    const { call, administration, challengeId } = await withChallenge();
    const said = await call({ action: 'revoke', challenge: challengeId });
    expect(said).toContain('“fleet” is revoked');
    expect(said).toContain('No challenge yet');
    expect(administration.actions).toEqual([
      { action: 'revoke', challengeId, who: 'console:111122223333' },
    ]);
  });

  it('report that another admin may have revoked it', async () => {
    const { call, challengeId } = await withChallenge();
    await call({ action: 'revoke', challenge: challengeId });
    const said = await call(
      { action: 'rotate', challenge: challengeId, token },
      { form: { overlap: '1 day' } },
    );
    expect(said).toContain('It may have been revoked meanwhile');
  });
});

describe('an action', () => {
  it('is refused in the parameters of the widget, because its author must not act as its viewer', async () => {
    const { call, administration, challengeId } = await withChallenge();
    const asks = { action: 'revoke', challenge: challengeId };
    expect(await call(asks, { params: asks })).toContain('never a parameter of the widget');
    expect(administration.actions).toEqual([]);
  });

  it('is refused if the event lacks the parameters of the widget', async () => {
    const { answer, administration, challengeId } = await withChallenge();
    await answer({ action: 'revoke', challenge: challengeId });
    await answer({ action: 'revoke', challenge: challengeId, widgetContext: { params: null } });
    expect(administration.actions).toEqual([]);
  });
});
