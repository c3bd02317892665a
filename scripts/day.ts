/** `npm run day`: the whole form of a day in the life; its diary stands in docs/reliability.md. */
import { runLongForm } from './long-form.ts';
import { measuredWith, writeSection } from './reliability-section.ts';

const diary = runLongForm('test/second/day.test.ts', { DAY: 'whole' })?.get('day')?.['diary'];
if (diary !== undefined) writeSection('day', `${measuredWith('npm run day')}\n\n${diary}`);
