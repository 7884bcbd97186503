/** The import graph as a picture: a floor for each step down, and an arrow for each import. */
import type { Import } from './imports.ts';

const box = { width: 104, height: 30, gapX: 26, gapY: 46 } as const;
const margin = 20;

/** The rooms by floor: a room lies above every room that it imports. Throws for a circle. */
export function floorsOf(
  rooms: readonly string[],
  imports: readonly Import[],
): readonly (readonly string[])[] {
  const depths = new Map<string, number>();
  const depthOf = (room: string, above: readonly string[]): number => {
    if (above.includes(room)) throw new Error(`a circle: ${[...above, room].join(' -> ')}`);
    const known = depths.get(room);
    if (known !== undefined) return known;
    const below = importedRooms(room, imports).map((other) => depthOf(other, [...above, room]));
    const depth = Math.max(-1, ...below) + 1;
    depths.set(room, depth);
    return depth;
  };
  const highest = Math.max(...rooms.map((room) => depthOf(room, [])));
  return Array.from({ length: highest + 1 }, (_, at) =>
    rooms.filter((room) => depths.get(room) === highest - at),
  );
}

const importedRooms = (room: string, imports: readonly Import[]): readonly string[] => [
  ...new Set(imports.filter(({ from }) => from === room).map(({ to }) => to)),
];

/** The arrows that no longer way through other rooms implies. */
function directArrows(rooms: readonly string[], imports: readonly Import[]) {
  const reaches = (from: string, to: string): boolean =>
    importedRooms(from, imports).some((next) => next === to || reaches(next, to));
  return rooms.flatMap((from) => {
    const below = importedRooms(from, imports);
    return below
      .filter((to) => !below.some((other) => other !== to && reaches(other, to)))
      .map((to) => ({ from, to }));
  });
}

/** Draws the graph as SVG. An arrow that a longer way implies is left out. */
export function drawGraph(rooms: readonly string[], imports: readonly Import[]): string {
  const floors = floorsOf(rooms, imports);
  const widest = Math.max(...floors.map((floor) => floor.length));
  const width = widest * (box.width + box.gapX) - box.gapX + 2 * margin;
  const height = floors.length * (box.height + box.gapY) - box.gapY + 2 * margin;
  const places = new Map(
    floors.flatMap((floor, row) =>
      floor.map((room, at) => {
        const used = floor.length * (box.width + box.gapX) - box.gapX;
        const x = (width - used) / 2 + at * (box.width + box.gapX);
        return [room, { x, y: margin + row * (box.height + box.gapY) }] as const;
      }),
    ),
  );
  const placeOf = (room: string) => places.get(room) ?? { x: 0, y: 0 };
  const arrows = directArrows(rooms, imports).map(({ from, to }) => {
    const [start, end] = [placeOf(from), placeOf(to)];
    const [x1, x2] = [start.x, end.x].map((x) => x + box.width / 2);
    return `<line x1="${x1}" y1="${start.y + box.height}" x2="${x2}" y2="${end.y - 4}"/>`;
  });
  const boxes = rooms.map((room) => {
    const { x, y } = placeOf(room);
    const middle = `x="${x + box.width / 2}" y="${y + box.height / 2 + 4}"`;
    return `<rect x="${x}" y="${y}" width="${box.width}" height="${box.height}" rx="4"/><text ${middle}>${room}</text>`;
  });
  return `${[head(width, height), ...arrows, ...boxes, '</svg>'].join('\n')}\n`;
}

const head = (width: number, height: number): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="13">
<title>The rooms of lambda/ and what each imports</title>
<style>rect{fill:#f4f6f8;stroke:#5b6b7b}text{text-anchor:middle;fill:#16202a}line{stroke:#8796a5;marker-end:url(#tip)}</style>
<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" fill="#8796a5"/></marker></defs>
<rect x="0" y="0" width="${width}" height="${height}" style="fill:#fff;stroke:none"/>`;
