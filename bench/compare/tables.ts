/** The tables of the comparison, as Markdown. */
import {
  computeAwsConnectorDollars,
  computeCertificatesPerDevice,
  computeOurDollars,
  computeServerDollars,
  computeStackDollars,
  findCrossoverDevices,
  renewalWindows,
} from './costs.ts';
import { features, type Peer, peers, shortPeers } from './peers.ts';
import { dollarsPerMillionEnrolments, type Price, prices, pricesReadOn } from './prices.ts';
import { renderCitation, type Source } from './sources.ts';

/** The sizes of the cost table. */
const fleets = [100, 1000, 10_000] as const;

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

const table = (heading: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(heading), row(heading.map(() => '---')), ...rows.map(row)].join('\n');

const inDollars = (dollars: number): string => `$${Math.round(dollars).toLocaleString('en-US')}`;

const count = (number: number): string => number.toLocaleString('en-US');

/** The README's table: few rows and columns, no sources, the cost of 1,000 devices last. */
export function renderShortComparison(): string {
  const rows = features
    .filter(({ isShort }) => isShort)
    .map(({ name, cells }) => [name, ...shortPeers.map((peer) => cells[peer][0])]);
  const cost = shortPeers.map((peer) => costCells(peer)[1] ?? '');
  return table(
    ['', ...shortPeers.map((peer) => peers[peer])],
    [...rows, ['a month for 1,000 devices, CA included', ...cost]],
  );
}

/** The table of docs/compare.md: every row and column, with sources. */
export const renderLongComparison = (): string =>
  table(
    ['', ...Object.values(peers)],
    features.map(({ name, cells }) => [
      name,
      ...(Object.keys(peers) as Peer[]).map((peer) => {
        const [text, ...cited] = cells[peer];
        return `${text}${renderCitation(cited)}`;
      }),
    ]),
  );

/** The cost of a month for every fleet and peer. */
export const renderCosts = (): string =>
  table(
    ['', ...fleets.map((devices) => `${count(devices)} devices`), 'includes'],
    [
      ['scep-connector, short-lived CA', ...ours('shortLived'), 'CA, certificates, stack'],
      ['scep-connector, general-purpose CA', ...ours('generalPurpose'), 'the same'],
      [peers.aws, ...costCells('aws'), 'CA, certificates; the connector is free'],
      [peers.ndes, ...costCells('ndes'), 'two Windows servers, one for AD CS; no client licences'],
      [peers.step, ...costCells('step'), 'one server of 2 GB'],
      [
        'EJBCA Community',
        ...costCells('ejbca'),
        'one server of 8 GB; Enterprise Edition: not confirmed',
      ],
      [
        peers.scepman,
        ...costCells('scepman'),
        `App Service plan by SCEPman's sizing page, then 5 to 25 % and a licence; prices not confirmed${renderCitation(['scepmanSizing', 'scepmanLicensing'])}`,
      ],
    ],
  );

const ours = (mode: 'shortLived' | 'generalPurpose'): readonly string[] =>
  fleets.map((devices) => inDollars(computeOurDollars(mode, devices)));

const same = (dollars: number): readonly string[] => fleets.map(() => inDollars(dollars));

/** The cells of the cost table; of this project, the cheaper CA. */
function costCells(peer: Peer): readonly string[] {
  const unconfirmed = (cells: readonly string[]) => cells.map((cell) => `${cell} (not confirmed)`);
  const cells: Readonly<Record<Peer, readonly string[]>> = {
    ours: fleets.map((devices) =>
      inDollars(
        Math.min(
          computeOurDollars('shortLived', devices),
          computeOurDollars('generalPurpose', devices),
        ),
      ),
    ),
    aws: fleets.map((devices) => inDollars(computeAwsConnectorDollars(devices))),
    ndes: unconfirmed(same(computeServerDollars('windowsServer', 2))),
    step: unconfirmed(same(computeServerDollars('smallLinuxServer', 1))),
    ejbca: same(computeServerDollars('linuxServer', 1)),
    scepman: ['one S1 plan', 'one S1 plan', 'one P2V3 plan'].map((plan) => `${plan} and a licence`),
  };
  return cells[peer];
}

/** Where the general-purpose CA becomes the cheaper one, for every renewal window. */
export const renderCrossovers = (): string =>
  table(
    [
      'a certificate is replaced with',
      'certificates a device and month, short-lived',
      'general purpose',
      'general purpose is cheaper from',
    ],
    renewalWindows.map(({ share, who }) => [
      who,
      computeCertificatesPerDevice('shortLived', share).toFixed(2),
      computeCertificatesPerDevice('generalPurpose', share).toFixed(2),
      `${count(findCrossoverDevices(share))} devices`,
    ]),
  );

/** The same in a sentence for the README. */
export function renderCrossoverSentence(): string {
  const devices = renewalWindows.map(({ share }) => findCrossoverDevices(share));
  const [minDevices, usual, most] = devices.map((number) => count(Math.round(number / 10) * 10));
  return [
    'A short-lived CA issues for 7 days at most, so each device needs a certificate every few days. From about',
    `${usual} devices on, the general-purpose CA is cheaper (${minDevices} to ${most}, depending on when certificates are replaced). The stack costs`,
    `${inDollars(computeStackDollars())} a month with one connector, and ${inDollars(dollarsPerMillionEnrolments)} per million enrolments. [docs/compare.md](docs/compare.md) has more, and the prices as of ${pricesReadOn}.`,
  ].join('\n');
}

/** The price list. */
export const renderPriceList = (): string =>
  table(
    ['', 'dollars', 'per', 'source'],
    Object.values<Price>(prices).map(({ what, dollars, per, sources }) => [
      what,
      String(dollars),
      per,
      sources.length === 0 ? 'not confirmed' : renderCitation(sources as readonly Source[]).trim(),
    ]),
  );
