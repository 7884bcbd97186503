import { describe, expect, it } from 'vitest';
import { html, readText, renderJson } from '../../../../lambda/admin/panel/html.ts';
import { eventOf, nowSeconds, panelUnderTest, token, untouched } from './panel.ts';

/** Text that could end a text, an attribute and a template. The word identifies its field. */
const markup = (word: string): string =>
  `${word}"'\`><img src=x onerror=alert(1)><cwdb-action action="call">{}</cwdb-action>`;

/**
 * The characters after each payload, unless they are the payload's escaped quotation mark. HTML and
 * the JSON of a button escape it differently.
 */
const holes = (said: string): readonly string[] =>
  [...said.matchAll(/\bzq\w+(.{0,2})/gs)]
    .map(([, next = '']) => next)
    .filter((next) => !['&q', '\\"', ''].includes(next));

describe('markup', () => {
  it('stays text in every field of a challenge or an enrolment, in every view', async () => {
    const { administration, call } = panelUnderTest();
    const terms = {
      name: markup('zqname'),
      constraints: {
        subject: { CN: [markup('zqcn')] },
        alternativeNames: { dns: [markup('zqdns')] },
      },
      tags: { [markup('zqkey')]: markup('zqtag') },
    };
    const { challenge } = await administration.createChallenge('default', terms, 'test');
    const { challengeId } = challenge;
    administration.history.push(
      {
        atSeconds: nowSeconds,
        outcome: 'refused',
        code: 'SubjectRefused',
        subject: markup('zqsubject'),
        transactionId: markup('zqtransaction'),
        challengeId: markup('zqid'),
      },
      { atSeconds: nowSeconds, outcome: 'issued', serialHex: markup('zqserial') },
      { atSeconds: nowSeconds, outcome: 'refused', code: markup('zqcode') as 'ChallengeUsed' },
    );
    const form = { find: 'zqname"' };
    const said = [];
    for (const view of ['list', 'find', 'create', 'rotate', 'challenge'])
      said.push(await call({ view, challenge: challengeId }, { form }));
    said.push(await call({ action: 'show', challenge: challengeId }));
    const all = said.join('\n');
    for (const word of [
      'name',
      'cn',
      'dns',
      'key',
      'tag',
      'subject',
      'transaction',
      'id',
      'serial',
      'code',
    ])
      expect(all).toContain(`zq${word}&quot;`);
    expect(holes(all)).toEqual([]);
    expect(all).not.toContain('<img');
  });

  it('stays text in the entries of a form', async () => {
    const { call, administration } = panelUnderTest();
    const form = {
      ...untouched,
      name: markup('zqname').slice(0, 60),
      subject: `CN=${markup('zqcn').slice(0, 60)}`,
    };
    const said = await call({ action: 'create', token }, { form });
    expect(administration.kept).toHaveLength(1);
    expect(said).toContain('zqname&quot;');
    expect(
      holes(
        said +
          (await call({})) +
          (await call({ view: 'find' }, { form: { find: markup('zqfind') } })),
      ),
    ).toEqual([]);
  });

  it('is not echoed from an invalid parameter', async () => {
    for (const name of [
      'view',
      'action',
      'connector',
      'challenge',
      'after',
      'before',
      'only',
      'token',
    ]) {
      const said = await panelUnderTest().call({ [name]: markup('zq') });
      expect(said).not.toContain('zq');
      expect(said).toContain(`${name}: `);
    }
  });
});

describe('an event', () => {
  it.each([
    undefined,
    null,
    'text',
    [],
    { widgetContext: 'no object' },
    {
      widgetContext: {
        forms: { all: [1] },
        timezone: { offsetISO: '+99:99' },
        accountId: {},
        theme: {},
      },
    },
    eventOf({ view: '__proto__' }),
    eventOf({ view: 'constructor' }),
    eventOf({ action: 'toString' }),
    eventOf({ connector: 'other' }),
    eventOf({ view: 'rotate' }),
    eventOf({ view: 'challenge', challenge: token }),
    eventOf({ action: 'create', token }, { form: { name: { toString: 'x' }, kind: 7 } }),
    eventOf({ action: 'revoke' }),
    eventOf({ action: 'rotate', challenge: token, token }, { form: { overlap: 'toString' } }),
  ])('that is malformed gets a page and performs no action: %j', async (event) => {
    const { answer, administration } = panelUnderTest();
    const said = await answer(event);
    expect(said).toContain('class="scep');
    expect(said).not.toContain('An internal error occurred');
    expect(administration.actions).toEqual([]);
  });
});

describe('html', () => {
  it('escapes characters that could end a text or an attribute', () => {
    expect(readText(html`<a title="${`&<>"'\``}">`)).toBe(
      '<a title="&amp;&lt;&gt;&quot;&#39;&#96;">',
    );
  });

  it('makes invisible and direction-changing characters visible', () => {
    expect(readText(html`${'a\u202Eb\u200Bc\u0000d\u2028e\nf'}`)).toBe(
      'a\uFFFDb\uFFFDc\uFFFDd\uFFFDe\nf',
    );
  });

  it('refuses an object as markup unless it made the object', () => {
    const forged = JSON.parse('{"made":"<b>"}');
    expect(() => readText(html`${forged}`)).toThrow(TypeError);
  });

  it('writes JSON without special characters of HTML', () => {
    const value = { a: `</cwdb-action><b>&'\u2028` };
    const text = readText(renderJson(value));
    expect(text).not.toMatch(/[<>&']/);
    expect(JSON.parse(text)).toEqual(value);
  });
});
