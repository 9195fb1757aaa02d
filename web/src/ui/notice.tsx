import type { ReactNode } from "react";
import { ApiProblem } from "../api/problem";
import { t } from "../texts";
import { Icon, type IconName } from "./icon";

/** Said aloud when it appears. */
export function Notice({ children, icon = "check" }: { children: ReactNode; icon?: IconName }) {
  return (
    <div className="notice appears" role="status">
      <Icon name={icon} />
      <div>{children}</div>
    </div>
  );
}

/** What went wrong, in the node's own words where it has some. */
export function Wrong({ error }: { error: unknown }) {
  const id = error instanceof ApiProblem ? error.more.request_id : undefined;
  return (
    <div className="notice bad appears" role="alert">
      <Icon name="broken" />
      <div>
        {wordsFor(error)}
        {error instanceof ApiProblem && error.status >= 500 && id ? (
          <small>{t.wrong.quote(String(id))}</small>
        ) : null}
      </div>
    </div>
  );
}

export function wordsFor(error: unknown): string {
  if (!(error instanceof ApiProblem)) return t.wrong.unexpected;
  if (error.kind === "unreachable") return t.wrong.unreachable;
  const known: Readonly<Record<string, string>> = t.problems;
  return known[error.kind] ?? (error.detail || t.wrong.unexpected);
}
