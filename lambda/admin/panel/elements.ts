/** The HTML elements from which every view is built. */
import type { Content, Html } from './html.ts';
import { html, renderJson, renderStyle } from './html.ts';
import type { PanelParameters, PanelRequest } from './request.ts';
import { buildStyleSheet } from './style.ts';
import { formatDistance, formatTime } from './words.ts';

/** The request that a view answers, and the dependencies of the views. */
export interface ViewContext {
  readonly request: PanelRequest;
  /** The ARN of the panel function, which CloudWatch calls for a pressed button. */
  readonly endpoint: string;
  readonly nowSeconds: number;
  /** Logs an error, and renders it with the next step for the admin. */
  readonly logAndRenderFault: (error: unknown) => Html;
}

/** A button, and the parameters of its call. */
export interface Button {
  readonly label: string;
  readonly parameters: PanelParameters;
  readonly className?: 'btn' | 'btn btn-primary' | 'btn btn-danger' | 'plain' | 'tab';
  /** Every button that changes something or shows a password has a question to confirm. */
  readonly confirmation?: string;
  readonly isPopup?: boolean;
}

/** Renders a button. CloudWatch attaches a `cwdb-action` to the element in front of it. */
export function renderButton({ endpoint }: Pick<ViewContext, 'endpoint'>, button: Button): Html {
  const { label, parameters, className = 'btn', confirmation, isPopup = false } = button;
  const display = isPopup ? 'popup' : 'widget';
  const question = confirmation === undefined ? undefined : html` confirmation="${confirmation}"`;
  return html`<a class="${className}" role="button" tabindex="0">${label}</a><cwdb-action action="call" display="${display}" endpoint="${endpoint}"${question}>${renderJson(parameters)}</cwdb-action>`;
}

/** A whole answer, with the style sheet and the content. */
export const renderFrame = (theme: PanelRequest['theme'], ...content: readonly Content[]): Html =>
  html`${renderStyle(buildStyleSheet(theme))}<div class="scep cwdb-no-default-styles">${content}</div>`;

/** The colours of a pill or a notice. */
export type Tone = 'good' | 'bad' | 'idle';

/** A short coloured status. */
export const renderPill = (tone: Tone, text: string): Html =>
  html`<span class="pill ${tone}">${text}</span>`;

/** A message about the result of an action, or about an error. */
export const renderNotice = (tone: Tone, ...content: readonly Content[]): Html =>
  html`<div class="notice ${tone}" role="status">${content}</div>`;

/** A relative time, with the full time as its tooltip. */
export const renderTime = ({ nowSeconds, request }: ViewContext, atSeconds: number): Html =>
  html`<span title="${formatTime(atSeconds, request.offsetMinutes)}">${formatDistance(atSeconds, nowSeconds)}</span>`;

/** A table; `none` is the sentence in an empty one. */
export function renderTable(
  headings: readonly string[],
  rows: readonly (readonly Html[])[],
  none: string,
): Html {
  const head = headings.map((each) => html`<th>${each}</th>`);
  const body = rows.map((cells) => html`<tr>${cells}</tr>`);
  const empty = html`<tr><td class="none" colspan="${headings.length}">${none}</td></tr>`;
  return html`<table><thead><tr>${head}</tr></thead><tbody>${body.length > 0 ? body : empty}</tbody></table>`;
}

/** Labels and values side by side. */
export const renderFacts = (pairs: readonly (readonly [string, Content])[]): Html =>
  html`<div class="facts">${pairs.map(([label, value]) => html`<div><span class="label">${label}</span>${value}</div>`)}</div>`;

/** A field of a form, with a hint below it. */
export const renderField = (label: string, input: Html, hint: string): Html =>
  html`<div><label>${label}</label>${input}<p class="quiet">${hint}</p></div>`;

/** A list of options, one of which is selected. */
export const renderChoice = (name: string, options: readonly string[], chosen: string): Html =>
  html`<select name="${name}">${options.map((each) => (each === chosen ? html`<option value="${each}" selected="selected">${each}</option>` : html`<option value="${each}">${each}</option>`))}</select>`;
