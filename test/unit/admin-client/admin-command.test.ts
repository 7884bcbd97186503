import { describe, expect, it } from 'vitest';
import { createAdminApi, readAdminUrl } from '../../../lib/admin-client/admin-api.ts';
import { runAdmin } from '../../../lib/admin-client/admin-command-line.ts';
import { adminCommands } from '../../../lib/admin-client/admin-commands.ts';
import { readRegion, signRequest } from '../../../lib/admin-client/admin-signer.ts';
import { formatTable } from '../../../lib/admin-client/table.ts';
import { adminApi as adminServer, type Sent } from '../admin/api.ts';

/** The command with the admin API in memory, which routes calls as an HTTP API does. */
function command() {
  const server = adminServer({ connectorIds: ['default'] });
  const calls: string[] = [];
  const call = createAdminApi(new URL('http://127.0.0.1:1'), {
    fetch: async (input, init) => {
      const url = new URL(String(input));
      const [, first = '', ...rest] = url.pathname.split('/');
      calls.push(`${init?.method} ${url.pathname}`);
      const sent: Sent = { label: rest.join('/'), query: url.search, body: init?.body };
      const operation = operationOf(`${init?.method} /${first}`, rest.length > 0);
      const { status, body, error } = await server.send(operation, sent);
      const headers = error === undefined ? {} : { 'x-amzn-errortype': error };
      return new Response(body === undefined ? null : JSON.stringify(body), { status, headers });
    },
  });
  const run = async (words: string, operand?: string, options = {}) => {
    const chosen = adminCommands[words];
    if (chosen === undefined) throw new Error(`no command ${words}`);
    const given = { call, connectorId: 'default', operand, options };
    return await chosen({ ...given, nowSeconds: server.time.seconds });
  };
  return { ...server, run, calls };
}

const operationOf = (route: string, hasLabel: boolean) => {
  const name = {
    'GET /connectors': 'ListConnectors',
    'POST /challenges': 'CreateChallenge',
    'DELETE /challenges': 'DeleteChallenge',
    'GET /challengeMetadata': hasLabel ? 'GetChallengeMetadata' : 'ListChallengeMetadata',
    'GET /challengePasswords': 'GetChallengePassword',
    'GET /enrolments': 'ListEnrolments',
  }[route];
  if (name === undefined) throw new Error(`no operation for ${route}`);
  return name as Parameters<ReturnType<typeof adminServer>['send']>[0];
};

describe('the admin command', () => {
  it.each([
    [{ subject: ['C=DEU'] }, '--subject: C: "DEU" can never be issued: it takes two letters.'],
    [{ 'alternative-name': ['directory=a'] }, '--alternative-name: only dns, email, uri, ip, upn.'],
    [{ kind: 'limited', uses: '1001' }, '--uses: a whole number from 1 to 1000'],
    [{ 'validity-days': '0' }, '--validity-days: a whole number of days from 1 to 3650.'],
    [{ name: 'x'.repeat(65) }, '--name: 1 to 64 printable characters.'],
  ])('refuses %j with the rule of the API, and sends nothing', async (options, message) => {
    const { run, calls } = command();
    await expect(run('challenge create', undefined, options)).rejects.toThrow(message);
    expect(calls).toEqual([]);
  });

  it('creates, shows, reads, rotates and revokes a challenge', async () => {
    const { run } = command();
    const made = await run('challenge create', undefined, {
      kind: 'static',
      name: 'printers',
      subject: ['CN=printer-*'],
      tag: ['floor=1'],
    });
    const { Arn, Password } = made.json as { Arn: string; Password: string };
    expect(made.text).toBe(Password);
    const id = Arn.split('/').at(-1) ?? '';
    expect((await run('challenge show', id)).text).toContain('CN=printer-*');
    expect((await run('challenge list')).text).toMatch(/printers .* never +any +CN=printer-\*/);
    expect((await run('challenge password', id)).text).toBe(Password);
    const rotated = await run('challenge rotate', Arn, { overlap: '2d' });
    expect(rotated.text).not.toBe(Password);
    expect((await run('challenge list')).text).toContain('in 2 d');
    await run('challenge revoke', id);
    await expect(run('challenge show', id)).rejects.toMatchObject({ code: 'notFound' });
  });

  it('lists more challenges than one page', async () => {
    const { run, administration } = command();
    for (let made = 0; made < 1001; made += 1)
      await administration.createChallenge('default', {}, 'somebody');
    expect((await run('challenge list')).json).toHaveLength(1001);
  });

  it('shows the text of a device without terminal control characters', async () => {
    const { run, history, time } = command();
    await history.record(
      {
        connectorId: 'default',
        atMilliseconds: time.seconds * 1000 - 5000,
        id: 'one',
        outcome: 'refused',
        code: 'ChallengeUsed',
        subject: 'CN=\u001b[2J\u202eevil\nfake line',
      },
      'source',
    );
    const { text } = await run('enrolments');
    expect(text.split('\n')).toHaveLength(2);
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{C}/u);
    expect(text).toMatch(/5 s ago +refused +ChallengeUsed +1 +CN=�\[2J�evil�fake line/);
  });

  it.each([
    ['challenge show', undefined],
    ['challenge show', 'x'],
    ['challenge revoke', '../connectors'],
    ['challenge revoke', 'arn:aws:x y'],
  ])('refuses %s %j before any request', async (words, operand) => {
    const { run, calls } = command();
    await expect(run(words, operand)).rejects.toMatchObject({ code: 'badArgument' });
    expect(calls).toEqual([]);
  });

  it('explains what to do after a second rotation of a challenge', async () => {
    const { run } = command();
    const { json } = await run('challenge create', undefined, { kind: 'static' });
    const { Arn } = json as { Arn: string };
    await run('challenge rotate', Arn);
    await expect(run('challenge rotate', Arn)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('rotate its successor'),
    });
  });
});

