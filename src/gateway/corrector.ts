/** Corrects each plan by what was learned, and says what to send where the upstream refuses it all the same. */
import type { ProxyError } from '../errors/proxy-error.ts';
import type { LearnedRules } from '../upstream/copilot/learned-rules.ts';
import { correctPlan, type Corrections } from './correct-plan.ts';
import { mendPlan, type Mend } from './mend-plan.ts';
import type { ExchangePlan } from './plan-exchange.ts';
import type { SessionNotes } from './session-memory.ts';

export interface CorrectorOptions {
  readonly learned: LearnedRules;
  readonly disabledRules: ReadonlySet<string>;
}

export interface Corrected {
  /** What goes up. */
  readonly plan: ExchangePlan;
  /** What to send after that refusal; null where it is the caller's to see. */
  readonly mend: (error: ProxyError, refused: ExchangePlan) => Mend | null;
}

export interface Corrector {
  /** `notes` are those of the plan's session. */
  correct(base: ExchangePlan, notes: SessionNotes): Corrected;
}

export function createCorrector({ learned, disabledRules }: CorrectorOptions): Corrector {
  return {
    correct(base, notes) {
      const lessons = learned.of(base.path, base.model.id);
      const corrections: Corrections = { lessons, notes, disabledRules };
      return {
        plan: correctPlan(base, corrections),
        mend: (error, refused) => mendPlan(error, refused, { base, corrections, notes, learned }),
      };
    },
  };
}
