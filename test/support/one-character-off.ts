/** A frame with one character too few or too many, at each place: what is like the frame before it, and yet is not. */

const added = ['"', '\\', '0', ',', 'a', '\t', '\r'];

export function oneCharacterOff(frame: string): readonly string[] {
  const places = Array.from({ length: frame.length - 2 }, (_, at) => at);
  return places.flatMap((at) => [
    frame.slice(0, at) + frame.slice(at + 1),
    ...added.map((character) => frame.slice(0, at) + character + frame.slice(at)),
  ]);
}
