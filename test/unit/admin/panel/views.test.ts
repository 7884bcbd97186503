import { describe, expect, it } from 'vitest';
import type { RefusalCode } from '../../../../lambda/core/errors.ts';
import { knownIntuneCodes } from '../../../../lambda/intune/codes.ts';
import { endpoint, nowSeconds, panelUnderTest, token } from './panel.ts';

describe('a request for the description', () => {
  it('is answered before any other parameter is read', async () => {
    const { answer, administration } = panelUnderTest();
    const event = {
      describe: true,
      action: 'create',
      connector: '<script>',
      widgetContext: { params: {} },
    };
    const said = await answer(event);
    expect(said).toContain('## SCEP connectors');
    expect(said).toContain('connector: default');
    expect(administration.actions).toEqual([]);
  });
});

describe('the list', () => {
  it('shows the settings for an MDM, and the remaining uses and time of each challenge', async () => {
    const { call, administration } = panelUnderTest();
    const terms = { name: 'iPads', maxUses: 30, expiresAtSeconds: nowSeconds + 7_200 };
    await administration.createChallenge('default', terms, 'test');
    const said = await call({});
    for (const text of [
      'https://api.example.com/scep/default',
      'iPads',
      '30 of 30',
      'in 2 h',
      'Active',
    ])
      expect(said).toContain(text);
  });

  it('shows which device was refused, and why', async () => {
    const { call, administration } = panelUnderTest();
    administration.history.push({
      atSeconds: nowSeconds - 300,
      outcome: 'refused',
      code: 'ChallengeUsed',
      failInfo: 'badRequest',
      subject: 'CN=ipad-7',
    });
    const said = await call({});
    expect(said).toContain('CN=ipad-7');
    expect(said).toContain('The challenge has no uses left');
    expect(said).toContain('The device received failInfo badRequest.');
    expect(said).toContain('5 min ago');
  });

  it('shows what was refused before it was opened, how often, and which quirk accepts it', async () => {
    const { call, administration } = panelUnderTest();
    const refused = {
      outcome: 'refused',
      code: 'UnsupportedAlgorithm',
      failInfo: 'badAlg',
    } as const;
    administration.history.push(
      { ...refused, atSeconds: nowSeconds, refused: 'SHA-1', count: 41, source: '1a2b3c4d' },
      { ...refused, atSeconds: nowSeconds, refused: 'MD5', count: 1, source: '5e6f7a8b' },
    );
    const said = await call({});
    expect(said).toContain('41 requests within an hour, source 1a2b3c4d');
    expect(said).toContain('The device uses a disabled algorithm: SHA-1.');
    expect(said).toContain('set the quirk sha1');
    expect(said).toContain('one request, source 5e6f7a8b');
    expect(said).toContain('can enable only SHA-1 and Triple DES');
  });

  it('explains Intune’s code, and shows an unknown code as it is', async () => {
    const { call, administration } = panelUnderTest();
    for (const code of ['Intune:ChallengeExpired', 'FromTheFuture'])
      administration.history.push({
        atSeconds: nowSeconds,
        outcome: 'refused',
        code: code as RefusalCode,
      });
    const said = await call({});
    expect(said).toContain('Intune: The challenge has expired.<');
    expect(said).toContain('does not know the reason: <code>FromTheFuture</code>');
  });

  it.each([...knownIntuneCodes, 'NotListed'])(
    'ends the explanation of Intune:%s with one full stop',
    async (code) => {
      const { call, administration } = panelUnderTest();
      const refused = {
        atSeconds: nowSeconds,
        outcome: 'refused',
        code: `Intune:${code}`,
      } as const;
      administration.history.push(refused);
      expect(await call({})).toMatch(/<strong>Intune: [^<]+[^.]\.<\/strong>/);
    },
  );

  it('shows one page of ten thousand challenges and links to the next', async () => {
    const { call, administration } = panelUnderTest();
    for (let made = 0; made < 10_000; made += 1)
      await administration.createChallenge('default', { name: `ch-${made}-` }, 'test');
    const said = await call({});
    expect(said).toContain('ch-9999-');
    expect(said).not.toContain('ch-9979-');
    expect(said).toContain('"after":"page-20"');
    expect(said.length).toBeLessThan(100_000);
    expect(await call({ after: 'page-20' })).toContain('ch-9979-');
  });

  it('finds one of ten thousand challenges by a part of its name and by its ARN', async () => {
    const { call, administration } = panelUnderTest();
    for (let made = 0; made < 10_000; made += 1)
      await administration.createChallenge('default', { name: `ch-${made}-` }, 'test');
    const byName = await call({ view: 'find' }, { form: { find: 'CH-17-' } });
    expect(byName).toContain('ch-17-');
    expect(byName).not.toContain('ch-18-');
    const find = administration.kept[42]?.challengeArn;
    expect(await call({ view: 'find' }, { form: { find } })).toContain('ch-9957-');
  });

  it('shows only refused devices, even after many issued certificates', async () => {
    const { call, administration } = panelUnderTest();
    for (let at = 0; at < 500; at += 1)
      administration.history.push({
        atSeconds: nowSeconds - at,
        outcome: 'issued',
        subject: 'CN=good',
      });
    administration.history.push({
      atSeconds: 1,
      outcome: 'refused',
      code: 'SubjectRefused',
      subject: 'CN=odd',
    });
    const said = await call({ only: 'refused' });
    expect(said).toContain('CN=odd');
    expect(said).not.toContain('CN=good');
  });

  it('shows enrolments if challenges cannot be read, and logs only the name of the error', async () => {
    const { administration, answer, lines } = panelUnderTest();
    administration.history.push({ atSeconds: nowSeconds, outcome: 'issued', subject: 'CN=here' });
    administration.listChallenges = () => Promise.reject(new TypeError('secret text of an SDK'));
    const said = await answer({});
    expect(said).toContain('CN=here');
    expect(said).toContain('An internal error occurred');
    expect(said).not.toContain('secret text');
    expect(lines).toEqual([{ outcome: 'outage', code: 'TypeError' }]);
  });

  it('links to the first page from a page that no longer exists', async () => {
    const said = await panelUnderTest().call({ after: 'gone' });
    expect(said).toContain('NextToken: expired or unknown');
    expect(said).toContain('First page');
  });

  it('shows a tab for each of several connectors, and no tab for a single one', async () => {
    expect(await panelUnderTest('phones', 'laptops').call({})).toContain('{"connector":"laptops"}');
    expect(await panelUnderTest().call({})).not.toContain('<nav>');
  });

  it('uses the theme of the console', async () => {
    const { call } = panelUnderTest();
    expect(await call({}, { theme: 'dark' })).toContain('#161d26');
    expect(await call({}, { theme: 'light' })).not.toContain('#161d26');
  });
});

