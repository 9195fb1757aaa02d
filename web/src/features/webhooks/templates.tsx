import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { call } from "../../api/call";
import type { TemplateView, RenderedNotice } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Field, Form, type Values } from "../../ui/form";
import { Lines } from "../../ui/inputs";
import { Loaded, Row, Rows } from "../../ui/list";
import { Doing } from "../../ui/doing";

const NAME = "GET /api/notifications/templates";

/** What notices say, kind by kind. */
export function Templates() {
  const queries = useQueryClient();
  const templates = useQuery({ queryKey: [NAME], queryFn: () => call(NAME) });
  const [edited, setEdited] = useState<TemplateView | null>(null);
  const done = async () => {
    setEdited(null);
    await queries.invalidateQueries({ queryKey: [NAME] });
  };
  return (
    <>
      <Loaded query={templates} rows={4}>
        {({ items }) => (
          <Rows items={items} empty={t.deliveries.empty}>
            {(template) => <TemplateRow key={template.kind} template={template} edit={setEdited} />}
          </Rows>
        )}
      </Loaded>
      {edited ? <Editor template={edited} done={done} close={() => setEdited(null)} /> : null}
    </>
  );
}

function TemplateRow({ template, edit }: { template: TemplateView; edit: (template: TemplateView) => void }) {
  return (
    <Row
      name={
        <>
          {template.subject}
          {template.own ? <span className="badge">{t.templates.own}</span> : null}
        </>
      }
      about={template.about}
    >
      <Button look="plain" aria-label={t.templates.editNamed(template.kind)} onClick={() => edit(template)}>
        {t.templates.edit}
      </Button>
    </Row>
  );
}

function Editor({
  template: { kind, subject, text, own, placeholders },
  done,
  close,
}: {
  template: TemplateView;
  done: () => Promise<void>;
  close: () => void;
}) {
  const [sample, setSample] = useState<RenderedNotice | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const save = async (values: Values) => {
    await call("PUT /api/notifications/templates/{kind}", { path: { kind }, body: words(values) });
    await done();
  };
  const preview = async () => {
    const form = frame.current?.querySelector("form");
    if (!form) return;
    const values = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
    setSample(await call("POST /api/notifications/templates/preview", { body: { ...words(values), kind } }));
  };
  const reset = async () => {
    await call("DELETE /api/notifications/templates/{kind}", { path: { kind } });
    await done();
  };
  const hint = t.templates.placeholders(placeholders.map((name) => `{${name}}`).join(", "));
  return (
    <Dialog title={t.templates.editTitle(kind)} onClose={close}>
      <div ref={frame}>
        <Form
          submit={save}
          label={t.templates.save}
          aside={<Doing label={t.templates.preview} perform={preview} />}
        >
          <Field
            name="subject"
            label={t.templates.subject}
            defaultValue={subject}
            required
            maxLength={200}
            autoFocus
          />
          <Lines
            name="text"
            label={t.templates.text}
            hint={hint}
            defaultValue={text}
            required
            maxLength={4000}
            rows={6}
          />
        </Form>
      </div>
      {sample ? (
        <div role="status">
          <p className="quiet">{t.templates.shown}</p>
          <pre className="event">{`${sample.subject}\n\n${sample.text}`}</pre>
        </div>
      ) : null}
      {own ? <Doing label={t.templates.reset} perform={reset} /> : null}
    </Dialog>
  );
}

function words({ subject = "", text = "" }: Values) {
  return { subject, text };
}
