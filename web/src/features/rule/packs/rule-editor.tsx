import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useNavigate } from "react-router";
import { call } from "../../../api/call";
import { isProblem } from "../../../api/problem";
import type { PackView, Rule } from "../../../api/routes";
import { t } from "../../../texts";
import { Button } from "../../../ui/button";
import { Confirmed } from "../../../ui/dialog";
import { Field } from "../../../ui/form";
import { Notice, Wrong } from "../../../ui/notice";
import { Section } from "../../../ui/page";
import { Collision } from "./collision";
import { FlawList } from "./flaw-list";
import { Foresight } from "./foresight";
import { sectionOf } from "./mended";
import { Parts } from "./parts";
import { flawsQuery } from "./queries";
import { type Loose, SECTIONS, type Words } from "./specs";

/** Every member of a rule in a form, with what the edit would do beside the button that saves it. */
export function RuleEditor({
  stored,
  pack,
  words,
  editable,
}: {
  stored: Rule;
  pack: PackView;
  words: Words;
  editable: boolean;
}) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [rule, setRule] = useState(stored);
  const [base, setBase] = useState(stored);
  const [revision, setRevision] = useState(pack.revision);
  const [theirs, setTheirs] = useState<{ rule: Rule | null; revision: number } | null>(null);
  const [busy, setBusy] = useState(false);
  const [saved, setSaved] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const isNew = !base.id;
  const flaws = useQuery({ ...flawsQuery(pack.id, revision), enabled: editable });
  const own = flaws.data?.flaws.filter((each) => each.rule === rule.id) ?? [];
  const elsewhere = own.filter(({ code }) => !sectionOf(code));
  const changed = JSON.stringify(rule) !== JSON.stringify(base);
  const path = { id: pack.id, rule_id: rule.id };

  const save = async (of: number) => {
    setBusy(true);
    setError(null);
    setSaved(false);
    try {
      const numbered = await withRevision(rule, pack.based_on);
      const body = { revision: of, rule: numbered };
      const next = await call("PUT /api/packs/{id}/rules/{rule_id}", { path, body });
      queries.setQueryData(["pack", pack.id], next);
      await queries.invalidateQueries({ queryKey: ["pack", pack.id, "rules"] });
      queries.setQueryData(["pack", pack.id, "rule", rule.id], numbered);
      setRevision(next.revision);
      setRule(numbered);
      setBase(numbered);
      setTheirs(null);
      setSaved(true);
      if (isNew) await navigate(`/packs/${pack.id}/rules/${rule.id}`, { replace: true });
    } catch (problem) {
      if (isProblem(problem, "edited-meanwhile")) setTheirs(await others(pack.id, rule.id));
      else setError(problem);
    } finally {
      setBusy(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!busy) void save(revision);
  };
  const takeTheirs = () => {
    if (!theirs?.rule) return;
    setRule(theirs.rule);
    setBase(theirs.rule);
    setRevision(theirs.revision);
    setTheirs(null);
  };
  const remove = async () => {
    await call("DELETE /api/packs/{id}/rules/{rule_id}", { path, query: { revision } });
    await queries.invalidateQueries({ queryKey: ["pack", pack.id] });
    await navigate(`/packs/${pack.id}`);
  };
  return (
    <form className="rule-form" onSubmit={submit}>
      {editable ? null : <p className="quiet">{t.packs.onlyDrafts}</p>}
      {editable && elsewhere.length && !changed ? <FlawList flaws={elsewhere} /> : null}
      <fieldset disabled={!editable} className="rule-sections">
        {isNew ? (
          <Field
            name="id"
            label={t.packs.ruleId}
            hint={t.packs.ruleIdHint}
            required
            pattern="[a-z0-9]+(-[a-z0-9]+)*"
            value={rule.id}
            onChange={({ target }) => setRule({ ...rule, id: target.value })}
          />
        ) : null}
        {SECTIONS.map(({ name, fields }) => {
          const words_ = t.ruleSections[name as keyof typeof t.ruleSections];
          return (
            <Section key={name} title={words_.title} about={words_.about}>
              <div className="whole">
                {(changed ? [] : own)
                  .filter(({ code }) => sectionOf(code) === name)
                  .map(({ reason }) => (
                    <p key={reason} className="wrong mend">
                      {reason}
                    </p>
                  ))}
                <Parts
                  specs={fields}
                  value={rule as unknown as Loose}
                  words={words}
                  change={(next) => {
                    setSaved(false);
                    setRule(next as unknown as Rule);
                  }}
                />
              </div>
            </Section>
          );
        })}
      </fieldset>
      {theirs ? (
        <Collision
          mine={rule}
          theirs={theirs.rule}
          takeTheirs={takeTheirs}
          keepMine={() => {
            setRevision(theirs.revision);
            void save(theirs.revision);
          }}
        />
      ) : null}
      {editable ? (
        <>
          <div className="save-bar">
            <Foresight pack={pack.id} rule={rule} />
            {error ? <Wrong error={error} /> : null}
            {saved && !changed ? (
              <Notice>{own.length ? t.packs.savedWithFlaws : t.packs.saved}</Notice>
            ) : null}
            <div className="actions">
              <Button type="submit" look="primary" busy={busy}>
                {t.packs.saveRule}
              </Button>
              {changed && !isNew ? (
                <Button look="plain" onClick={() => setRule(base)}>
                  {t.packs.undo}
                </Button>
              ) : null}
              {isNew ? null : (
                <Confirmed
                  label={t.packs.removeRule}
                  title={t.packs.removeRuleTitle}
                  about={t.packs.removeRuleAbout}
                  confirm={t.packs.removeRule}
                  perform={remove}
                />
              )}
            </div>
          </div>
        </>
      ) : null}
    </form>
  );
}

/** A rule counts its own revisions: one more than in the version that the draft was made from. */
async function withRevision(rule: Rule, basedOn: string): Promise<Rule> {
  if (!basedOn) return rule;
  try {
    const path = { id: basedOn, rule_id: rule.id };
    const before = await call("GET /api/packs/{id}/rules/{rule_id}", { path });
    return { ...rule, revision: (before.revision ?? 1) + 1 };
  } catch (problem) {
    if (isProblem(problem, "rule-not-found") || isProblem(problem, "pack-not-found")) return rule;
    throw problem;
  }
}

/** What somebody else made of the draft meanwhile. */
async function others(id: string, rule_id: string): Promise<{ rule: Rule | null; revision: number }> {
  const { revision } = await call("GET /api/packs/{id}", { path: { id } });
  try {
    return { revision, rule: await call("GET /api/packs/{id}/rules/{rule_id}", { path: { id, rule_id } }) };
  } catch (problem) {
    if (isProblem(problem, "rule-not-found")) return { revision, rule: null };
    throw problem;
  }
}
