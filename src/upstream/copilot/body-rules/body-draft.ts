/** A parsed body on which edits are tried out one after the other, and the one list of edits that all of them come to. */
import { isObject, type JsonObject } from '../../../canonical/json-value.ts';
import type { JsonEdit } from '../../../framing/json-text.ts';

type Container = Record<string | number, unknown>;

export interface BodyDraft {
  /** The body as it stands. What was taken out of a list is a hole, so indices stay those of the original. */
  readonly body: JsonObject;
  apply(edit: JsonEdit): void;
  /** Edits that lead from the original text to the draft in one pass, however they overlapped. */
  edits(): readonly JsonEdit[];
}

export function createBodyDraft(original: JsonObject): BodyDraft {
  /** Copies made here, which may be written to; everything else is the caller's. */
  const own = new Set<unknown>();
  const applied: JsonEdit[] = [];
  let body = original;

  function writable<T>(value: T): T {
    if (own.has(value)) return value;
    const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as T;
    own.add(copy);
    return copy;
  }

  /** The container that holds the path's last step; made on the way where objects are missing. */
  function parentOf(path: JsonEdit['path']): Container | undefined {
    body = writable(body);
    let node = body as Container;
    for (const step of path.slice(0, -1)) {
      const next = node[step] ?? (Array.isArray(node) ? undefined : {});
      if (typeof next !== 'object' || next === null) return undefined;
      node = node[step] = writable(next) as Container;
    }
    return node;
  }

  function apply(edit: JsonEdit) {
    const step = edit.path.at(-1);
    if (step === undefined) return;
    const parent = parentOf(edit.path);
    if (!parent) return;
    applied.push(edit);
    switch (edit.op) {
      case 'set':
        parent[step] = edit.value;
        break;
      case 'remove':
        if (Array.isArray(parent)) parent[step] = undefined;
        else delete parent[step];
        break;
      case 'rename':
        parent[edit.to] = parent[step];
        delete parent[step];
        break;
    }
  }

  function valueAt(path: JsonEdit['path']): unknown {
    let node: unknown = body;
    for (const step of path) node = isObject(node) || Array.isArray(node) ? (node as Container)[step] : undefined;
    return node;
  }

  return {
    get body() {
      return body;
    },
    apply,
    edits() {
      const touched = new Map<string, JsonEdit>();
      for (const [index, edit] of applied.entries()) {
        const moved = edit.op === 'rename' ? [...edit.path.slice(0, -1), edit.to] : undefined;
        const changedAgain = moved && applied.slice(index + 1).some((later) => startsWith(later.path, moved));
        if (moved && changedAgain) {
          touched.set(keyOf(edit.path), { op: 'remove', path: edit.path });
          touched.set(keyOf(moved), { op: 'set', path: moved, value: undefined });
        } else touched.set(keyOf(edit.path), edit);
      }
      const all = [...touched.values()];
      const writes = new Set(all.filter((edit) => edit.op !== 'rename').map((edit) => keyOf(edit.path)));
      const below = (path: JsonEdit['path']) =>
        path.some((_step, length) => length > 0 && writes.has(keyOf(path.slice(0, length))));
      return all
        .filter((edit) => !below(edit.path))
        .map((edit): JsonEdit => {
          if (edit.op === 'rename') return edit;
          const value = withoutHoles(valueAt(edit.path));
          return value === undefined ? { op: 'remove', path: edit.path } : { op: 'set', path: edit.path, value };
        });
    },
  };
}

const keyOf = (path: JsonEdit['path']) => JSON.stringify(path);

function startsWith(path: JsonEdit['path'], start: JsonEdit['path']): boolean {
  return start.every((step, index) => path[index] === step);
}

/** Values that rules wrote may hold parts of the draft, and so its holes. */
function withoutHoles(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((entry) => entry !== undefined).map((entry) => withoutHoles(entry));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withoutHoles(entry)]));
}
