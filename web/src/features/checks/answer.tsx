import { type ReactNode, useEffect, useRef } from "react";
import type { Check as Check } from "../../api/routes";
import { t } from "../../texts";
import { Aside } from "./aside";
import { Charges } from "./charges";
import { DomainsAsked } from "./domains-asked";
import { ElsewhereLinks } from "./elsewhere-links";
import { Requirements } from "./requirements";
import type { Ticks } from "./ticks";
import { headline, situation } from "./verdict";

/** The verdict, the open questions, and the list that one can act on. */
export function Answer({
  check,
  questions,
  actions,
  ticks,
  aside,
  fresh = false,
  renewing = false,
}: {
  check: Check;
  questions?: ReactNode;
  actions: ReactNode;
  /** Of a kept check: what is done of it. */
  ticks?: Ticks;
  aside?: ReactNode;
  /** Whether it came from what was just said, so that the eye and the keyboard should go there. */
  fresh?: boolean;
  renewing?: boolean;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (!fresh) return;
    heading.current?.focus({ preventScroll: true });
    heading.current?.scrollIntoView({ block: "start" });
  }, [fresh]);
  const { verdict } = check;
  return (
    <div className="answer" aria-busy={renewing}>
      <section className={`verdict ${verdict}`}>
        <h2 ref={heading} tabIndex={-1}>
          {headline(check)}
        </h2>
        <p>{situation(check)}</p>
        <DomainsAsked check={check} />
        <div className="actions">{actions}</div>
        <ElsewhereLinks facts={check.facts} />
        <p className="quiet small">{t.answer.notAdvice}</p>
        {aside}
      </section>
      {questions}
      <Requirements check={check} ticks={ticks} />
      <Charges cost={check.landed_cost} />
      <Aside check={check} />
    </div>
  );
}
