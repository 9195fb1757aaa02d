import type { ReactNode } from "react";

/** Names and values, one under the other. */
export function Facts({ of, mono = false }: { of: [string, ReactNode][]; mono?: boolean }) {
  return (
    <dl className="facts">
      {of.map(([name, value]) => (
        <div className="fact" key={name}>
          <dt>{name}</dt>
          <dd className={mono ? "mono" : undefined}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
