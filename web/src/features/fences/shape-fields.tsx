import { useEffect, useState } from "react";
import type { Sketch } from "../../map/area";
import type { LngLat } from "../../map/shapes";
import { t } from "../../texts";
import { Field } from "../../ui/form";
import { Lines } from "../../ui/inputs";
import type { Drawn } from "./fence-sketch";

const KINDS = ["circle", "polygon", "corridor"] as const;
const MOST_M = { circle: 100_000, corridor: 20_000 };
const USUAL_M = { circle: 250, corridor: 100, polygon: 0 };

/** The drawing in words and numbers, for whoever would rather type. */
export function ShapeFields({ sketch }: { sketch: Drawn }) {
  const now = sketch.now as Sketch;
  const begin = (kind: Sketch["kind"]) => sketch.typed({ kind, places: [], size_m: USUAL_M[kind] });
  return (
    <>
      <fieldset className="ways">
        <legend className="offscreen">{t.fences.kind}</legend>
        {KINDS.map((kind) => (
          <label key={kind}>
            <input
              type="radio"
              name="shape"
              className="offscreen"
              checked={now.kind === kind}
              onChange={() => begin(kind)}
            />
            {t.fences.kinds[kind]}
          </label>
        ))}
      </fieldset>
      {now.kind === "polygon" ? null : <Size key={now.kind} now={now} typed={sketch.typed} />}
      <Places now={now} typed={sketch.typed} />
    </>
  );
}

interface Typed {
  now: Sketch;
  typed: (sketch: Sketch) => void;
}

function Size({ now, typed }: Typed) {
  const [text, setText] = useState(String(now.size_m));
  useEffect(
    () => setText((before) => (Number(before) === now.size_m ? before : String(now.size_m))),
    [now.size_m],
  );
  const corridor = now.kind === "corridor";
  return (
    <Field
      name={corridor ? "width_m" : "radius_m"}
      label={corridor ? t.fences.width : t.fences.radius}
      type="number"
      min={1}
      max={corridor ? MOST_M.corridor : MOST_M.circle}
      step="any"
      inputMode="decimal"
      value={text}
      onChange={({ target }) => {
        setText(target.value);
        if (Number(target.value) >= 1) typed({ ...now, size_m: Number(target.value) });
      }}
    />
  );
}

function Places({ now, typed }: Typed) {
  const [text, setText] = useState("");
  useEffect(
    () => setText((before) => (same(placesIn(before), now.places) ? before : textOf(now.places))),
    [now.places],
  );
  const places = placesIn(text);
  const change = (changed: string) => {
    setText(changed);
    const found = placesIn(changed);
    if (found) typed({ ...now, places: now.kind === "circle" ? found.slice(0, 1) : found });
  };
  return (
    <>
      <Lines
        name="geometry"
        label={t.fences.places}
        hint={t.fences.placesHint}
        rows={4}
        value={text}
        onChange={(event) => change(event.target.value)}
      />
      {places ? null : (
        <p className="wrong small" role="status">
          {t.fences.badPlaces}
        </p>
      )}
    </>
  );
}

function same(one: readonly LngLat[] | null, other: readonly LngLat[]): boolean {
  return one?.length === other.length && one.every(([x, y], i) => x === other[i]?.[0] && y === other[i]?.[1]);
}

export function textOf(places: readonly LngLat[]): string {
  return places.map(([lon, lat]) => `${lat.toFixed(6)}, ${lon.toFixed(6)}`).join("\n");
}

/** null: some line is no place. */
export function placesIn(text: string): LngLat[] | null {
  const lines = text.split("\n").filter((line) => line.trim());
  const places = lines.map((line) =>
    line
      .split(/[,;\s]+/)
      .filter(Boolean)
      .map(Number),
  );
  const fit = places.every(
    (place) => place.length === 2 && Math.abs(place[0] ?? 91) <= 90 && Math.abs(place[1] ?? 181) <= 180,
  );
  return fit ? places.map(([lat, lon]) => [lon, lat] as LngLat) : null;
}
