/**
 * What CloudWatch takes out of a custom widget's HTML: scripts in every form, frames, and SVG's `use`; and, to be no more
 * generous than it, whatever loads or sends something.
 */
const removedElements = new Set([
  ...['script', 'noscript', 'iframe', 'frame', 'frameset', 'object', 'embed', 'applet', 'portal'],
  ...['use', 'foreignobject', 'animate', 'set', 'link', 'meta', 'base', 'template', 'slot'],
]);
const removedAttributes = new Set(['formaction', 'srcdoc', 'srcset', 'ping', 'background']);
const urlAttributes = new Set(['href', 'src', 'xlink:href', 'poster', 'data']);
const allowedUrl = /^(?:https?:\/\/|data:image\/(?:png|jpeg|gif);|#)/i;

/** The nodes of a markup, without what is taken out. They are moved, never written out and read again. */
export function sanitised(markup) {
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
    // A form's address; on a cwdb-action it is what the action is.
    (lower === 'action' && element.localName === 'form') ||
    (urlAttributes.has(lower) && !allowedUrl.test(value.trim()));
  if (isUnsafe) element.removeAttribute(name);
}
