import { useEffect, useRef } from "react";
import { fit } from "../../map/tools";
import { useMap } from "../../map/view";
import type { Spot } from "./track";

/** Another day's way comes into view once it is there. */
export function DayInView({ day, spots, wanted }: { day: string; spots: readonly Spot[]; wanted: boolean }) {
  const drawn = useMap();
  const shown = useRef("");
  useEffect(() => {
    if (!wanted || !spots.length || shown.current === day) return;
    shown.current = day;
    fit(
      drawn,
      spots.map(({ at }) => at),
    );
  }, [drawn, day, spots, wanted]);
  return null;
}
