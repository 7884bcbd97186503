/** Uses the app once as devices, admins, MDMs and schedules do. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { enroll, enrollUnderIntune } from '../own-client.ts';
import type { StackFacts } from '../stack.ts';
import { ndesCredential, type startApp } from './app.ts';

type App = Awaited<ReturnType<typeof startApp>>;

/** Runs every flow once. Throws for an unexpected answer. */
export async function useApp(app: App): Promise<void> {
  const { consoleUrl = '' } = app.introduction;
  const facts: StackFacts = { ...app.introduction, ...app, consoleUrl };
  // `npm start` writes this file, in which clients find the tenant.
  writeFileSync(join(app.stateDirectory, 'run.json'), JSON.stringify(app.introduction));
  mkdirSync(join(app.directory, 'devices'));
  const out = (name: string): string => join(app.directory, 'devices', name);
  const enrolled = [
    await enroll(facts, {
      out: out('default'),
      subject: 'CN=device',
      challenge: facts.challengePassword,
    }),
    await enrollUnderIntune(facts, { out: out('intune'), subject: 'CN=laptop' }),
  ];
  for (const { exitCode, stderr, stdout } of enrolled)
    if (exitCode !== 0) throw new Error(`an enrolment failed: ${stdout}${stderr}`);
  await answered(`${facts.adminUrl}/connectors`);
  const authorization = `Basic ${ndesCredential(app.stateDirectory)}`;
  await answered(`${facts.scepUrl.replace(/default$/, 'ndes')}/mscep_admin`, {
    headers: { authorization },
  });
  await answered(`${consoleUrl}/call`, panelView(new URL(consoleUrl).origin));
  for (const schedule of app.stack.schedules) await app.stack.fireSchedule(schedule);
}

/** The request of the console's page for the panel. */
const panelView = (origin: string): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', origin },
  body: JSON.stringify({ widget: 0, asks: {}, forms: {}, theme: 'light', offsetISO: '+00:00' }),
});

async function answered(url: string, init: RequestInit = {}): Promise<void> {
  const response = await fetch(url, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${url}: HTTP ${response.status} ${text.slice(0, 200)}`);
}
