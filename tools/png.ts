// Makes a screenshot small: 256 colours instead of 16 million. Text and flat areas look the same, the file is a third.
import { crc32, deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
const COLOURS_MAX = 256;

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue of each pixel, row by row. */
  readonly rgb: Buffer;
}

/** Reads what browsers write: 8 bits per channel, RGB or RGBA (its alpha is ignored), not interlaced. */
function decode(png: Buffer): Pixels {
  const chunks: Record<string, Buffer[]> = {};
  for (let at = SIGNATURE.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    chunks[type] = [...(chunks[type] ?? []), png.subarray(at + 8, at + 8 + length)];
    at += length + 12;
  }
  const header = chunks.IHDR![0]!;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const bytes = { 2: 3, 6: 4 }[header[9]!];
  if (header[8] !== 8 || bytes === undefined || header[12] !== 0) {
    throw new Error(`This PNG cannot be read: depth ${header[8]}, colour type ${header[9]}. Expected 8, and 2 or 6.`);
  }
  return { width, height, rgb: unfilter(inflateSync(Buffer.concat(chunks.IDAT!)), width, height, bytes) };
}

/** Undoes the filter of each row (PNG specification, section 9.2). */
function unfilter(raw: Buffer, width: number, height: number, bytes: number): Buffer {
  const stride = width * bytes;
  const rgb = Buffer.alloc(width * height * 3);
  let before = Buffer.alloc(stride);
  for (let y = 0; y < height; y++) {
    const filter = raw[y * (stride + 1)];
    const row = Buffer.from(raw.subarray(y * (stride + 1) + 1, (y + 1) * (stride + 1)));
    for (let x = 0; x < stride; x++) {
      const left = row[x - bytes] ?? 0;
      const up = before[x]!;
      const corner = before[x - bytes] ?? 0;
      if (filter === 1) row[x]! += left;
      else if (filter === 2) row[x]! += up;
      else if (filter === 3) row[x]! += (left + up) >> 1;
      else if (filter === 4) row[x]! += paeth(left, up, corner);
      if (x % bytes < 3) rgb[(y * width + Math.floor(x / bytes)) * 3 + (x % bytes)] = row[x]!;
    }
    before = row;
  }
  return rgb;
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const [toLeft, toUp, toCorner] = [left, up, corner].map((value) => Math.abs(estimate - value)) as [
    number,
    number,
    number,
  ];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

/** The same picture in its 256 most frequent colours; each other pixel takes the nearest of them. */
export function shrinkPng(png: Buffer): Buffer {
  const { width, height, rgb } = decode(png);
  const counts = new Map<number, number>();
  for (let at = 0; at < rgb.length; at += 3) {
    const colour = rgb.readUIntBE(at, 3);
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const palette = [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, COLOURS_MAX)
    .map(([colour]) => colour);
  const indexOf = new Map([...counts.keys()].map((colour) => [colour, nearest(palette, colour)]));

  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      rows[y * (width + 1) + 1 + x] = indexOf.get(rgb.readUIntBE((y * width + x) * 3, 3))!;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.alloc(palette.length * 3);
  for (const [index, colour] of palette.entries()) colours.writeUIntBE(colour, index * 3, 3);
  const parts = [chunk('IHDR', header), chunk('PLTE', colours), chunk('IDAT', deflateSync(rows, { level: 9 }))];
  return Buffer.concat([SIGNATURE, ...parts, chunk('IEND', Buffer.alloc(0))]);
}

function nearest(palette: readonly number[], colour: number): number {
  const distance = (other: number): number =>
    [16, 8, 0].reduce((sum, shift) => sum + (((colour >> shift) & 255) - ((other >> shift) & 255)) ** 2, 0);
  return palette.reduce((best, candidate, index) => (distance(candidate) < distance(palette[best]!) ? index : best), 0);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
