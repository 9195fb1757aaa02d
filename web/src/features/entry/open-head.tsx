import type { ReactNode } from "react";
import { useHeading } from "../../ui/page";

/** The heading of a page that needs no session. */
export function OpenHead({ title, children }: { title: string; children?: ReactNode }) {
  const heading = useHeading(title);
  return (
    <header>
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {children ? <p>{children}</p> : null}
    </header>
  );
}
