/**
 * Removes from a custom widget's HTML what CloudWatch removes: scripts in every form, frames, and
 * SVG's `use`. It also removes everything that loads or sends something, so that it is not more
 * permissive than CloudWatch.
 */
const removedElements = new Set([
  ...['script', 'noscript', 'iframe', 'frame', 'frameset', 'object', 'embed', 'applet', 'portal'],
  ...['use', 'foreignobject', 'animate', 'set', 'link', 'meta', 'base', 'template', 'slot'],
]);
const removedAttributes = new Set(['formaction', 'srcdoc', 'srcset', 'ping', 'background']);
const urlAttributes = new Set(['href', 'src', 'xlink:href', 'poster', 'data']);
const allowedUrl = /^(?:https?:\/\/|data:image\/(?:png|jpeg|gif);|#)/i;

/** The nodes of sanitised markup. They are moved, and never serialised and parsed again. */
export function sanitise(markup) {
  const parsed = new DOMParser().parseFromString(`<!doctype html><body>${markup}`, 'text/html');
  for (const element of [...parsed.body.querySelectorAll('*')]) {
    if (removedElements.has(element.localName.toLowerCase())) element.remove();
    else for (const { name, value } of [...element.attributes]) clean(element, name, value);
  }
  return [...parsed.body.childNodes];
}

function clean(element, name, value) {
  const lower = name.toLowerCase();
  const isUnsafe =
    lower.startsWith('on') ||
    removedAttributes.has(lower) ||
    // A form's address; on a cwdb-action it names the action.
    (lower === 'action' && element.localName === 'form') ||
    (urlAttributes.has(lower) && !allowedUrl.test(value.trim()));
  if (isUnsafe) element.removeAttribute(name);
}
