import { useState } from "react";
import type { PackView } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { Field, Form, type Values } from "../../ui/form";
import { Lines } from "../../ui/inputs";
import { Row } from "../../ui/list";

type Document = PackView["documents"][number];

/** The pack's documents; in a draft each can be worded otherwise or taken out. */
export function DocumentsList({
  documents,
  put,
}: {
  documents: readonly Document[];
  /** Nothing, if they can only be read. A document of no new words is taken out. */
  put: ((id: string, next: Document | null) => Promise<void>) | null;
}) {
  const [asked, setAsked] = useState<Document | null>(null);
  const close = () => setAsked(null);
  const save = (id: string) => async (values: Values) => {
    const { title = "", about = "" } = values;
    await put?.(id, about ? { id, title, about } : { id, title });
    close();
  };
  return (
    <details className="whole maybe">
      <summary>{t.packs.documentCount(documents.length)}</summary>
      <ul className="rows">
        {documents.map((each) => (
          <Row key={each.id} name={each.title} about={[each.id, each.about].filter(Boolean).join(" · ")}>
            {put ? (
              <>
                <Button
                  look="plain"
                  aria-label={t.check.changeNamed(each.title)}
                  onClick={() => setAsked(each)}
                >
                  {t.check.change}
                </Button>
                <Button
                  look="plain danger"
                  aria-label={`${t.packs.removeDocument}: ${each.title}`}
                  onClick={() => void put(each.id, null)}
                >
                  {t.packs.removeDocument}
                </Button>
              </>
            ) : null}
          </Row>
        ))}
      </ul>
      {asked ? (
        <Dialog title={asked.title} onClose={close}>
          <Form submit={save(asked.id)} label={t.actions.save}>
            <Field
              name="title"
              label={t.packs.packTitle}
              defaultValue={asked.title}
              required
              maxLength={300}
            />
            <Lines name="about" label={t.packs.documentAbout} rows={2} defaultValue={asked.about ?? ""} />
          </Form>
        </Dialog>
      ) : null}
    </details>
  );
}
