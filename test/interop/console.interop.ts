/**
 * The console panel in Chromium, with the running stack. SCREENSHOTS=docs writes docs/console.png
 * and docs/console-dark.png (docs/console.md).
 */
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import {
  openPage,
  press,
  pressAndConfirm,
  startBrowser,
  takePassword,
} from '../support/kit/browser.ts';
import { enroll } from './own-client.ts';
import { clientDirectory } from './stack.ts';
import { describeWith } from './tools.ts';
import { asSecret } from './traces.ts';

const facts = inject('sharedStack');
const directory = clientDirectory(facts, 'console');

/** Enrols a device with this password and returns the exit code. */
const exitCodeOf = async (name: string, challenge: string): Promise<number | undefined> =>
  (await enroll(facts, { out: join(directory, name), subject: `O=School,CN=${name}`, challenge }))
    .exitCode;

interface Wanted {
  readonly name: string;
  readonly kind?: 'limited' | 'one-time' | 'static';
  readonly uses?: number;
  readonly lifetime?: string;
  readonly subject?: string;
}

/** Creates a challenge with the form, returns its password and goes back to the list. */
async function create(
  page: Page,
  { name, kind = 'limited', uses, lifetime, subject }: Wanted,
): Promise<string> {
  await press(page, 'Create challenge…');
  await page.locator('[name=name]').fill(name);
  await page.locator(`[name=kind][value=${kind}]`).check();
  if (uses) await page.locator('[name=uses]').fill(String(uses));
  if (lifetime) await page.locator('[name=lifetime]').selectOption(lifetime);
  if (subject) await page.locator('[name=subject]').fill(subject);
  await pressAndConfirm(page, 'Create and show password');
  const password = asSecret(facts, await takePassword(page));
  await press(page, 'Back to the list');
  return password;
}

const rowOf = (page: Page, text: string) => page.locator('.widget tr', { hasText: text }).first();

/** The row of a device in the list of enrolments, which can be on a later page. */
async function enrolmentOf(page: Page, name: string): Promise<string> {
  await press(page, 'Refresh');
  for (let pages = 0; pages < 20 && !(await rowOf(page, `CN=${name}`).isVisible()); pages += 1)
    await press(page, 'Earlier');
  return (await rowOf(page, `CN=${name}`).textContent()) ?? '';
}

describeWith(['chromium'], 'the console panel', () => {
  let browser: Browser;
  let page: Page;
  let faults: readonly string[];
  beforeAll(async () => {
    browser = await startBrowser();
    ({ page, faults } = await openPage(browser, facts.consoleUrl));
  });
  afterAll(() => browser.close());

  it('creates a challenge, and shows the certificate of a device that uses it', async () => {
    const password = await create(page, { name: 'Laptops', kind: 'static', lifetime: '90 days' });
    expect(await exitCodeOf('laptop-17', password)).toBe(0);
    expect(await enrolmentOf(page, 'laptop-17')).toMatch(
      /Issued.*Laptops.*Certificate [0-9a-f]{16,}/s,
    );
    expect(await page.content()).not.toContain(password);
  });

  it('explains the refusal of a used challenge', async () => {
    const password = await create(page, {
      name: 'Printer, room 12',
      kind: 'one-time',
      lifetime: '8 hours',
    });
    expect(await exitCodeOf('printer-12', password)).toBe(0);
    expect(await exitCodeOf('printer-13', password)).toBe(2);
    expect(await enrolmentOf(page, 'printer-13')).toMatch(/Refused.*has no uses left/s);
    expect(await rowOf(page, 'Printer, room 12').textContent()).toContain('Used up');
  });

  it('shows the refusal of a name that the challenge does not allow', async () => {
    const wanted = {
      name: 'iPads, 4th grade',
      uses: 30,
      lifetime: '8 hours',
      subject: 'CN=ipad-4-*\nO=School',
    };
    const password = await create(page, wanted);
    expect(await exitCodeOf('ipad-4-01', password)).toBe(0);
    expect(await exitCodeOf('ipad-4-02', password)).toBe(0);
    expect(await exitCodeOf('ipad-5-01', password)).toBe(2);
    expect(await enrolmentOf(page, 'ipad-5-01')).toMatch(/Refused/);
    expect(await rowOf(page, wanted.name).textContent()).toContain('28 of 30');
  });

  it('shows a password again in a popup', async () => {
    const password = await create(page, { name: 'Kiosks', uses: 12 });
    await pressAndConfirm(page, 'Show password', rowOf(page, 'Kiosks'));
    expect(await takePassword(page)).toBe(password);
  });

  it('rotates a challenge, whose old password works until it is revoked', async () => {
    const old = await create(page, { name: 'Fleet', kind: 'static', lifetime: '1 year' });
    await press(page, 'Rotate…', rowOf(page, 'Fleet'));
    await page.locator('[name=overlap]').selectOption('7 days');
    await pressAndConfirm(page, 'Rotate and show new password');
    const renewed = asSecret(facts, await takePassword(page));
    expect(renewed).not.toBe(old);
    expect(await exitCodeOf('tablet-old', old)).toBe(0);
    expect(await exitCodeOf('tablet-new', renewed)).toBe(0);

    await press(page, 'Back to the list');
    await press(page, 'Refresh');
    const row = page
      .locator('.widget tr', { hasText: 'Fleet' })
      .filter({ hasText: /in [67] d/ })
      .first();
    await pressAndConfirm(page, 'Revoke', row);
    await page.getByText('is revoked').waitFor();
    expect(await exitCodeOf('tablet-late', old)).toBe(2);
    expect(await enrolmentOf(page, 'tablet-late')).toMatch(/The challenge was revoked/);
    expect(await exitCodeOf('tablet-newer', renewed)).toBe(0);
  });

  it('contains no script and causes no error in the page', async () => {
    expect(faults).toEqual([]);
    expect(await page.locator('.widget .content').innerHTML()).not.toMatch(/<script|\son\w+=/i);
  });

  it.runIf(process.env.SCREENSHOTS)('is captured for the documentation', async () => {
    const at = (file: string) => join(process.env.SCREENSHOTS ?? '', file);
    await press(page, 'Refresh');
    await page.screenshot({ path: at('console.png'), fullPage: true });
    await page.getByRole('button', { name: 'Switch between' }).click();
    await page.waitForTimeout(1_000);
    await page.screenshot({ path: at('console-dark.png'), fullPage: true });
  });
});
