import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/call";
import { usePeople } from "../../api/people";
import { ApiProblem, isProblem } from "../../api/problem";
import type { PackView } from "../../api/routes";
import { t } from "../../texts";
import { Field, Form, type Values } from "../../ui/form";
import { Lines } from "../../ui/inputs";
import { Notice, Wrong } from "../../ui/notice";
import { Section } from "../../ui/page";
import { ClashDialog } from "./clash-dialog";
import { CoversList } from "./covers-list";
import { DocumentsList } from "./documents-list";
import { labelOf } from "./in-words";
import { type Chosen, type Merged, merge, settled } from "./merge";

type About = Pick<PackView, "title" | "notice" | "stale_after_months" | "covers" | "documents">;
interface Met {
  theirs: PackView;
  merged: Merged<About>;
}

/** The pack's own words, and the documents that its rules may ask for. */
export function DocumentsForm({ pack, editing }: { pack: PackView; editing: boolean }) {
  const queries = useQueryClient();
  const nameOf = usePeople();
  // What somebody began from; a newer version on the page must not empty what they typed.
  const [base, setBase] = useState(pack);
  const [met, setMet] = useState<Met | null>(null);
  const [saved, setSaved] = useState<readonly string[] | null>(null);
  const [error, setError] = useState<unknown>(null);

  const attempt = async (mine: About, began: PackView, taken: readonly string[]): Promise<void> => {
    const body = { revision: began.revision, ...mine };
    try {
      setBase(await call("PATCH /api/packs/{id}", { path: { id: pack.id }, body }));
      setSaved(taken);
      await queries.invalidateQueries({ queryKey: ["pack", pack.id] });
    } catch (problem) {
      if (!isProblem(problem, "edited-meanwhile")) throw problem;
      const theirs = await call("GET /api/packs/{id}", { path: { id: pack.id } });
      const merged = merge(aboutOf(began), mine, aboutOf(theirs));
      if (merged.clashes.length) return setMet({ theirs, merged });
      await attempt(merged.merged, theirs, [...taken, ...merged.taken]);
    }
  };
  const change = async (values: Values) => {
    setSaved(null);
    setError(null);
    await attempt(entered(base, values), base, []);
  };
  const put = async (id: string, next: PackView["documents"][number] | null) => {
    setSaved(null);
    setError(null);
    const documents = base.documents.flatMap((each) => (each.id === id ? (next ?? []) : each));
    try {
      await attempt({ ...aboutOf(base), documents }, base, []);
    } catch (problem) {
      setError(problem);
    }
  };
  const cover = async (covers: PackView["covers"]) => {
    setSaved(null);
    setError(null);
    try {
      await attempt({ ...aboutOf(base), covers }, base, []);
    } catch (problem) {
      setError(problem);
    }
  };
  const settle = async (chosen: Chosen) => {
    if (!met) return;
    setMet(null);
    try {
      await attempt(settled(met.merged, chosen), met.theirs, met.merged.taken);
    } catch (problem) {
      setError(problem);
    }
  };
  return (
    <Section title={t.packs.documents} about={t.packs.documentsAbout}>
      <CoversList covers={pack.covers} save={editing ? cover : null} />
      <DocumentsList documents={pack.documents} put={editing ? put : null} />
      {editing ? (
        <AboutForm key={base.revision} base={base} change={change} />
      ) : (
        <p className="quiet">{pack.notice}</p>
      )}
      {error ? <Wrong error={error} /> : null}
      {saved ? (
        <Notice>
          {t.packs.saved}
          {saved.length ? ` ${t.packs.savedWithTheirs(saved.map(labelOf).join(", "))}` : ""}
        </Notice>
      ) : null}
      {met ? (
        <ClashDialog
          who={nameOf(met.theirs.steps.at(-1)?.actor ?? "")}
          clashes={met.merged.clashes}
          taken={met.merged.taken}
          choose={(chosen) => void settle(chosen)}
          close={() => setMet(null)}
        />
      ) : null}
    </Section>
  );
}

function AboutForm({ base, change }: { base: PackView; change: (values: Values) => Promise<void> }) {
  return (
    <Form submit={change} label={t.actions.save}>
      <Field name="pack_title" label={t.packs.packTitle} defaultValue={base.title} required />
      <Lines name="notice" label={t.packs.notice} rows={3} defaultValue={base.notice} />
      <Field
        name="months"
        type="number"
        min="1"
        max="120"
        label={t.packs.staleAfter}
        defaultValue={base.stale_after_months}
        required
      />
      <Field name="document_title" label={t.packs.newDocument} />
      <Field name="document_id" label={t.packs.documentId} pattern="[a-z0-9]+(-[a-z0-9]+)*" />
    </Form>
  );
}

function aboutOf({ title, notice, stale_after_months, covers, documents }: PackView): About {
  return { title, notice, stale_after_months, covers, documents };
}

function entered(base: PackView, { pack_title, notice, months, document_id, document_title }: Values): About {
  if (base.documents.some(({ id }) => id === document_id))
    throw new ApiProblem(422, "id-taken", t.packs.idTaken, { field: "document_id" });
  const added = document_id && document_title ? [{ id: document_id, title: document_title }] : [];
  return {
    title: pack_title ?? base.title,
    notice: notice ?? base.notice,
    stale_after_months: Number(months),
    covers: base.covers,
    documents: [...base.documents, ...added],
  };
}
