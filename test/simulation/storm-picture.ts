/**
 * Draws a storm: certificates and waiting devices over time beside the ideal drawLine, and the busy
 * functions below.
 */
import { certificatesPerSecond, type Sample, type StormResult } from './storm.ts';

const width = 960;
const left = 80;
const right = 30;
const panels = { certificates: { top: 84, height: 250 }, functions: { top: 396, height: 120 } };

/** One curve of a drawPanel. */
interface Curve {
  readonly name: string;
  readonly style: string;
  readonly values: readonly (readonly [second: number, value: number])[];
}

type Panel = (typeof panels)[keyof typeof panels];

interface Scale {
  readonly x: (second: number) => number;
  readonly y: (value: number) => number;
}

/** Draws an SVG with its own background, so that it is readable on light and dark pages. */
export function drawStormPicture(result: StormResult): string {
  const { samples, devices } = result;
  const ideal = devices / certificatesPerSecond;
  const seconds = Math.ceil(Math.max(ideal, result.servedAfterSeconds) / 50) * 50;
  const curve = (name: string, style: string, value: (sample: Sample) => number): Curve => ({
    name,
    style,
    values: samples
      .filter(({ second }) => second <= seconds)
      .map((sample) => [sample.second, value(sample)]),
  });
  const certificates = [
    curve('waiting devices', 'waiting', ({ delivered }) => devices - delivered),
    curve('certificates issued', 'made', ({ issued }) => issued),
    {
      name: `ideal: ${certificatesPerSecond} a second`,
      style: 'ideal',
      values: [[0, 0] as const, [ideal, devices] as const],
    },
  ];
  const busy = [
    curve('scep functions', 'scep', (sample) => sample.busy.scep),
    curve('Certify functions', 'tasks', (sample) => sample.busy.certify),
  ];
  // A round number above the highest point.
  const maxConcurrency =
    Math.ceil(Math.max(...busy.flatMap(({ values }) => values.map(([, value]) => value))) / 40) *
    40;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} 580" font-family="ui-sans-serif, system-ui, sans-serif" font-size="13" role="img" aria-label="${describeResult(result)}">`,
    style,
    `<rect class="page" width="${width}" height="580" rx="12"/>`,
    `<text class="title" x="${left}" y="34">${devices.toLocaleString('en')} devices in one second, a CA that issues ${certificatesPerSecond} a second</text>`,
    `<text class="small" x="${left}" y="54">${describeResult(result)}</text>`,
    ...drawPanel(panels.certificates, certificates, seconds, devices),
    ...drawPanel(panels.functions, busy, seconds, maxConcurrency),
    `<text class="small" x="${width - right}" y="560" text-anchor="end">seconds, simulated</text>`,
    '</svg>',
  ].join('\n')}\n`;
}

const describeResult = ({
  served,
  gaveUp,
  busyShare,
  certificates,
  maxConcurrency,
}: StormResult): string =>
  `${served.toLocaleString('en')} served, ${gaveUp.toLocaleString('en')} gave up, ` +
  `${certificates.toLocaleString('en')} certificates, the CA busy ${(100 * busyShare).toFixed(1)} % of the time, ` +
  `at most ${maxConcurrency} functions at once`;

const style = `<style>
  .page { fill: #ffffff; stroke: #d4d4d8; } text { fill: #18181b; } .title { font-size: 16px; font-weight: 600; }
  .small { font-size: 12px; fill: #52525b; } .grid { stroke: #e4e4e7; } .axis { stroke: #71717a; fill: none; }
  polyline { fill: none; stroke-width: 2; } .made { stroke: #15803d; } .waiting { stroke: #c2410c; }
  .ideal { stroke: #52525b; stroke-dasharray: 6 5; } .scep { stroke: #1d4ed8; } .tasks { stroke: #a21caf; }
</style>`;

function drawPanel(
  { top, height }: Panel,
  curves: readonly Curve[],
  seconds: number,
  maxValue: number,
): readonly string[] {
  const scale: Scale = {
    x: (second) => left + (second / seconds) * (width - left - right),
    y: (value) => top + height - (value / maxValue) * height,
  };
  const end = width - right;
  const rows = [0, 0.25, 0.5, 0.75, 1].map((share) => share * maxValue);
  const columns = Array.from({ length: Math.floor(seconds / 50) + 1 }, (_, step) => step * 50);
  return [
    ...rows.flatMap((value) => [
      `<path class="grid" d="M${left} ${scale.y(value)}H${end}"/>`,
      `<text class="small" x="${left - 8}" y="${scale.y(value) + 4}" text-anchor="end">${value.toLocaleString('en')}</text>`,
    ]),
    ...columns.map(
      (second) =>
        `<text class="small" x="${scale.x(second)}" y="${top + height + 18}" text-anchor="middle">${second}</text>`,
    ),
    `<path class="axis" d="M${left} ${top}V${top + height}H${end}"/>`,
    ...curves.map((one) => drawLine(one, scale)),
    ...curves.flatMap((one, at) => drawLegend(one, left + 20 + at * 230, top - 10)),
  ];
}

const drawLine = ({ style: name, values }: Curve, { x, y }: Scale): string =>
  `<polyline class="${name}" points="${values.map(([second, value]) => `${x(second).toFixed(1)},${y(value).toFixed(1)}`).join(' ')}"/>`;

const drawLegend = ({ name, style: type }: Curve, x: number, y: number): readonly string[] => [
  `<polyline class="${type}" points="${x},${y - 4} ${x + 24},${y - 4}"/>`,
  `<text x="${x + 32}" y="${y}">${name}</text>`,
];
