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
  const size = (text: string) => {
    if (Number(text) >= 1) sketch.typed({ ...now, size_m: Number(text) });
  };
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
      {now.kind === "polygon" ? null : (
        <Field
          key={`${now.kind} ${now.size_m}`}
          name={now.kind === "circle" ? "radius_m" : "width_m"}
          label={now.kind === "circle" ? t.fences.radius : t.fences.width}
          type="number"
          min={1}
          max={MOST_M[now.kind]}
          step="any"
          inputMode="decimal"
          defaultValue={now.size_m}
          onBlur={(event) => size(event.target.value)}
        />
      )}
      <Places now={now} typed={sketch.typed} />
    </>
  );
}

function Places({ now, typed }: { now: Sketch; typed: (sketch: Sketch) => void }) {
  const [text, setText] = useState("");
  const [wrong, setWrong] = useState(false);
  useEffect(() => {
    setText(textOf(now.places));
    setWrong(false);
  }, [now.places]);
  const finish = () => {
    if (text === textOf(now.places)) return;
    const places = placesIn(text);
    setWrong(places === null);
    if (places) typed({ ...now, places: now.kind === "circle" ? places.slice(0, 1) : places });
  };
  return (
    <>
      <Lines
        name="geometry"
        label={t.fences.places}
        hint={t.fences.placesHint}
        rows={Math.min(Math.max(now.places.length, 2), 6)}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={finish}
      />
      {wrong ? (
        <p className="wrong small" role="alert">
          {t.fences.badPlaces}
        </p>
      ) : null}
    </>
  );
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
