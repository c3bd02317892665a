/** Every disputed point of the reference that a probe decides, those that cost nothing first. */
import { acceptedPoints } from './points/accepted-points.ts';
import { answerPoints } from './points/answer-points.ts';
import { cataloguePoints } from './points/catalogue-points.ts';
import { seatPoints } from './points/seat-points.ts';
import type { ProbePoint } from './probe-point.ts';

export const allPoints: readonly ProbePoint[] = [...seatPoints, ...cataloguePoints, ...acceptedPoints, ...answerPoints];
