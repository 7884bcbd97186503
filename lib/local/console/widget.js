/** A custom widget: its content, and the behaviour of its `cwdb-action` elements. */
import { sanitise } from './sanitise.js';

const events = new Set(['click', 'dblclick', 'mouseenter']);

/**
 * Draws a widget into `content`. `call` calls its function, `confirmed` shows a confirmation, and
 * `popup` holds popups. Returns a function that redraws the widget with its own parameters.
 */
export function openWidget({ content, call, confirmed, popup }) {
  const show = (place, result) => {
    place.replaceChildren(...nodesOf(result));
    wire(place);
  };

  let calls = 0;
  const callAndShow = async (place, asks) => {
    calls += 1;
    const mine = calls;
    content.setAttribute('aria-busy', 'true');
    const result = await call(asks, formsIn([content, popup.content]));
    // A later call has started meanwhile, and its answer is shown instead.
    if (mine !== calls) return;
    content.removeAttribute('aria-busy');
    show(place, result);
    if (place === popup.content) popup.open();
  };

  const act = async (action) => {
    const question = action.getAttribute('confirmation');
    if (question && !(await confirmed(question))) return;
    const place = action.getAttribute('display') === 'popup' ? popup.content : content;
    if (action.getAttribute('action') === 'call') {
      await callAndShow(place, JSON.parse(action.textContent || '{}'));
      return;
    }
    show(place, action.innerHTML);
    if (place === popup.content) popup.open();
  };

  /** Connects each action to the element before it. */
  const wire = (place) => {
    for (const action of place.querySelectorAll('cwdb-action')) {
      const trigger = action.previousElementSibling;
      const event = action.getAttribute('event') ?? 'click';
      const isHtml = (action.getAttribute('action') ?? 'html') === 'html';
      if (!trigger || !events.has(event) || (event === 'mouseenter' && !isHtml)) continue;
      trigger.addEventListener(event, () => void act(action));
      trigger.addEventListener('keydown', ({ key }) => {
        if (event === 'click' && key === 'Enter') void act(action);
      });
    }
    for (const form of place.querySelectorAll('form'))
      form.addEventListener('submit', (event) => event.preventDefault());
  };

  return () => callAndShow(content, undefined);
}

/** HTML for a text, Markdown as plain text, any other value as JSON. */
function nodesOf(result) {
  if (typeof result === 'string') return sanitise(result);
  const pre = document.createElement('pre');
  pre.textContent = result?.markdown ?? JSON.stringify(result, null, 2);
  return [pre];
}

/** The values of all forms, by the names of their fields. */
function formsIn(places) {
  const forms = places.flatMap((place) => [...place.querySelectorAll('form')]);
  return Object.fromEntries(forms.flatMap((form) => [...new FormData(form)]));
}