describe('a view', () => {
  it('changes nothing and shows no password', async () => {
    const { call, administration } = panelUnderTest();
    const { challenge, password } = await administration.createChallenge(
      'default',
      { name: 'one' },
      'test',
    );
    const before = structuredClone([administration.kept, administration.actions]);
    const said = [];
    for (const view of ['list', 'find', 'create', 'rotate', 'challenge'])
      said.push(await call({ view, challenge: challenge.challengeId }, { form: { find: 'one' } }));
    expect([administration.kept, administration.actions]).toEqual(before);
    expect(said.join()).not.toContain(password);
    expect(said.join()).not.toContain('An internal error occurred');
  });
});

describe('a button', () => {
  const actions = (said: string) =>
    [...said.matchAll(/<cwdb-action ([^>]*)>([^<]*)<\/cwdb-action>/g)].map(
      ([, attributes = '', json = '']) => ({
        attributes,
        asks: JSON.parse(json),
      }),
    );

  it('calls this function, needs confirmation for an action, and shows a password in a popup', async () => {
    const { call, administration } = panelUnderTest();
    const { challenge } = await administration.createChallenge('default', {}, 'test');
    const { challengeId } = challenge;
    const all = [];
    for (const view of ['list', 'create', 'rotate'])
      all.push(...actions(await call({ view, challenge: challengeId })));
    expect(all.every(({ attributes }) => attributes.includes(`endpoint="${endpoint}"`))).toBe(true);
    const buttons = all.filter(({ asks }) => asks.action !== undefined);
    expect(buttons.map(({ asks }) => asks.action).sort()).toEqual([
      'create',
      'revoke',
      'rotate',
      'show',
    ]);
    for (const { asks, attributes } of buttons) {
      expect(attributes).toMatch(/confirmation="[^"]+"/);
      expect(attributes).toContain(`display="${asks.action === 'revoke' ? 'widget' : 'popup'}"`);
    }
    expect(all.find(({ asks }) => asks.action === 'create')?.asks.token).toBe(token);
  });
});
