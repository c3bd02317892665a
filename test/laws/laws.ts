/** All the laws that are properties, in their order. */
import { answerLaws } from './answer-laws.ts';
import type { Law } from './law.ts';
import { brokenArgumentsLaws } from './broken-arguments-laws.ts';
import { framingLaws } from './framing-laws.ts';
import { mangledLaws } from './mangled-laws.ts';
import { requestLaws } from './request-laws.ts';
import { roundTripLaws } from './round-trip-laws.ts';
import { sdkLaws } from './sdk-laws.ts';
import { stopLaws } from './stop-laws.ts';
import { toolLaws } from './tool-laws.ts';

export const laws: readonly Law[] = [
  ...requestLaws,
  ...answerLaws,
  ...framingLaws,
  ...mangledLaws,
  ...brokenArgumentsLaws,
  ...roundTripLaws,
  ...sdkLaws,
  ...toolLaws,
  ...stopLaws,
].toSorted((a, b) => a.number - b.number);
