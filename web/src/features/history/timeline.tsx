import { type RefObject, useEffect, useRef, useState } from "react";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Icon } from "../../ui/icon";
import { type Day, timeOf } from "./day";
import { lengthOf, speedOf } from "../../ui/measures";
import { type Bar, barsOf, type TimelineEntry } from "./entries";
import { type Spot, spotAt } from "./track";

const FACTORS = [10, 60, 300, 1200] as const;
const HOURS = [0, 3, 6, 9, 12, 15, 18, 21, 24];
const STEP_MS = 60_000;

interface Shown {
  day: Day;
  entries: readonly TimelineEntry[];
  spots: readonly Spot[];
  atMs: number | null;
  /** Where it stands while `atMs` is null. */
  restMs: number;
  look: (atMs: number) => void;
}

/** The day as bars over its hours; the slider under them goes through it, and plays it. */
export function Timeline({ day, entries, spots, atMs, restMs, look }: Shown) {
  const [factor, setFactor] = useState<number>(60);
  const shownMs = atMs ?? restMs;
  const ends = { from: spots[0]?.atMs ?? day.fromMs, to: spots.at(-1)?.atMs ?? day.toMs };
  const { playing, toggle } = usePlayback({ atMs: shownMs, ends, factor, look });
  const spot = spotAt(spots, shownMs);
  return (
    <section className="timeline" aria-label={t.history.timeline}>
      <div className="timeline-row">
        <Button
          look="primary"
          className="play"
          aria-label={playing ? t.history.pause : t.history.play}
          onClick={toggle}
        >
          <Icon name={playing ? "pause" : "play"} size={18} />
        </Button>
        <div className="track">
          <Bars bars={barsOf(entries, day.fromMs, day.toMs, Date.now())} />
          <input
            type="range"
            aria-label={t.history.moment}
            aria-valuetext={timeOf(shownMs)}
            min={day.fromMs}
            max={day.toMs}
            step={STEP_MS / 4}
            value={shownMs}
            onChange={(event) => look(Number(event.target.value))}
          />
          <div className="hours" aria-hidden="true">
            {HOURS.map((hour) => (
              <span key={hour}>{hour}</span>
            ))}
          </div>
        </div>
        <label className="factor">
          <span className="offscreen">{t.history.speed}</span>
          <select
            className="input"
            value={factor}
            onChange={(event) => setFactor(Number(event.target.value))}
          >
            {FACTORS.map((each) => (
              <option key={each} value={each}>
                {t.history.times(each)}
              </option>
            ))}
          </select>
        </label>
      </div>
      <p className="moment">
        <strong>{timeOf(shownMs, { seconds: true })}</strong>
        {spot?.speed_mps === null || !spot ? null : ` · ${speedOf(spot.speed_mps)}`}
        {sayOf(entries, shownMs)}
      </p>
    </section>
  );
}

function sayOf(entries: readonly TimelineEntry[], atMs: number): string {
  const found = entries.find(({ fromMs, toMs }) => fromMs <= atMs && atMs <= (toMs ?? Date.now()));
  if (!found) return "";
  return found.kind === "trip"
    ? ` · ${t.history.trip}, ${lengthOf(found.distance_m)}`
    : ` · ${t.history.stop}`;
}

function Bars({ bars }: { bars: readonly Bar[] }) {
  return (
    <div className="bars" aria-hidden="true">
      {bars.map(({ kind, left, width }) => (
        <i
          key={`${kind} ${left}`}
          className={kind}
          style={{ left: `${left * 100}%`, width: `${width * 100}%` }}
        />
      ))}
    </div>
  );
}

interface Played {
  atMs: number;
  ends: { from: number; to: number };
  factor: number;
  look: (atMs: number) => void;
}

function usePlayback(played: Played): { playing: boolean; toggle: () => void } {
  const [playing, setPlaying] = useState(false);
  const now: RefObject<Played> = useRef(played);
  now.current = played;
  useEffect(() => {
    if (!playing) return;
    let last = performance.now();
    let frame = requestAnimationFrame(function step(timeMs) {
      const { atMs, ends, factor, look } = now.current;
      const next = Math.min(atMs + (timeMs - last) * factor, ends.to);
      last = timeMs;
      look(next);
      if (next < ends.to) frame = requestAnimationFrame(step);
      else setPlaying(false);
    });
    return () => cancelAnimationFrame(frame);
  }, [playing]);
  const toggle = () => {
    const { atMs, ends, look } = now.current;
    if (!playing && atMs >= ends.to) look(ends.from);
    setPlaying(!playing);
  };
  return { playing, toggle };
}
