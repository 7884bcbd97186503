/** The page: one card per custom widget, a popup, a confirmation, and a switch for the theme. */
import { openWidget } from './widget.js';

const root = document.documentElement;
const byId = (id) => document.getElementById(id);

const dialog = byId('popup');
const popup = {
  content: dialog.querySelector('.content'),
  open: () => dialog.open || dialog.showModal(),
};
dialog.querySelector('.close').addEventListener('click', () => dialog.close());
// A password must not stay in a page after its popup is closed.
dialog.addEventListener('close', () => popup.content.replaceChildren());

const question = byId('confirm');
for (const button of question.querySelectorAll('button'))
  button.addEventListener('click', () => question.close(button.value));

const confirmed = (text) =>
  new Promise((resolve) => {
    question.querySelector('.question').textContent = text;
    question.returnValue = 'no';
    question.addEventListener('close', () => resolve(question.returnValue === 'yes'), {
      once: true,
    });
    question.showModal();
  });

/** The viewer's time zone in CloudWatch's form, `+01:00`. */
function offsetISO() {
  const minutes = -new Date().getTimezoneOffset();
  const two = (value) => String(Math.trunc(value)).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`;
}

const callOf = (widget) => async (asks, forms) => {
  const response = await fetch('/console/call', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      widget,
      asks,
      forms,
      theme: root.dataset.theme,
      offsetISO: offsetISO(),
    }),
  });
  const { result, error } = await response.json();
  if (response.ok) return result;
  const pre = document.createElement('pre');
  pre.textContent = `The widget's function failed: ${error ?? response.status}. Its log is in the state directory.`;
  return pre.outerHTML;
};

function card(title) {
  const section = document.createElement('section');
  section.className = 'widget';
  section.innerHTML =
    '<div class="title"><span></span><button type="button" class="refresh">Refresh</button></div><div class="content"></div>';
  section.querySelector('span').textContent = title;
  return section;
}

const refreshes = [];
const refreshAll = () => {
  for (const refresh of refreshes) void refresh();
};

// Set before the first await, so that the button works as soon as it is visible.
byId('theme').addEventListener('click', () => {
  const isDark = root.dataset.theme === 'dark';
  root.dataset.theme = isDark ? 'light' : 'dark';
  byId('theme').textContent = isDark ? 'Dark' : 'Light';
  refreshAll();
});

const widgets = await (await fetch('/console/widgets')).json();
const heading = document.createElement('h1');
heading.textContent = widgets[0]?.dashboardName ?? 'No dashboard in this stack has a custom widget';
byId('dashboard').append(heading);

for (const [index, { title }] of widgets.entries()) {
  const section = card(title);
  byId('dashboard').append(section);
  const content = section.querySelector('.content');
  const refresh = openWidget({ content, call: callOf(index), confirmed, popup });
  section.querySelector('.refresh').addEventListener('click', () => void refresh());
  refreshes.push(refresh);
}
refreshAll();
