import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/call";
import { allows } from "../../api/me";
import { usePeople } from "../../api/people";
import type { PackView, Profile } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Form, type Values } from "../../ui/form";
import { Lines } from "../../ui/inputs";

const ACTIONS = {
  submit: { from: ["draft"], scope: "rule:write" },
  return: { from: ["submitted", "approved"], scope: "rule:write" },
  approve: { from: ["submitted"], scope: "rule:approve" },
  activate: { from: ["approved"], scope: "rule:approve" },
  rollback: { from: ["retired"], scope: "rule:approve" },
} as const;
type Action = keyof typeof ACTIONS;

/** The steps that this version can take now; each wants a reason, which is kept. */
export function Steps({
  pack,
  me,
  flawed,
  outdated,
}: {
  pack: PackView;
  me: Profile | undefined;
  flawed: boolean;
  outdated: boolean;
}) {
  const queries = useQueryClient();
  const [asked, setAsked] = useState<Action | null>(null);
  const scopes = me?.scopes ?? [];
  const able = (Object.keys(ACTIONS) as Action[]).filter(
    (each) =>
      (ACTIONS[each].from as readonly string[]).includes(pack.state) &&
      (!outdated || each === "return") &&
      allows(scopes, ACTIONS[each].scope) &&
      (each !== "approve" || pack.may_approve),
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
      {outdated ? null : <NextStep pack={pack} me={me} flawed={flawed} />}
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

/** What has to happen now, and by whom. */
function NextStep({ pack, me, flawed }: { pack: PackView; me: Profile | undefined; flawed: boolean }) {
  const nameOf = usePeople();
  if (flawed && pack.state === "draft") return <p>{t.packs.mendFirst}</p>;
  if (pack.state !== "submitted" || pack.may_approve) return <p>{t.packs.next[pack.state]}</p>;
  if (!me || !pack.hands.includes(me.id)) return <p>{t.packs.waitsForApprover}</p>;
  const hands = pack.hands.map((id) => {
    const name = nameOf(id) || t.packs.somebody;
    return id === me.id ? t.packs.you(name) : name;
  });
  return <p>{t.packs.waitsForOthers(hands.join(", "))}</p>;
}
