import { t } from "../../texts";
import { Swatch } from "./swatch";

export function ColourChoice({ chosen }: { chosen: string }) {
  const known = Object.keys(t.fences.colours);
  const colours = known.includes(chosen) ? known : [...known, chosen];
  return (
    <fieldset className="colours">
      <legend className="legend">{t.fences.colour}</legend>
      <div>
        {colours.map((colour) => (
          <label key={colour} title={t.fences.colours[colour] ?? colour}>
            <input
              type="radio"
              name="colour"
              value={colour}
              className="offscreen"
              defaultChecked={colour === chosen}
            />
            <Swatch colour={colour} />
            <span className="offscreen">{t.fences.colours[colour] ?? colour}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
