import { type ReactNode, useEffect, useRef } from "react";
import { t } from "../texts";

let opened = false;

/** One page's frame. It names the document, and moves the focus to the heading when somebody came here from
 * another page, as a browser does when it loads one. */
export function Page({
  title,
  lead,
  action,
  children,
}: {
  title: string;
  lead?: ReactNode;
  action?: ReactNode;
  children: ReactNode;
}) {
  const heading = useHeading(title);
  return (
    <div className="page appears">
      <header>
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {lead ? <p>{lead}</p> : null}
        </div>
        {action ? <div className="actions">{action}</div> : null}
      </header>
      {children}
    </div>
  );
}

export function useHeading(title: string) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${t.name}`;
  }, [title]);
  useEffect(() => {
    if (opened) heading.current?.focus({ preventScroll: true });
    opened = true;
  }, []);
  return heading;
}

export function Section({
  title,
  about,
  children,
}: {
  title: string;
  about?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="section">
      <header>
        <h2>{title}</h2>
        {about ? <p>{about}</p> : null}
      </header>
      <div>{children}</div>
    </section>
  );
}
