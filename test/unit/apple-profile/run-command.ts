/** The command on a connector in memory: what it prints, and what it says to a person. */
import { runProfileCommand } from '../../../lib/apple-profile/command.ts';
import type { servedConnector } from './served-connector.ts';

/** Runs the command with these arguments, this standard input and this content of run.json. */
export async function run(argv: readonly string[], stdin = '', local = {}) {
  const printed: string[] = [];
  const said: string[] = [];
  await runProfileCommand(argv, {
    run: local,
    readStandardInput: async () => stdin,
    print: (text) => printed.push(text),
    say: (text) => said.push(text),
  });
  return { printed: printed.join('\n'), said: said.join('\n') };
}

/** A profile with a one-time challenge of this connector. */
export async function profileFor(
  connector: Awaited<ReturnType<typeof servedConnector>>,
  ...argv: readonly string[]
): Promise<string> {
  const challenge = await connector.challenge();
  const given = ['--url', connector.url, '--challenge', challenge, '--subject', 'CN=mac-7'];
  return (await run([...given, '--out', '-', ...argv])).printed;
}
