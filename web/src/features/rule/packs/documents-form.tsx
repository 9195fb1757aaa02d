import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../../api/call";
import { isProblem } from "../../../api/problem";
import type { PackView } from "../../../api/routes";
import { t } from "../../../texts";
import { Field, Form, type Values } from "../../../ui/form";
import { Lines } from "../../../ui/inputs";
import { Notice } from "../../../ui/notice";
import { Section } from "../../../ui/page";
import { Collision } from "./collision";
import { type Loose, type Merged, merge } from "./merge";

const NAMES = { title: t.packs.packTitle, notice: t.packs.notice, stale_after_months: t.packs.staleAfter };

interface Clashing {
  merged: Merged;
  theirs: PackView;
  values: Values;
}

/** The pack's own words, and the documents that its rules may ask for. */
export function DocumentsForm({ pack, editing }: { pack: PackView; editing: boolean }) {
  const queries = useQueryClient();
  const [saved, setSaved] = useState(false);
  const [clashing, setClashing] = useState<Clashing | null>(null);
  const put = async (of: PackView, words: Loose, values: Values) => {
    const documents = withNew(of, values);
    await call("PATCH /api/packs/{id}", {
      path: { id: pack.id },
      body: { ...words, revision: of.revision, documents },
    });
    setClashing(null);
    setSaved(true);
    await queries.invalidateQueries({ queryKey: ["pack", pack.id] });
  };
  const change = async (values: Values) => {
    setSaved(false);
    const mine = wordsOf(values, pack);
    try {
      await put(pack, mine, values);
    } catch (problem) {
      if (!isProblem(problem, "edited-meanwhile")) throw problem;
      const theirs = await call("GET /api/packs/{id}", { path: { id: pack.id } });
      const merged = merge(ownWords(pack), mine, ownWords(theirs));
      if (merged.clashes.length) setClashing({ merged, theirs, values });
      else await put(theirs, merged.both, values);
    }
  };
  const list = pack.documents.map(({ id, title }) => <li key={id}>{title}</li>);
  return (
    <Section title={t.packs.documents} about={t.packs.documentsAbout}>
      <details className="whole maybe">
        <summary>{t.packs.documentCount(pack.documents.length)}</summary>
        <ul className="reasons">{list}</ul>
      </details>
      {editing ? (
        <Form key={pack.revision} submit={change} label={t.actions.save}>
          <Field name="pack_title" label={t.packs.packTitle} defaultValue={pack.title} required />
          <Lines name="notice" label={t.packs.notice} rows={3} defaultValue={pack.notice} />
          <Field
            name="months"
            type="number"
            min="1"
            max="120"
            label={t.packs.staleAfter}
            defaultValue={pack.stale_after_months}
            required
          />
          <Field name="document_title" label={t.packs.newDocument} />
          <Field name="document_id" label={t.packs.documentId} pattern="[a-z0-9]+(-[a-z0-9]+)*" />
        </Form>
      ) : (
        <p className="quiet">{pack.notice}</p>
      )}
      {clashing ? (
        <Collision
          merged={clashing.merged}
          theirs={ownWords(clashing.theirs)}
          names={NAMES}
          save={(both) => put(clashing.theirs, both, clashing.values)}
          close={() => setClashing(null)}
        />
      ) : null}
      {saved ? <Notice>{t.packs.saved}</Notice> : null}
    </Section>
  );
}

function ownWords({ title, notice, stale_after_months }: PackView): Loose {
  return { title, notice, stale_after_months };
}

function wordsOf(values: Values, pack: PackView): Loose {
  return {
    title: values.pack_title ?? pack.title,
    notice: values.notice ?? pack.notice,
    stale_after_months: Number(values.months),
  };
}

function withNew({ documents }: PackView, { document_id: id, document_title: title }: Values) {
  return id && title ? [...documents, { id, title }] : documents;
}
