import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { t } from "../texts";
import { Button } from "./button";
import { Wrong } from "./notice";

/** A native modal: the browser keeps the focus inside and gives it back afterwards. */
export function Dialog({
  title,
  children,
  onClose,
}: {
  title: string;
  children: ReactNode;
  onClose: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    dialog.current?.showModal();
    // The browser would choose whatever can be focused first, even at the end of a long text.
    const first = dialog.current?.querySelector<HTMLElement>("[data-first]");
    (first ?? dialog.current?.querySelector("h2"))?.focus();
  }, []);
  return (
    <dialog ref={dialog} className="dialog" aria-labelledby={id} onClose={onClose}>
      <div>
        <h2 id={id} tabIndex={-1}>
          {title}
        </h2>
        {children}
      </div>
    </dialog>
  );
}

/** A button for what cannot be undone: it asks first, and stays until the node has done it. */
export function Confirmed({
  label,
  name,
  title,
  about,
  confirm,
  perform,
  look = "plain danger",
}: {
  label: string;
  /** What a screen reader hears, when many such buttons stand on a page. */
  name?: string;
  title: string;
  about: ReactNode;
  confirm: string;
  perform: () => Promise<unknown>;
  look?: "plain danger" | "danger" | "plain";
}) {
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const act = async () => {
    setBusy(true);
    setError(null);
    try {
      await perform();
      setOpen(false);
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button look={look} aria-label={name} onClick={() => setOpen(true)}>
        {label}
      </Button>
      {open ? (
        <Dialog title={title} onClose={() => setOpen(false)}>
          <p className="quiet">{about}</p>
          {error ? <Wrong error={error} /> : null}
          <div className="actions">
            <Button onClick={() => setOpen(false)}>{t.actions.cancel}</Button>
            <Button look="danger" busy={busy} onClick={act}>
              {confirm}
            </Button>
          </div>
        </Dialog>
      ) : null}
    </>
  );
}
