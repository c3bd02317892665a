/** Texts, arguments and ids that break what is not careful with them. */
import fc from 'fast-check';

/** What has a meaning to some parser on the way, or a form of its own in UTF-8, UTF-16 or JSON. */
const spices = [
  '',
  ' ',
  '\0',
  '\u2028',
  '\u2029',
  '\ufeff',
  '\u007f\u0080\u00ff',
  '</',
  '</script>',
  '<system-reminder>',
  '😀',
  '👩‍👩‍👧‍👦',
  'é',
  '中文',
  '\\',
  '\\u0041\\ud83d',
  '"',
  '\\"',
  '\r\n\r\n',
  '\n\n',
  'data: [DONE]\n\n',
  'event: error\n',
  '[DONE]',
  '{"type":"message_stop"}',
  '"delta":"',
  '}}',
  'x'.repeat(3000),
] as const;

/** Any text; never half of a surrogate pair, which no UTF-8 has. */
export const anyText: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...spices), fc.string({ unit: 'binary', maxLength: 6 })), { maxLength: 4 })
  .map((pieces) => pieces.join(''));

/** Words, where a text must be found again. */
export const someText: fc.Arbitrary<string> = anyText.map((text) => `.${text}.`);

const bigInteger = fc.bigInt({ min: 2n ** 53n, max: 2n ** 90n }).map(String);
const depth = 100;

function nested(inner: string): string {
  return '{"a":['.repeat(depth / 2) + inner + ']}'.repeat(depth / 2);
}

const jsonText: fc.Arbitrary<string> = fc.oneof(
  { weight: 8, arbitrary: fc.jsonValue({ maxDepth: 2, stringUnit: 'binary' }).map((value) => JSON.stringify(value)) },
  { weight: 2, arbitrary: anyText.map((text) => JSON.stringify(text)) },
  { weight: 1, arbitrary: bigInteger },
  { weight: 1, arbitrary: bigInteger.map(nested) },
);

/** Arguments as a model writes them: the text of a JSON object, at times with spaces, or nothing at all. */
export const anyArguments: fc.Arbitrary<string> = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom('', '{}', ' {\n} ') },
  {
    weight: 5,
    arbitrary: fc
      .array(fc.tuple(fc.oneof(anyText, fc.constantFrom('input', '__proto__', '1')), jsonText), { maxLength: 3 })
      .map((members) => {
        // The last of a repeated key is what parsers keep.
        const unique = new Map(members);
        return `{${[...unique].map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(', ')}}`;
      }),
  },
);

/** Ids as vendors make them, and as nobody should. `place` keeps them apart. */
export function anyCallId(place: number): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.stringMatching(/^call_[A-Za-z0-9]{4,20}$/).map((id) => `${id}${place}`) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('toolu_', 'a b:', 'é|😀', 'functions.f:', 'x'.repeat(80)).map((id) => id + place),
    },
  );
}

/** A text in pieces, cut anywhere: also between the halves of a surrogate pair. */
export function inPieces(text: string, lengths: readonly number[]): readonly string[] {
  const pieces: string[] = [];
  let at = 0;
  for (let turn = 0; at < text.length; turn += 1) {
    const length = Math.max(1, lengths[turn % lengths.length] ?? 1) * (1 + Math.floor(text.length / 400));
    pieces.push(text.slice(at, at + length));
    at += length;
  }
  return pieces;
}

/** JSON as Python and Go write it. */
export function asciiJson(json: string): string {
  return json.replaceAll(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
