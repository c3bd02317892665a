/** Reports what of an object within a Gemini request is dropped or unknown, under its path. */
import type { JsonObject } from '../../canonical/json-value.ts';
import type { Report } from '../../canonical/request-edit.ts';
import { reportMembers, type MemberTable } from '../member-table.ts';

export function reportMembersAt(path: string, table: MemberTable, object: JsonObject, report: Report): void {
  reportMembers(table, object, (edit) =>
    report({ ...edit, path: path === '' ? (edit.path ?? '') : `${path}.${edit.path ?? ''}` }),
  );
}
