/** The emulated Parameter Store. */
import { describe, expect, it } from 'vitest';
import { runOperation } from '../../../lib/local/emulators/aws-service.ts';
import { createParameterStore } from '../../../lib/local/emulators/parameter-store.ts';

interface Page {
  readonly Parameters: readonly { readonly Name: string; readonly Value: string }[];
  readonly NextToken?: string;
}

function storeWith(...names: readonly string[]) {
  const store = createParameterStore();
  for (const name of names) store.put(name, `value of ${name}`);
  return async (input: object) =>
    (await runOperation(store, 'GetParametersByPath', input as never)) as Page;
}

describe('GetParametersByPath', () => {
  it.each(['/a', '/a/'])('lists the level below %s alone', async (Path) => {
    const list = storeWith('/a/b', '/a/b/c', '/ab/c', '/b');
    expect((await list({ Path })).Parameters).toMatchObject([
      { Name: '/a/b', Value: 'value of /a/b', Type: 'String' },
    ]);
  });

  it('lists every level for a recursive request', async () => {
    const { Parameters } = await storeWith('/a/b', '/a/b/c')({ Path: '/a', Recursive: true });
    expect(Parameters.map(({ Name }) => Name)).toEqual(['/a/b', '/a/b/c']);
  });

  it('has ten parameters a page at most, and the rest behind its token', async () => {
    const names = Array.from({ length: 12 }, (_, at) => `/a/${at + 10}`);
    const list = storeWith(...names);
    const first = await list({ Path: '/a' });
    const second = await list({ Path: '/a', NextToken: first.NextToken });
    expect(first.Parameters).toHaveLength(10);
    expect(second.NextToken).toBeUndefined();
    expect([...first.Parameters, ...second.Parameters].map(({ Name }) => Name)).toEqual(names);
    await expect(list({ Path: '/a', MaxResults: 11 })).rejects.toMatchObject({
      code: 'ValidationException',
    });
  });

  it('refuses a token that no page gave', async () => {
    await expect(storeWith('/a/b')({ Path: '/a', NextToken: 'x' })).rejects.toMatchObject({
      code: 'InvalidNextToken',
    });
  });
});
