import { describe, expect, it } from 'vitest';
import { readPattern } from '../../../lib/local/emulators/eventbridge/pattern.ts';

const event = {
  'detail-type': 'Certificate Issued',
  source: 'scep-connector',
  resources: ['arn:one', 'arn:two'],
  detail: { outcome: 'issued', uses: 3, isLast: false, by: null, connector: { id: 'default' } },
};

const matches = (pattern: unknown) => readPattern(pattern, 'Rule')(event);

describe('an event pattern', () => {
  it.each([
    [{ source: ['scep-connector'] }],
    [{ source: ['other', 'scep-connector'] }],
    [{ source: ['scep-connector'], 'detail-type': ['Certificate Issued'] }],
    [{ resources: ['arn:two'] }],
    [{ detail: { connector: { id: ['default'] } } }],
    [{ detail: { uses: [3], isLast: [false], by: [null] } }],
    [{ 'detail-type': [{ prefix: 'Certificate ' }] }],
  ])('%j matches', (pattern) => {
    expect(matches(pattern)).toBe(true);
  });

  it.each([
    [{ source: ['scep'] }],
    [{ source: ['scep-connector'], 'detail-type': ['Certificate Refused'] }],
    [{ resources: ['arn:three'] }],
    [{ detail: { connector: { id: ['other'] } } }],
    [{ detail: { uses: ['3'] } }],
    [{ detail: { missing: [null] } }],
    [{ detail: { outcome: { deeper: ['issued'] } } }],
    [{ 'detail-type': [{ prefix: 'Challenge ' }] }],
  ])('%j does not match', (pattern) => {
    expect(matches(pattern)).toBe(false);
  });

  it.each([
    [{ detail: { uses: [{ numeric: ['>', 1] }] } }, 'numeric in the pattern.detail.uses'],
    [{ detail: { by: [{ exists: true }] } }, 'exists in the pattern.detail.by'],
    [{ source: [{ 'anything-but': ['x'] }] }, 'anything-but in the pattern.source'],
    [{ source: [{ prefix: { 'equals-ignore-case': 'x' } }] }, 'prefix in the pattern.source'],
    [{ $or: [{ source: ['x'] }] }, '$or in the pattern'],
    [{ source: [['x']] }, 'a list in the pattern.source'],
    [{ source: [] }, 'the pattern.source is an empty list'],
    [{ source: 'x' }, 'the pattern.source is not an object with members'],
    [{}, 'the pattern is not an object with members'],
    [{ source: ['aws.acm-pca'] }, 'events from "aws.acm-pca"'],
    [{ source: [{ prefix: 'aws.' }] }, 'events from {"prefix":"aws."}'],
  ])('%j is refused', (pattern, fault) => {
    expect(() => readPattern(pattern, 'Rule1')).toThrow(`Rule1: ${fault}`);
  });
});
