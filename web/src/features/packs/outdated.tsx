import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/call";
import { isProblem } from "../../api/problem";
import type { PackView, Rebase, RuleDiff } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Wrong } from "../../ui/notice";
import { FieldChanges } from "./changes";

type Choices = NonNullable<Rebase["choices"]>;

/** Whether another version became active since this one was begun: it would take back what that changed. */
export function isOutdated({ state, active, based_on }: PackView): boolean {
  return active !== "" && active !== based_on && ["draft", "submitted", "approved"].includes(state);
}

/** Says so, and brings what the active version changed into a draft. */
export function Outdated({ pack, editing }: { pack: PackView; editing: boolean }) {
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [clashes, setClashes] = useState<readonly RuleDiff[]>([]);
  const bring = async (choices: Choices) => {
    setBusy(true);
    setError(null);
    try {
      const body = { revision: pack.revision, choices };
      await call("POST /api/packs/{id}/rebase", { path: { id: pack.id }, body });
      setClashes([]);
      await queries.invalidateQueries();
    } catch (problem) {
      if (isProblem(problem, "clashing")) setClashes(problem.more.clashes as RuleDiff[]);
      else setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="next-step">
      <p>{pack.state === "draft" ? t.packs.outdated : t.packs.outdatedHandedOver}</p>
      {editing ? (
        <div className="actions">
          <Button look="primary" busy={busy} onClick={() => void bring({})}>
            {t.packs.bringIn}
          </Button>
        </div>
      ) : null}
      {error ? <Wrong error={error} /> : null}
      {clashes.length ? (
        <ChoiceDialog clashes={clashes} busy={busy} choose={bring} close={() => setClashes([])} />
      ) : null}
    </div>
  );
}

function ChoiceDialog({
  clashes,
  busy,
  choose,
  close,
}: {
  clashes: readonly RuleDiff[];
  busy: boolean;
  choose: (choices: Choices) => Promise<void>;
  close: () => void;
}) {
  const [chosen, setChosen] = useState<Choices>({});
  return (
    <Dialog title={t.packs.bothChanged} onClose={close}>
      <p className="quiet">{t.packs.bothChangedAbout}</p>
      {clashes.map(({ id, title, fields }) => (
        <fieldset key={id} className="clash">
          <legend className="legend">{title}</legend>
          {fields.length ? <FieldChanges fields={fields} /> : <p className="quiet">{t.packs.oneTookOut}</p>}
          {(["theirs", "mine"] as const).map((whose) => (
            <label key={whose} className="choice">
              <input
                type="radio"
                name={`clash-${id}`}
                checked={chosen[id] === whose}
                onChange={() => setChosen({ ...chosen, [id]: whose })}
              />
              <span>{t.packs.whoseHolds[whose]}</span>
            </label>
          ))}
        </fieldset>
      ))}
      <div className="actions">
        <Button
          look="primary"
          busy={busy}
          disabled={clashes.some(({ id }) => !chosen[id])}
          onClick={() => void choose(chosen)}
        >
          {t.packs.bringIn}
        </Button>
        <Button onClick={close}>{t.actions.cancel}</Button>
      </div>
    </Dialog>
  );
}
