import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../../interop/tools.ts';
import { passwordOf } from '../../support/fakes/memory-administration.ts';
import {
  openPage,
  press,
  pressAndConfirm,
  startBrowser,
  takePassword,
} from '../../support/kit/browser.ts';
import { panelUnderTest } from '../admin/panel/panel.ts';
import { serveConsole } from './console-kit.ts';

let browser: Browser;

describeWith(['chromium'], 'the console in a browser', () => {
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  const openPanel = async () => {
    const panel = panelUnderTest();
    const { url } = await serveConsole(panel.answer);
    return { ...panel, ...(await openPage(browser, url)) };
  };

  it('creates, rotates and revokes challenges, and shows the password only in a popup', async () => {
    const { page, administration, faults } = await openPanel();
    await press(page, 'Create challenge…');
    await page.locator('[name=name]').fill('iPads <b>4</b>');
    await pressAndConfirm(page, 'Create and show password');
    const password = await takePassword(page);
    expect(administration.kept).toMatchObject([{ name: 'iPads <b>4</b>', maxUses: 30 }]);
    expect(password).toBe(passwordOf(administration.kept[0]?.challengeId ?? ''));
    expect(await page.content()).not.toContain(password);

    await press(page, 'Back to the list');
    await page.getByRole('button', { name: 'iPads <b>4</b>' }).waitFor();
    await press(page, 'Rotate…');
    await page.locator('[name=overlap]').selectOption('7 days');
    await pressAndConfirm(page, 'Rotate and show new password');
    expect(await takePassword(page)).not.toBe(password);

    await press(page, 'Refresh');
    await pressAndConfirm(page, 'Revoke');
    await page.getByText('is revoked').waitFor();
    expect(administration.actions.map(({ action }) => action)).toEqual([
      'create',
      'rotate',
      'revoke',
    ]);
    expect(faults).toEqual([]);
  });

  it('does nothing when the confirmation is declined', async () => {
    const { page, administration } = await openPanel();
    await press(page, 'Create challenge…');
    await page.getByRole('button', { name: 'Create and show password' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await press(page, 'Back to the list');
    await page.getByText('No challenge yet').waitFor();
    expect(administration.actions).toEqual([]);
  });

  it('draws the widget in the chosen theme', async () => {
    const { page } = await openPanel();
    const surface = () =>
      page.evaluate('getComputedStyle(document.querySelector(".scep")).backgroundColor');
    await page.locator('.scep').waitFor();
    expect(await surface()).toBe('rgb(255, 255, 255)');
    await page.getByRole('button', { name: 'Switch between' }).click();
    await expect.poll(surface).toBe('rgb(22, 29, 38)');
  });

  it('removes from a widget what CloudWatch removes, and runs none of it', async () => {
    const hostile = `<p id="kept" onclick="window.ran=1">kept</p><script>window.ran=1</script><img src=x onerror="window.ran=1">
      <a href="javascript:window.ran=1">a</a><iframe srcdoc="<script>parent.ran=1</script>"></iframe>
      <svg onload="window.ran=1"><use href="#x"></use><script>window.ran=1</script></svg><form action="https://page.example"></form>
      <div><style>p{color:red}</style></div>`;
    const { page } = await openPage(browser, (await serveConsole(() => hostile)).url);
    await page.locator('#kept').click();
    const content = await page.locator('.widget .content').innerHTML();
    expect(content).not.toMatch(/script|iframe|onerror|onload|onclick|javascript|<use|action=/);
    expect(content).toContain('<style>p{color:red}</style>');
    expect(await page.evaluate('window.ran')).toBeUndefined();
  });

  it('shows the content of an action on a click, a double click or a hover', async () => {
    const actions = `<b id="html">1</b><cwdb-action display="popup"><i>from html</i></cwdb-action>
      <b id="double">2</b><cwdb-action action="html" event="dblclick" display="popup"><i>twice</i></cwdb-action>
      <b id="over">3</b><cwdb-action action="call" event="mouseenter">{}</cwdb-action>`;
    let calls = 0;
    const answer = () => {
      calls += 1;
      return actions;
    };
    const { page } = await openPage(browser, (await serveConsole(answer)).url);
    await page.locator('#html').click();
    await page.getByRole('dialog').getByText('from html').waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await page.locator('#double').dblclick();
    await page.getByRole('dialog').getByText('twice').waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    await page.locator('#over').hover();
    expect(calls).toBe(1);
  });
});
