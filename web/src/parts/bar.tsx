/** How much of something is used, as a bar with its figure beside it. */

interface BarProps {
  /** From 0; beyond 1 is over the limit. */
  readonly share: number;
  readonly label: string;
}

/** From where a bar warns, and from where it alarms. */
const warnFrom = 0.8;
const alarmFrom = 0.95;

export function Bar({ share, label }: BarProps) {
  const percent = Math.round(share * 100);
  const tone = share >= alarmFrom ? 'bad' : share >= warnFrom ? 'warn' : '';
  return (
    <div
      class="bar"
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.min(100, percent)}
      aria-valuetext={`${percent} %`}
    >
      <span class={tone} style={{ width: `${Math.min(100, Math.max(0, percent))}%` }} />
    </div>
  );
}
