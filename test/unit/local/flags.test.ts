import { describe, expect, it } from 'vitest';
import { readFlags } from '../../../lib/local/flags.ts';

describe('the command line of npm start', () => {
  it('has a default for everything', () => {
    expect(readFlags([], {})).toMatchObject({
      port: 8080,
      adminPort: 8081,
      stateDirectory: '.local',
      isFresh: false,
      isIntune: false,
    });
  });

  it('ignores an empty SCEP_LOCAL_STATE, as the other commands do', () => {
    expect(readFlags([], { SCEP_LOCAL_STATE: '' }).stateDirectory).toBe('.local');
  });

  it('reads flags and environment', () => {
    const flags = readFlags(
      [
        '--fresh',
        '--intune',
        '--pca-delay',
        '5',
        '--pca-tps=2',
        '--concurrency=10',
        '--unreliable=storm',
        '--ndes',
        '--app=bin/other.ts',
      ],
      {
        PORT: '0',
        SCEP_LOCAL_STATE: '/tmp/elsewhere',
      },
    );
    expect(flags).toMatchObject({
      isFresh: true,
      isIntune: true,
      pcaDelaySeconds: 5,
      pcaRatePerSecond: 2,
      concurrency: 10,
      unreliable: 'storm',
      port: 0,
      stateDirectory: '/tmp/elsewhere',
      hasNdesPage: true,
      app: 'bin/other.ts',
    });
  });

  it.each([
    [['--frseh']],
    [['--pca-tps', '0']],
    [['--pca-delay', 'long']],
    [['-c', 'ndesAdminPage=true']],
    [['extra']],
  ])('refuses %j and prints the usage', (args) => {
    expect(() => readFlags(args, {})).toThrow('--pca-delay SECONDS');
  });

  it('refuses an invalid port', () => {
    expect(() => readFlags([], { PORT: 'http' })).toThrow('PORT must be a port number: http');
  });
});
