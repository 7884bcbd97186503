/** A real browser: Debian's Chromium, through playwright-core. */
import { type Browser, chromium, type Page } from 'playwright-core';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Starts it. As root it has no sandbox to start in; it opens pages of this machine alone. */
export const startBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });

/** A page of a size that a dashboard has; `faults` are what its scripts threw. */
export async function openPage(
  browser: Browser,
  url: string,
): Promise<{ readonly page: Page; readonly faults: readonly string[] }> {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  page.setDefaultTimeout(8_000);
  const faults: string[] = [];
  page.on('pageerror', ({ message }) => void faults.push(message));
  await page.goto(url);
  return { page, faults };
}

/**
 * Presses a button of the panel, of this row if one is given; returns once the widget is drawn
 * again.
 */
export async function press(
  page: Page,
  name: string,
  row = page.locator('.widget'),
): Promise<void> {
  await row.getByRole('button', { name, exact: true }).first().click();
  await drawn(page);
}

/** Presses a button that asks for confirmation, and confirms. */
export async function pressAndConfirm(
  page: Page,
  name: string,
  row = page.locator('.widget'),
): Promise<void> {
  await row.getByRole('button', { name, exact: true }).first().click();
  await page.getByRole('button', { name: 'Confirm' }).click();
  await drawn(page);
}

const drawn = (page: Page): Promise<void> =>
  page.locator('.widget [aria-busy]').waitFor({ state: 'detached' });

/** The password that a popup shows; closes it. */
export async function takePassword(page: Page): Promise<string> {
  const password = await page.locator('#popup pre.password').textContent();
  await page.getByRole('button', { name: 'Close' }).click();
  // The page empties the popup in the event that follows the click.
  await page.locator('#popup pre.password').waitFor({ state: 'detached' });
  return password ?? '';
}
