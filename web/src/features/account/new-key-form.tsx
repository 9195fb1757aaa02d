import { useState } from "react";
import { call } from "../../api/call";
import { ApiProblem } from "../../api/problem";
import { t } from "../../texts";
import { Dialog } from "../../ui/dialog";
import { Choice, Field, Form, type Values } from "../../ui/form";
import { ScopeChoice } from "../../ui/scope-choice";

const DAYS = ["30", "90", "365", ""] as const;

/** A key may do what its maker may do, or less. */
export function NewKeyForm({ made, close }: { made: (secret: string) => Promise<void>; close: () => void }) {
  const [scopes, setScopes] = useState<ReadonlySet<string>>(new Set());
  const create = async ({ name = "", days = "" }: Values) => {
    if (!scopes.size) throw new ApiProblem(0, "no-scope", t.keys.chooseScope);
    const body = { name, scopes: [...scopes], expires_in_days: days ? Number(days) : null };
    await made((await call("POST /api/keys", { body })).secret);
  };
  return (
    <Dialog title={t.keys.createTitle} onClose={close}>
      <Form submit={create} label={t.keys.create}>
        <Field name="name" label={t.keys.name} hint={t.keys.nameHint} required maxLength={120} autoFocus />
        <ScopeChoice forProgram legend={t.keys.may} chosen={scopes} choose={setScopes} />
        <fieldset>
          <legend className="legend">{t.keys.lasts}</legend>
          <div className="choices">
            {DAYS.map((days) => (
              <Choice
                key={days}
                type="radio"
                name="days"
                value={days}
                label={t.keys.days[days]}
                defaultChecked={days === "90"}
              />
            ))}
          </div>
        </fieldset>
      </Form>
    </Dialog>
  );
}
