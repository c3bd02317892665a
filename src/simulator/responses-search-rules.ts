/** What `POST /responses` refuses about its own search of the web: members, words, domains, places. */
import { invalidBody, unknownField, wordsOf } from './body-rule.ts';
import { responsesFieldRefusal } from './field-words.ts';
import { arrayOf, objectOf, stringOf, type JsonObject } from './json-value.ts';
import { fieldFault, type PlainFields } from './plain-fields.ts';
import { nestedRefusal, type Refusal } from './refusal.ts';

/** Of each kind of search: what it may have. */
const members: Readonly<Record<string, ReadonlySet<string>>> = {
  web_search: wordsOf('type external_web_access filters search_context_size user_location'),
  web_search_preview: wordsOf('type search_content_types search_context_size user_location'),
};

const inner: Readonly<Record<string, ReadonlySet<string>>> = {
  filters: wordsOf('allowed_domains'),
  user_location: wordsOf('type city country region timezone'),
};

const plainMembers: PlainFields = {
  external_web_access: { type: 'boolean' },
  filters: { type: 'object' },
  'filters.allowed_domains': { type: 'array' },
  search_content_types: { type: 'array' },
  'search_content_types[]': { words: ['text', 'image'] },
  search_context_size: { words: ['low', 'medium', 'high'] },
  user_location: { type: 'object' },
  'user_location.type': { words: ['approximate'] },
  'user_location.city': { type: 'string' },
  'user_location.country': { type: 'string', longest: 2 },
  'user_location.region': { type: 'string' },
  'user_location.timezone': { type: 'string' },
};

const maxDomains = 100;

export function isSearchTool(type: string): boolean {
  return Object.hasOwn(members, type);
}

export function refuseSearchTool(tool: JsonObject, path: string, effort: unknown): Refusal | undefined {
  const type = stringOf(tool['type']);
  if (effort === 'minimal')
    return invalidBody(`The following tools cannot be used with reasoning.effort 'minimal': ${type}.`, 'tools');
  const extra = unknownIn(tool, type);
  if (extra !== undefined)
    return nestedRefusal(400, `Unknown parameter: '${path}.${extra}'.`, 'unknown_parameter', `${path}.${extra}`);
  const fault = fieldFault(tool, plainMembers);
  if (fault !== undefined) return responsesFieldRefusal({ ...fault, path: `${path}.${fault.path}` });
  const domains = arrayOf(objectOf(tool['filters'])['allowed_domains']);
  const place = `${path}.filters.allowed_domains`;
  if (domains.length > maxDomains)
    return invalidBody(
      `Invalid '${place}': array too long. Expected an array with maximum length ${maxDomains}, but got an array with length ${domains.length} instead.`,
      place,
    );
  const odd = domains.findIndex((domain) => !/^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i.test(stringOf(domain)));
  return odd < 0 ? undefined : invalidBody(`Invalid '${place}[${odd}]': expected a domain.`, `${place}[${odd}]`);
}

function unknownIn(tool: JsonObject, type: string): string | undefined {
  const own = unknownField(tool, members[type] ?? new Set());
  if (own !== undefined) return own;
  for (const [name, known] of Object.entries(inner)) {
    const extra = unknownField(objectOf(tool[name]), known);
    if (extra !== undefined) return `${name}.${extra}`;
  }
  return undefined;
}
