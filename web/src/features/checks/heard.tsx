import type { Described } from "../../api/routes";
import { t } from "../../texts";

/** What the description says beside the name of the thing: ticked, and taken off with one click. */
export function Heard({
  traits,
  off,
  change,
}: {
  traits: readonly Described[];
  off: ReadonlySet<string>;
  change: (off: ReadonlySet<string>) => void;
}) {
  if (!traits.length) return null;
  const toggle = (trait: string) => {
    const next = new Set(off);
    if (!next.delete(trait)) next.add(trait);
    change(next);
  };
  return (
    <fieldset className="heard">
      <legend className="legend">{t.check.heard}</legend>
      <div className="actions">
        {traits.map(({ trait, holds, words }) => (
          <label key={trait} className="heard-one">
            <input type="checkbox" checked={!off.has(trait)} onChange={() => toggle(trait)} />
            <span>
              {holds ? named(trait) : t.check.without(named(trait))}
              <small>{t.check.heardWords(words)}</small>
            </span>
          </label>
        ))}
      </div>
      <p className="quiet small">{t.check.heardAbout}</p>
    </fieldset>
  );
}

function named(trait: string): string {
  return t.traits[trait] ?? trait.replaceAll("_", " ");
}
