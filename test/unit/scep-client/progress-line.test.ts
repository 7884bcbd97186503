import { describe, expect, it } from 'vitest';
import { createProgressLine } from '../../../lib/scep-client/progress-line.ts';

const pending = (elapsedSeconds: number) =>
  ({ kind: 'pending', elapsedSeconds, waitSeconds: 2 }) as const;

function terminal(isTTY: boolean) {
  const written: string[] = [];
  const line = createProgressLine({ isTTY, write: (text) => written.push(text) });
  return { line, written };
}

describe('the progress line', () => {
  it('is rewritten on a terminal and ended before other output', () => {
    const { line, written } = terminal(true);
    line.show(pending(10));
    line.show(pending(12));
    line.end();
    expect(written.at(-2)).toBe('\r\x1b[Kpending after 12 s, next try in 2 s');
    expect(written.at(-1)).toBe('\n');
  });

  it('is a line every 15 seconds in a log', () => {
    const { line, written } = terminal(false);
    for (let seconds = 0; seconds <= 30; seconds += 2) line.show(pending(seconds));
    expect(written).toHaveLength(2);
    expect(written.join('')).not.toContain('\r');
  });

  it('reports a change at once', () => {
    const { line, written } = terminal(false);
    line.show(pending(0));
    line.show({ kind: 'unavailable', elapsedSeconds: 2, waitSeconds: 5 });
    expect(written.at(-1)).toBe('server unavailable after 2 s, next try in 5 s\n');
  });

  it('suggests a comparison of the fingerprint if the CA is not pinned', () => {
    const { line, written } = terminal(false);
    line.show({ kind: 'ca', fingerprint: 'ab', pinned: false });
    expect(written.join('')).toContain('compare');
  });
});
