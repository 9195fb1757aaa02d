import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../../api/call";
import type { PackView } from "../../../api/routes";
import { t } from "../../../texts";
import { Field, Form, type Values } from "../../../ui/form";
import { Lines } from "../../../ui/inputs";
import { Notice } from "../../../ui/notice";
import { Section } from "../../../ui/page";

/** The pack's own words, and the documents that its rules may ask for. */
export function DocumentsForm({ pack, editing }: { pack: PackView; editing: boolean }) {
  const queries = useQueryClient();
  const [saved, setSaved] = useState(false);
  const change = async (values: Values) => {
    setSaved(false);
    const documents = [...pack.documents];
    if (values.document_id && values.document_title)
      documents.push({ id: values.document_id, title: values.document_title });
    const body = {
      revision: pack.revision,
      title: values.pack_title ?? pack.title,
      notice: values.notice ?? pack.notice,
      stale_after_months: Number(values.months),
      documents,
    };
    await call("PATCH /api/packs/{id}", { path: { id: pack.id }, body });
    setSaved(true);
    await queries.invalidateQueries({ queryKey: ["pack", pack.id] });
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
      {saved ? <Notice>{t.packs.saved}</Notice> : null}
    </Section>
  );
}
