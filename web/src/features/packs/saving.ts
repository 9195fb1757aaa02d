import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";
import { call } from "../../api/call";
import { isProblem } from "../../api/problem";
import type { PackView, Rule } from "../../api/routes";
import { type Chosen, type Merged, merge, settled } from "./merge";

/** Somebody else changed the draft since this rule was read. */
export interface Met {
  /** Who did so last. */
  actor: string;
  revision: number;
  /** Their rule; null if they took it out. */
  theirs: Rule | null;
  merged: Merged<Rule> | null;
}

/** A rule of a draft while somebody edits it. Saving keeps what others have changed meanwhile. */
export function useSaving(stored: Rule, pack: PackView, read: number, justMade: boolean) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [rule, setRule] = useState(stored);
  const [base, setBase] = useState(stored);
  const [revision, setRevision] = useState(read);
  const [met, setMet] = useState<Met | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  /** Which members of somebody else were taken over when it was saved; null if it was not. */
  const [saved, setSaved] = useState<readonly string[] | null>(justMade ? [] : null);
  const isNew = !base.id;
  const changed = JSON.stringify(rule) !== JSON.stringify(base);

  const put = async (edited: Rule, of: number): Promise<void> => {
    const numbered = await withRevision(edited, pack.based_on);
    const path = { id: pack.id, rule_id: edited.id };
    const next = await call("PUT /api/packs/{id}/rules/{rule_id}", {
      path,
      body: { revision: of, rule: numbered },
    });
    queries.setQueryData(["pack", pack.id], next);
    await queries.invalidateQueries({ queryKey: ["pack", pack.id, "rules"] });
    setRevision(next.revision);
    setRule(numbered);
    setBase(numbered);
    // A rule that is new has no page of its own yet, which would read it anyhow.
    if (!isNew)
      queries.setQueryData(["pack", pack.id, "rule", edited.id], { rule: numbered, revision: next.revision });
    if (isNew) await navigate(`/packs/${pack.id}/rules/${edited.id}`, { replace: true, state: "made" });
  };
  const attempt = async (edited: Rule, began: Rule, of: number, taken: readonly string[]): Promise<void> => {
    try {
      await put(edited, of);
      setSaved(taken);
    } catch (problem) {
      if (!isProblem(problem, "edited-meanwhile")) throw problem;
      const found = await others(pack.id, edited.id);
      const merged = found.theirs && merge(began, edited, found.theirs);
      const removed = !found.theirs && Boolean(began.id);
      if (removed || merged?.clashes.length) return setMet({ ...found, merged });
      const both = [...taken, ...(merged?.taken ?? [])];
      await attempt(merged?.merged ?? edited, found.theirs ?? began, found.revision, both);
    }
  };
  const drop = (of: number) => {
    const path = { id: pack.id, rule_id: base.id };
    return call("DELETE /api/packs/{id}/rules/{rule_id}", { path, query: { revision: of } });
  };
  const guarded = async (action: () => Promise<unknown>) => {
    setBusy(true);
    setError(null);
    setSaved(null);
    setMet(null);
    try {
      await action();
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return {
    ...{ rule, revision, met, busy, error, saved, isNew, changed },
    edit: (next: Rule) => {
      setSaved(null);
      setRule(next);
    },
    undo: () => setRule(base),
    save: () => (changed || isNew ? guarded(() => attempt(rule, base, revision, [])) : setSaved([])),
    /** Save with what was chosen; without anything of theirs, the rule comes back. */
    settle: (chosen: Chosen) =>
      met
        ? guarded(() => {
            const whole = met.merged ? settled(met.merged, chosen) : rule;
            return attempt(whole, met.theirs ?? base, met.revision, met.merged?.taken ?? []);
          })
        : undefined,
    leave: () => setMet(null),
    /** Out of the draft, whatever else of the draft changed; a rule that others changed is shown first. */
    remove: async () => {
      try {
        await drop(revision);
      } catch (problem) {
        if (!isProblem(problem, "edited-meanwhile")) throw problem;
        const { revision, theirs } = await others(pack.id, base.id);
        if (theirs && merge(base, base, theirs).taken.length) {
          setRevision(revision);
          setBase(theirs);
          setRule(merge(base, rule, theirs).merged);
          throw problem;
        }
        if (theirs) await drop(revision);
      }
      await queries.invalidateQueries({ queryKey: ["pack", pack.id] });
      await navigate(`/packs/${pack.id}`);
    },
  };
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

/** What somebody else made of the draft meanwhile. The version is asked first: its rule is as new, or newer. */
async function others(id: string, rule_id: string) {
  const { revision, steps } = await call("GET /api/packs/{id}", { path: { id } });
  const actor = steps.at(-1)?.actor ?? "";
  try {
    const theirs = await call("GET /api/packs/{id}/rules/{rule_id}", { path: { id, rule_id } });
    return { revision, actor, theirs };
  } catch (problem) {
    if (isProblem(problem, "rule-not-found")) return { revision, actor, theirs: null };
    throw problem;
  }
}
