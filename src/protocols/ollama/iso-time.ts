/** A moment as Ollama writes it: `2026-11-22T22:49:46Z`. Codecs have no clock, so seconds become days and dates here. */

const dayS = 86_400;

/** `unixS` counts seconds since 1970. */
export function isoTime(unixS: number): string {
  const days = Math.floor(unixS / dayS);
  const ofDay = unixS - days * dayS;
  const { year, month, day } = dateOf(days);
  const clock = [Math.floor(ofDay / 3600), Math.floor(ofDay / 60) % 60, Math.floor(ofDay % 60)];
  return `${padded(year, 4)}-${padded(month)}-${padded(day)}T${clock.map((part) => padded(part)).join(':')}Z`;
}

/** Years that begin in March end with the leap day, so that months have the same lengths in every year. */
function dateOf(days: number) {
  const sinceZero = days + 719_468;
  const era = Math.floor(sinceZero / 146_097);
  const ofEra = sinceZero - era * 146_097;
  const yearOfEra = Math.floor(
    (ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365,
  );
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * ofYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: ofYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
  };
}

const padded = (value: number, length = 2): string => String(value).padStart(length, '0');
