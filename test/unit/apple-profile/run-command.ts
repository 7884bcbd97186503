/** Runs the profile command on a connector in memory. */
import { runProfileCommand } from '../../../lib/apple-profile/command.ts';
import type { servedConnector } from './served-connector.ts';

/** Runs the command; `local` is the content of run.json. */
export async function run(argv: readonly string[], stdin = '', local = {}) {
  const printed: string[] = [];
  const reported: string[] = [];
  await runProfileCommand(argv, {
    run: local,
    readStandardInput: async () => stdin,
    print: (text) => printed.push(text),
    report: (text) => reported.push(text),
  });
  return { printed: printed.join('\n'), reported: reported.join('\n') };
}

/** Writes a profile with a one-time challenge of this connector. */
export async function profileFor(
  connector: Awaited<ReturnType<typeof servedConnector>>,
  ...argv: readonly string[]
): Promise<string> {
  const challenge = await connector.challenge();
  const given = ['--url', connector.url, '--challenge', challenge, '--subject', 'CN=mac-7'];
  return (await run([...given, '--out', '-', ...argv])).printed;
}
