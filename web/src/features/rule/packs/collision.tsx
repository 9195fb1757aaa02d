import { useState } from "react";
import { t } from "../../../texts";
import { Button } from "../../../ui/button";
import { Dialog } from "../../../ui/dialog";
import { Wrong } from "../../../ui/notice";
import { FieldChanges, said } from "./changes";
import { type Clash, type Loose, type Merged, put } from "./merge";

/** Two people edited the same thing: both edits are put together, and only where they clash is one asked. */
export function Collision({
  merged,
  theirs,
  names,
  save,
  close,
}: {
  merged: Merged;
  theirs: Loose;
  /** What the members are called. */
  names: Readonly<Record<string, string>>;
  save: (both: Loose) => Promise<void>;
  close: () => void;
}) {
  const [takes, setTakes] = useState<readonly string[]>([]);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const { taken, clashes, both } = merged;
  const act = async () => {
    setBusy(true);
    setError(null);
    try {
      await save(put(both, theirs, takes));
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };
  const choose = (field: string, take: boolean) =>
    setTakes(take ? [...takes, field] : takes.filter((each) => each !== field));
  return (
    <Dialog title={t.packs.collision} onClose={close}>
      <p className="quiet">{clashes.length ? t.packs.collisionAbout : t.packs.collisionApart}</p>
      {taken.length ? (
        <div>
          <strong>{t.packs.theyChanged}</strong>
          <FieldChanges fields={taken} names={names} />
        </div>
      ) : null}
      {clashes.map((clash) => (
        <Choosing
          key={clash.field}
          clash={clash}
          name={names[clash.field] ?? clash.field}
          takes={takes.includes(clash.field)}
          choose={(take) => choose(clash.field, take)}
        />
      ))}
      {error ? <Wrong error={error} /> : null}
      <div className="actions">
        <Button look="primary" busy={busy} onClick={() => void act()}>
          {t.packs.saveBoth}
        </Button>
        <Button onClick={close}>{t.packs.lookAgain}</Button>
      </div>
    </Dialog>
  );
}

function Choosing({
  clash: { field, before, theirs, mine },
  name,
  takes,
  choose,
}: {
  clash: Clash;
  name: string;
  takes: boolean;
  choose: (take: boolean) => void;
}) {
  const ways = [
    { take: false, label: t.packs.mine, value: mine },
    { take: true, label: t.packs.theirs, value: theirs },
  ];
  return (
    <fieldset className="clash">
      <legend className="legend">{name}</legend>
      <p className="quiet small">
        {t.packs.wasBefore} {said(before)}
      </p>
      {ways.map(({ take, label, value }) => (
        <label key={label} className="choice">
          <input type="radio" name={field} checked={takes === take} onChange={() => choose(take)} />
          <span>
            <strong>{label}</strong> {said(value)}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
