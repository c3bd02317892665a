/** What data is, by its first bytes; and as much of base64 as that takes. */
import { ownEntry } from '../canonical/json-value.ts';

/** Enough for every mark below; a PDF may begin with up to a kilobyte of something else. */
const headChars = 1400;

export function headOf(base64: string): Buffer {
  return Buffer.from(base64.slice(0, headChars), 'base64');
}

const at = (offset: number, mark: string) => (head: Buffer) =>
  head.toString('latin1', offset, offset + mark.length) === mark;

const brand = (brands: RegExp) => (head: Buffer) => at(4, 'ftyp')(head) && brands.test(head.toString('latin1', 8, 12));

/** In this order: the first that fits. */
const marks: readonly (readonly [type: string, fits: (head: Buffer) => boolean])[] = [
  ['image/png', at(0, '\x89PNG\r\n\x1a\n')],
  ['image/jpeg', at(0, '\xff\xd8\xff')],
  ['image/gif', at(0, 'GIF8')],
  ['image/webp', (head) => at(0, 'RIFF')(head) && at(8, 'WEBP')(head)],
  ['image/avif', brand(/^avi[fs]$/)],
  ['image/heic', brand(/^(?:hei[cmsx]|hev[cmsx]|mif1|msf1)$/)],
  ['image/tiff', (head) => at(0, 'II*\0')(head) || at(0, 'MM\0*')(head)],
  // Two letters prove little: the length of the header that follows the file's own is asked as well.
  [
    'image/bmp',
    (head) =>
      at(0, 'BM')(head) &&
      head.length > 18 &&
      /[\x0c\x28\x34\x38\x40\x6c\x7c]/.test(head.toString('latin1', 14, 15)) &&
      at(15, '\0\0\0')(head),
  ],
  ['application/pdf', (head) => head.subarray(0, 1024).includes('%PDF-')],
  ['image/svg+xml', (head) => isMarkup(head) && /<svg[\s>]/i.test(head.toString('latin1'))],
  ['text/html', isMarkup],
];

function isMarkup(head: Buffer): boolean {
  return /^(?:\xef\xbb\xbf)?\s*<[a-z!?]/i.test(head.toString('latin1', 0, 64));
}

/** Null where the bytes tell nothing, which is no fault. */
export function typeOfBytes(head: Buffer): string | null {
  return marks.find(([, fits]) => fits(head))?.[0] ?? null;
}

/** How many bytes base64 stands for, near enough: breaks of lines within it count. */
export function bytesIn(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return Math.floor(((base64.length - padding) * 3) / 4);
}

const alphabet = /^[\sA-Za-z0-9+/_-]*={0,2}\s*$/;

/** Why this is no data; null where nothing speaks against it. Only its two ends are looked at: megabytes stand between. */
export function base64Fault(data: string): string | null {
  if (data.trim() === '') return 'there is no data in it.';
  const isSound = alphabet.test(data.slice(0, 256)) && alphabet.test(data.slice(-64));
  return isSound ? null : 'its data is no base64.';
}

/** Spellings of one type that callers write. */
const spelledOtherwise: Readonly<Record<string, string>> = {
  'image/jpg': 'image/jpeg',
  'image/pjpeg': 'image/jpeg',
  'image/x-png': 'image/png',
  'image/heif': 'image/heic',
  'image/x-ms-bmp': 'image/bmp',
  'application/x-pdf': 'application/pdf',
};

export function plainType(declared: string): string {
  const type = declared.trim().toLowerCase();
  return ownEntry(spelledOtherwise, type) ?? type;
}

/** Whether data of that type, or with that name where the type is not told, is text that a person could read. */
export function isTextType(declared: string | null, title: string | undefined): boolean {
  if (declared === null) return title !== undefined && /\.(?:txt|md|csv|json)$/i.test(title);
  return /^(?:text\/|application\/(?:json|xml|yaml|x-yaml|toml)$)/.test(declared);
}
