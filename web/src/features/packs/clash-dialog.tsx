import { useState } from "react";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { inWords, labelOf } from "./in-words";
import type { Chosen, Clash } from "./merge";

/** What two people changed differently: each member side by side, and whoever is here chooses. */
export function ClashDialog({
  who,
  clashes,
  taken,
  choose,
  close,
}: {
  /** Who changed it meanwhile, if that is known. */
  who: string;
  clashes: readonly Clash[];
  taken: readonly string[];
  choose: (chosen: Chosen) => void;
  close: () => void;
}) {
  const [chosen, setChosen] = useState<Chosen>({});
  const open = clashes.filter(({ field }) => !chosen[field]).length;
  const all = (whose: "mine" | "theirs") =>
    setChosen(Object.fromEntries(clashes.map(({ field }) => [field, whose])));
  return (
    <Dialog title={t.packs.collision(who || t.packs.somebodyElse)} onClose={close}>
      <p className="quiet">{t.packs.collisionAbout(clashes.length)}</p>
      {clashes.map((clash) => (
        <Choice
          key={clash.field}
          clash={clash}
          chosen={chosen[clash.field]}
          choose={(whose) => setChosen({ ...chosen, [clash.field]: whose })}
        />
      ))}
      {taken.length ? <p className="quiet">{t.packs.takenOver(taken.map(labelOf).join(", "))}</p> : null}
      {clashes.length > 1 ? (
        <div className="actions">
          <Button look="plain" onClick={() => all("mine")}>
            {t.packs.allMine}
          </Button>
          <Button look="plain" onClick={() => all("theirs")}>
            {t.packs.allTheirs}
          </Button>
        </div>
      ) : null}
      <div className="actions">
        <Button look="primary" disabled={open > 0} onClick={() => choose(chosen)}>
          {t.packs.saveChosen}
        </Button>
        <Button onClick={close}>{t.packs.goOnEditing}</Button>
      </div>
    </Dialog>
  );
}

function Choice({
  clash,
  chosen,
  choose,
}: {
  clash: Clash;
  chosen: Chosen[string] | undefined;
  choose: (whose: Chosen[string]) => void;
}) {
  const { field, base } = clash;
  const offered = (["theirs", "mine", "both"] as const).filter((whose) => whose !== "both" || clash.both);
  return (
    <fieldset className="clash">
      <legend className="legend">{labelOf(field)}</legend>
      <p className="quiet">{t.packs.before(inWords(field, base))}</p>
      {offered.map((whose) => (
        <label key={whose} className="choice">
          <input
            type="radio"
            name={`clash-${field}`}
            checked={chosen === whose}
            onChange={() => choose(whose)}
          />
          <span>
            {t.packs.whose[whose]}
            <strong>{inWords(field, clash[whose])}</strong>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
