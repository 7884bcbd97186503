/**
 * One style sheet in two themes, limited to the plain selectors and colours that CloudWatch's
 * sanitiser keeps.
 */

interface Palette {
  readonly text: string;
  readonly quiet: string;
  readonly line: string;
  readonly surface: string;
  readonly raised: string;
  readonly accent: string;
  readonly onAccent: string;
  readonly good: string;
  readonly goodSurface: string;
  readonly bad: string;
  readonly badSurface: string;
  readonly idle: string;
  readonly idleSurface: string;
}

/** Colours close to those of the AWS console. */
const palettes: Readonly<Record<'light' | 'dark', Palette>> = {
  light: {
    text: '#0f141a',
    quiet: '#5c6670',
    line: '#dedee3',
    surface: '#ffffff',
    raised: '#f6f6f9',
    accent: '#006ce0',
    onAccent: '#ffffff',
    good: '#00702a',
    goodSurface: '#e5f6e8',
    bad: '#c20000',
    badSurface: '#ffeceb',
    idle: '#5c6670',
    idleSurface: '#ececf0',
  },
  dark: {
    text: '#ebebf0',
    quiet: '#a4abb6',
    line: '#37414d',
    surface: '#161d26',
    raised: '#1d2631',
    accent: '#42b4ff',
    onAccent: '#0f141a',
    good: '#5fd38a',
    goodSurface: '#143323',
    bad: '#ff8f87',
    badSurface: '#40191a',
    idle: '#a4abb6',
    idleSurface: '#2a333e',
  },
};

/** Builds the style sheet of a theme. Every rule applies within `.scep` only. */
export const buildStyleSheet = (theme: 'light' | 'dark'): string =>
  sheet(palettes[theme])
    .replaceAll(/\s*\n\s*/g, '\n')
    .trim();

const sheet = (c: Palette): string => `
.scep { font: 14px/20px "Amazon Ember", "Open Sans", "Helvetica Neue", Arial, sans-serif; color: ${c.text}; background: ${c.surface}; padding: 4px 8px 12px; }
.scep h2 { font-size: 18px; line-height: 24px; font-weight: 700; margin: 0; color: ${c.text}; }
.scep h2 small { font-size: 14px; font-weight: 400; color: ${c.quiet}; margin-left: 6px; }
.scep p { margin: 4px 0; }
.scep section { margin-top: 18px; }
.scep .quiet { color: ${c.quiet}; font-size: 12px; line-height: 16px; }
.scep td .quiet { white-space: nowrap; }
.scep .pager { margin-top: 10px; }
.scep code, .scep pre { font: 12px/18px "Monaco", "Menlo", "Consolas", "DejaVu Sans Mono", monospace; color: ${c.text}; background: transparent; }
.scep .bar { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; margin-bottom: 8px; }
.scep .bar h2 { flex: 1 1 auto; }
.scep .bar form { display: inline-block; margin: 0; }
.scep a.btn { display: inline-block; padding: 3px 14px; border: 1px solid ${c.accent}; border-radius: 16px; color: ${c.accent}; background: ${c.surface}; font-weight: 700; font-size: 13px; line-height: 20px; text-decoration: none; cursor: pointer; white-space: nowrap; }
.scep a.btn:hover { background: ${c.raised}; }
.scep a.btn-primary { background: ${c.accent}; color: ${c.onAccent}; }
.scep a.btn-primary:hover { background: ${c.accent}; opacity: 0.9; }
.scep a.btn-danger { border-color: ${c.bad}; color: ${c.bad}; }
.scep td a.btn { padding: 0 9px; font-size: 12px; line-height: 20px; margin: 1px 2px 1px 0; }
.scep a.plain { color: ${c.accent}; text-decoration: none; cursor: pointer; }
.scep a.plain:hover { text-decoration: underline; }
.scep a.current { display: inline-block; padding: 3px 10px; font-weight: 700; color: ${c.accent}; border-bottom: 2px solid ${c.accent}; }
.scep a.tab { display: inline-block; padding: 3px 10px; color: ${c.quiet}; border-bottom: 2px solid transparent; cursor: pointer; text-decoration: none; }
.scep .facts { display: flex; flex-wrap: wrap; gap: 4px 36px; margin: 8px 0 0; padding: 8px 12px; border: 1px solid ${c.line}; border-radius: 8px; background: ${c.raised}; }
.scep .facts div { min-width: 120px; }
.scep .label { color: ${c.quiet}; font-size: 12px; line-height: 16px; display: block; }
.scep table { border-collapse: collapse; width: 100%; margin: 0; background: ${c.surface}; color: ${c.text}; }
.scep th { text-align: left; font-size: 12px; line-height: 16px; font-weight: 700; color: ${c.quiet}; background: ${c.raised}; padding: 6px 10px; border: 0; border-top: 1px solid ${c.line}; border-bottom: 1px solid ${c.line}; white-space: nowrap; }
.scep td { padding: 6px 10px; border: 0; border-bottom: 1px solid ${c.line}; vertical-align: top; background: ${c.surface}; color: ${c.text}; }
.scep td.act { white-space: nowrap; text-align: right; }
.scep td.line { white-space: nowrap; }
.scep tr:hover td { background: ${c.raised}; }
.scep .none { padding: 18px; text-align: center; color: ${c.quiet}; }
.scep .pill { display: inline-block; padding: 0 9px; border-radius: 10px; font-size: 12px; line-height: 20px; font-weight: 700; white-space: nowrap; }
.scep .good { color: ${c.good}; background: ${c.goodSurface}; }
.scep .bad { color: ${c.bad}; background: ${c.badSurface}; }
.scep .idle { color: ${c.idle}; background: ${c.idleSurface}; }
.scep .gauge { display: inline-block; vertical-align: middle; width: 56px; height: 6px; border-radius: 3px; background: ${c.line}; margin-right: 8px; overflow: hidden; }
.scep .gauge span { display: block; height: 6px; background: ${c.accent}; }
.scep .notice { padding: 8px 12px; border-radius: 8px; margin: 8px 0; border: 1px solid; }
.scep .notice.good { border-color: ${c.good}; }
.scep .notice.bad { border-color: ${c.bad}; }
.scep .notice.idle { border-color: ${c.line}; }
.scep .fields { display: flex; flex-wrap: wrap; gap: 14px 28px; max-width: 980px; margin: 10px 0 14px; }
.scep .fields div { flex: 1 1 290px; }
.scep .fields label { display: block; font-weight: 700; margin-bottom: 2px; }
.scep .fields label.choice { font-weight: 400; margin: 2px 0; }
.scep input, .scep select, .scep textarea { font: inherit; color: ${c.text}; background: ${c.surface}; border: 1px solid ${c.quiet}; border-radius: 8px; padding: 3px 10px; box-sizing: border-box; }
.scep .fields input, .scep .fields select, .scep .fields textarea { width: 100%; margin: 0; }
.scep .fields label.choice input { width: auto; margin-right: 6px; }
.scep .fields label.choice input.count { width: 72px; margin: 0 6px; }
.scep pre.password { font-size: 18px; line-height: 26px; padding: 10px 14px; margin: 10px 0; border: 1px dashed ${c.accent}; border-radius: 8px; background: ${c.raised}; letter-spacing: 0.04em; user-select: all; white-space: pre-wrap; word-break: break-all; }
.scep .clip { display: inline-block; max-width: 420px; word-break: break-word; }
`;