describe('the admin command line', () => {
  const none = async () => ({});

  it('prints its help', async () => {
    expect(await runAdmin(['--help'], none)).toContain('challenge rotate');
  });

  it.each([
    [['nonsense'], 'badArgument'],
    [['challenge'], 'badArgument'],
    [['challenge', 'create', 'a', 'b'], 'badArgument'],
    [['constructor'], 'badArgument'],
    [['--json'], 'badArgument'],
    [['--nonsense'], 'badArgument'],
    [['connectors'], 'noLocalRun'],
    [['connectors', '--url', 'http://example.com', '--connector', 'a'], 'badArgument'],
    [['connectors', '--url', 'https://example.com', '--connector', 'A/../b'], 'badArgument'],
  ])('refuses %j', async (argv, code) => {
    await expect(runAdmin(argv, none)).rejects.toMatchObject({ code });
  });
});

describe('a call of the admin API', () => {
  const answered = (status: number, body: string) =>
    createAdminApi(new URL('http://127.0.0.1:1'), {
      fetch: async () => new Response(body, { status }),
    })({
      method: 'GET',
      path: '/connectors',
    });

  it.each([
    [403, '{"message":"Forbidden"}', 'notAllowed'],
    [404, '{"Message":"none"}', 'notFound'],
    [409, '{"Message":"x"}', 'conflict'],
    [400, '{"Message":"x"}', 'refused'],
    [429, '', 'unavailable'],
    [500, '<html>', 'unavailable'],
    [200, '<html>', 'unexpectedAnswer'],
  ])('that returns %s %j throws %s', async (status, body, code) => {
    await expect(answered(status, body)).rejects.toMatchObject({ code });
  });

  it('is signed for execute-api, except on this machine', async () => {
    const sent: Record<string, string>[] = [];
    const fetch = async (_: unknown, init?: RequestInit) => {
      sent.push(init?.headers as Record<string, string>);
      return new Response('{}');
    };
    const credentials = async () => ({ accessKeyId: 'AKID', secretAccessKey: 'SECRET-CANARY' });
    const sign = (request: Parameters<typeof signRequest>[0]) =>
      signRequest(request, () => credentials());
    const call = { method: 'GET', path: '/challenges/arn:aws:x:connector/y/challenge/z' } as const;
    await createAdminApi(new URL('http://localhost:8081'), { fetch, sign })(call);
    const remote = 'https://abc.execute-api.eu-west-1.amazonaws.com';
    await createAdminApi(new URL(remote), { fetch, sign })(call);
    expect(sent[0]).toEqual({});
    expect(sent[1]?.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-west-1\/execute-api\/aws4_request, SignedHeaders=host;[a-z0-9;-]+, Signature=[0-9a-f]{64}$/,
    );
    expect(JSON.stringify(sent)).not.toContain('SECRET-CANARY');
  });

  it('throws noCredentials without AWS credentials', async () => {
    const request = {
      method: 'GET',
      url: new URL('https://a.execute-api.x-1.amazonaws.com'),
      headers: {},
    };
    const none = async () => Promise.reject(new Error('none'));
    await expect(signRequest(request, none)).rejects.toMatchObject({ code: 'noCredentials' });
  });

  it('uses the Region of its host, or else of the environment', () => {
    const own = new URL('https://abc.execute-api.eu-west-1.amazonaws.com');
    const named = new URL('https://scep-admin.example.com');
    expect(readRegion(own, { AWS_REGION: 'us-east-1' })).toBe('eu-west-1');
    expect(readRegion(named, { AWS_REGION: 'us-east-1' })).toBe('us-east-1');
    expect(() => readRegion(named, {})).toThrow('AWS_REGION');
  });

  it.each(['http://10.0.0.1', 'ftp://127.0.0.1', 'http://127.0.0.1.example.com', 'x'])(
    'is refused for the URL %s',
    (url) => {
      expect(() => readAdminUrl(url)).toThrow('is not an https URL');
    },
  );
});

describe('a table', () => {
  it('aligns its columns and cuts long cells', () => {
    expect(formatTable(['A', 'B'], [['ü', 'x'.repeat(100)]])).toBe(`A  B\nü  ${'x'.repeat(63)}…`);
  });
});
