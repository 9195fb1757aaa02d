import type { ReactNode } from "react";
import { t } from "../../texts";
import { Button } from "../../ui/button";

/** One turn of the conversation: a question, or what was said to it. */
export function Step({
  title,
  said,
  open,
  change,
  children,
}: {
  title: string;
  said: ReactNode;
  open: boolean;
  change: () => void;
  children: ReactNode;
}) {
  return (
    <section className={open ? "step open-step" : "step"}>
      <header>
        <h2>{title}</h2>
        {open ? null : (
          <Button look="plain" onClick={change} aria-label={t.check.changeNamed(title)}>
            {t.check.change}
          </Button>
        )}
      </header>
      {open ? children : <p className="said">{said}</p>}
    </section>
  );
}
