import { describe, expect, inject, it } from 'vitest';
import { accessLinesOf, leaksIn, secretsOf, serverErrorsOf, tracesOf } from './traces.ts';

const facts = inject('sharedStack');

describe('the logs after all these clients', () => {
  it('contain no 5xx', () => {
    expect(accessLinesOf(facts).length).toBeGreaterThan(20);
    expect(serverErrorsOf(facts)).toEqual([]);
  });

  it('contain no challenge password and no private key', () => {
    expect(tracesOf(facts).size).toBeGreaterThan(5);
    expect(secretsOf(facts).length).toBeGreaterThan(3);
    expect(leaksIn(tracesOf(facts), secretsOf(facts))).toEqual([]);
  });

  it.each([
    ['in clear', (secret: string) => secret],
    ['in hexadecimal', (secret: string) => Buffer.from(`csr ${secret}`).toString('hex')],
    [
      'in base64',
      (secret: string) => Buffer.from(`a request with ${secret} in it`).toString('base64'),
    ],
    ['as numbers', (secret: string) => JSON.stringify([...Buffer.from(`x${secret}x`)])],
  ])('are searched by a check that finds a challenge password %s', (_how, shown) => {
    const traces = new Map([['logs/careless.log', `{"message":"${shown('ABCDEFGH234567')}"}`]]);
    expect(leaksIn(traces, ['ABCDEFGH234567'])).toEqual(['logs/careless.log']);
  });
});
