/** The pieces that every view is made of. */
import type { Content, Html } from './html.ts';
import { html, renderJson, renderStyle } from './html.ts';
import type { PanelRequest, Parameters } from './request.ts';
import { buildStyleSheet } from './style.ts';
import { formatDistance, formatTime } from './words.ts';

/** The call that a view answers. */
export interface Viewed {
  readonly request: PanelRequest;
  /** The ARN that CloudWatch calls when a button is pressed: this function's own. */
  readonly endpoint: string;
  readonly nowSeconds: number;
  /** Shows what went wrong and what to do next, and logs it. */
  readonly fault: (error: unknown) => Html;
}

/** A button and its parameters. */
export interface Press {
  readonly label: string;
  readonly asks: Parameters;
  readonly looks?: 'btn' | 'btn btn-primary' | 'btn btn-danger' | 'plain' | 'there';
  /**
   * The question of CloudWatch's confirmation. Every button that changes something or shows a
   * password has one.
   */
  readonly confirmation?: string;
  readonly isPopup?: boolean;
}

/** A button. CloudWatch ties the `cwdb-action` to the element before it. */
export function renderButton({ endpoint }: Pick<Viewed, 'endpoint'>, press: Press): Html {
  const { label, asks, looks = 'btn', confirmation, isPopup = false } = press;
  const display = isPopup ? 'popup' : 'widget';
  const confirmed = confirmation === undefined ? undefined : html` confirmation="${confirmation}"`;
  return html`<a class="${looks}" role="button" tabindex="0">${label}</a><cwdb-action action="call" display="${display}" endpoint="${endpoint}"${confirmed}>${renderJson(asks)}</cwdb-action>`;
}

/** The whole of an answer: style and content. */
export const renderFrame = (theme: PanelRequest['theme'], ...content: readonly Content[]): Html =>
  html`${renderStyle(buildStyleSheet(theme))}<div class="scep cwdb-no-default-styles">${content}</div>`;

export type Tone = 'good' | 'bad' | 'idle';

/** A status in one word. */
export const renderPill = (tone: Tone, text: string): Html =>
  html`<span class="pill ${tone}">${text}</span>`;

/** What was done, or why not and what to do. */
export const renderNotice = (tone: Tone, ...content: readonly Content[]): Html =>
  html`<div class="notice ${tone}" role="status">${content}</div>`;

/** A time as its distance, with the time in full to point at. */
export const renderTime = ({ nowSeconds, request }: Viewed, atSeconds: number): Html =>
  html`<span title="${formatTime(atSeconds, request.offsetMinutes)}">${formatDistance(atSeconds, nowSeconds)}</span>`;

/** A table, or a sentence if it is empty. */
export function renderTable(
  heads: readonly string[],
  rows: readonly (readonly Html[])[],
  none: string,
): Html {
  const head = heads.map((each) => html`<th>${each}</th>`);
  const body = rows.map((cells) => html`<tr>${cells}</tr>`);
  const empty = html`<tr><td class="none" colspan="${heads.length}">${none}</td></tr>`;
  return html`<table><thead><tr>${head}</tr></thead><tbody>${body.length > 0 ? body : empty}</tbody></table>`;
}

/** Names and values side by side. */
export const renderFacts = (pairs: readonly (readonly [string, Content])[]): Html =>
  html`<div class="facts">${pairs.map(([label, value]) => html`<div><span class="label">${label}</span>${value}</div>`)}</div>`;

/** A field of a form, with what to enter below it. */
export const renderField = (label: string, input: Html, hint: string): Html =>
  html`<div><label>${label}</label>${input}<p class="quiet">${hint}</p></div>`;

/** A choice of a list. */
export const renderChoice = (name: string, options: readonly string[], chosen: string): Html =>
  html`<select name="${name}">${options.map((each) => (each === chosen ? html`<option value="${each}" selected="selected">${each}</option>` : html`<option value="${each}">${each}</option>`))}</select>`;
