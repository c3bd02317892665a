/** Recognises "create a file NAME with the content X" in what a person asks. */

export interface FileTask {
  readonly name: string;
  readonly content: string;
}

const wish = /\b(?:create|write|make|add|save|put|generate)\b/i;
const fileName = /(?<![\w./\\-])((?:[A-Za-z]:)?[\w./\\-]{0,200}[\w-]{1,80}\.[A-Za-z][A-Za-z0-9]{0,7})(?![\w/\\])/g;
/** Quoted pieces of a text; one of the groups holds what is inside. */
export const quotedText = /```[^\n]*\n([\s\S]*?)\n?```|`([^`]+)`|"([^"]+)"|“([^”]+)”|'([^']+)'/g;
const announced =
  /\b(?:content|contents|containing|contains|text|line|word|words|says?|saying|reads?|exactly)\b\s*(?:(?:is|of|as|exactly)\b\s*){0,3}:?\s*(\S[^\n]*?)(?:\.?\s*$|\.\s|\n)/im;

/** Undefined where no file is asked for: "what does `a.ts` do?" is no task. */
export function readFileTask(text: string): FileTask | undefined {
  return wish.test(text) ? taskIn(text.slice(0, readChars)) : undefined;
}

/** A task is a sentence: what stands far behind is pasted material, and the searches below are not linear. */
export const readChars = 8000;

function taskIn(text: string): FileTask | undefined {
  const name = nameIn(text);
  if (name === undefined) return undefined;
  if (!/\bfiles?\b/i.test(text) && !/\b(?:content|contents|containing|contains|with)\b/i.test(text)) return undefined;
  return { name, content: contentIn(text, name) };
}

/** The first thing that looks like a file name and is not the inside of the wanted content. */
function nameIn(text: string): string | undefined {
  for (const match of text.matchAll(fileName)) {
    const name = match[1] ?? '';
    if (/^\d+(?:\.\d+)*$|^(?:e\.g|i\.e)$/i.test(name) || /:\/\/\S*$/.test(text.slice(0, match.index))) continue;
    return name;
  }
  return undefined;
}

function contentIn(text: string, name: string): string {
  for (const match of text.matchAll(quotedText)) {
    const inside = match[1] ?? match[2] ?? match[3] ?? match[4] ?? match[5] ?? '';
    if (inside.trim() !== '' && inside.trim() !== name) return unescaped(inside);
  }
  const rest = text.slice(text.indexOf(name) + name.length).replace(/^[`'"”]/, '');
  return unescaped(announced.exec(rest)?.[1] ?? 'Hello from the Copilot simulator.');
}

/** People write `\n` in one-line prompts and mean a line break. */
function unescaped(content: string): string {
  return content.replaceAll('\\n', '\n').replaceAll('\\t', '\t');
}
