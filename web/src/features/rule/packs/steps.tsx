import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../../api/call";
import { allows } from "../../../api/me";
import type { PackView } from "../../../api/routes";
import { t } from "../../../texts";
import { Button } from "../../../ui/button";
import { Dialog } from "../../../ui/dialog";
import { Form, type Values } from "../../../ui/form";
import { Lines } from "../../../ui/inputs";

const ACTIONS = {
  submit: { from: "draft", scope: "rule:write" },
  return: { from: "submitted", scope: "rule:write" },
  approve: { from: "submitted", scope: "rule:approve" },
  activate: { from: "approved", scope: "rule:approve" },
  rollback: { from: "retired", scope: "rule:approve" },
} as const;
type Action = keyof typeof ACTIONS;

/** The steps that this version can take now; each wants a reason, which is kept. */
export function Steps({
  pack,
  scopes,
  flawed,
}: {
  pack: PackView;
  scopes: readonly string[];
  flawed: boolean;
}) {
  const queries = useQueryClient();
  const [asked, setAsked] = useState<Action | null>(null);
  const able = (Object.keys(ACTIONS) as Action[]).filter(
    (each) => ACTIONS[each].from === pack.state && allows(scopes, ACTIONS[each].scope),
  );
  if (!able.length) return null;
  const take = (action: Action) => async (values: Values) => {
    const sent = {
      path: { id: pack.id },
      body: { reason: values.reason ?? "", revision: pack.revision },
    };
    await call(`POST /api/packs/{id}/${action}`, sent);
    setAsked(null);
    await queries.invalidateQueries();
  };
  return (
    <div className="next-step">
      <p>{flawed && pack.state === "draft" ? t.packs.mendFirst : t.packs.next[pack.state]}</p>
      <div className="actions">
        {able.map((each) => (
          <Button
            key={each}
            {...(each === "return" ? {} : { look: "primary" as const })}
            onClick={() => setAsked(each)}
          >
            {t.packs.steps[each]}
          </Button>
        ))}
      </div>
      {asked ? (
        <Dialog title={t.packs.steps[asked]} onClose={() => setAsked(null)}>
          <p className="quiet">{t.packs.stepAbout[asked]}</p>
          <Form submit={take(asked)} label={t.packs.steps[asked]}>
            <Lines
              name="reason"
              label={t.packs.reason}
              hint={t.packs.reasonHint}
              rows={3}
              required
              maxLength={1000}
            />
          </Form>
        </Dialog>
      ) : null}
    </div>
  );
}
