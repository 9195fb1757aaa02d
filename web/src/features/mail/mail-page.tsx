import { useState } from "react";
import type { FolderLetter } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import { List } from "../../ui/list";
import { Page } from "../../ui/page";
import { linked } from "./linked";

/** The letters of a development node, which sends none. */
export default function MailPage() {
  const [open, setOpen] = useState<FolderLetter | null>(null);
  return (
    <Page title={t.mail.title} lead={t.mail.lead}>
      <List name="GET /api/mail" empty={t.mail.empty}>
        {(letter) => (
          <li key={letter.id}>
            <button type="button" className="row opens" onClick={() => setOpen(letter)}>
              <span className="what">
                <span className="name">{letter.subject}</span>
                <span className="about">{t.mail.to(letter.to)}</span>
              </span>
            </button>
          </li>
        )}
      </List>
      {open ? <Letter letter={open} close={() => setOpen(null)} /> : null}
    </Page>
  );
}

function Letter({ letter, close }: { letter: FolderLetter; close: () => void }) {
  return (
    <Dialog title={letter.subject} onClose={close}>
      <p className="quiet">{t.mail.to(letter.to)}</p>
      <article className="letter">
        <pre>
          {linked(letter.text).map((part, index) =>
            part.href ? (
              <a key={String(index)} href={part.href}>
                {part.text}
              </a>
            ) : (
              part.text
            ),
          )}
        </pre>
      </article>
      <div className="actions">
        <Button onClick={close}>{t.shell.close}</Button>
      </div>
    </Dialog>
  );
}
