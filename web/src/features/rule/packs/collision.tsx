import type { Rule } from "../../../api/routes";
import { t } from "../../../texts";
import { Button } from "../../../ui/button";
import { FieldChanges } from "./changes";

/** Two people edited the same draft: both are shown, and whoever is here decides. */
export function Collision({
  mine,
  theirs,
  takeTheirs,
  keepMine,
}: {
  mine: Rule;
  theirs: Rule | null;
  takeTheirs: () => void;
  keepMine: () => void;
}) {
  const fields = theirs ? differing(theirs as unknown as Loose, mine as unknown as Loose) : [];
  return (
    <div className="notice bad" role="alert">
      <div className="part">
        <strong>{t.packs.collision}</strong>
        <p>
          {!theirs
            ? t.packs.theyRemoved
            : fields.length
              ? t.packs.collisionAbout
              : t.packs.collisionElsewhere}
        </p>
        <FieldChanges fields={fields} />
        <div className="actions">
          <Button onClick={keepMine}>{t.packs.keepMine}</Button>
          {fields.length ? <Button onClick={takeTheirs}>{t.packs.takeTheirs}</Button> : null}
        </div>
      </div>
    </div>
  );
}

type Loose = Record<string, unknown>;

function differing(before: Loose, after: Loose) {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
    .map((field) => ({ field, before: before[field] ?? null, after: after[field] ?? null }));
}
