import type { ReactNode } from "react";
import type { TableProblem } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../button";
import { Notice } from "../notice";
import { Lines } from "./file-form";

interface Counts {
  added: number;
  changed: number;
  removed: number;
}

/** What an import did: read, new, changed, gone and left out. */
export function ImportReport({
  said,
  read,
  counts,
  skipped = [],
  children,
  done,
}: {
  said: string;
  read: string;
  counts: Counts | null;
  skipped?: readonly TableProblem[];
  children?: ReactNode;
  done: () => void;
}) {
  return (
    <div className="part">
      <Notice>{said}</Notice>
      <dl className="facts">
        <Fact term={t.files.read}>{read}</Fact>
        {counts ? (
          <>
            <Fact term={t.files.added}>{counts.added}</Fact>
            <Fact term={t.files.changed}>{counts.changed}</Fact>
            <Fact term={t.files.removed}>{counts.removed}</Fact>
          </>
        ) : null}
        {skipped.length ? <Fact term={t.files.skipped}>{t.files.skippedLines(skipped.length)}</Fact> : null}
      </dl>
      {skipped.length ? <Lines problems={skipped} /> : null}
      {children}
      <div className="actions">
        <Button look="primary" onClick={done}>
          {t.actions.done}
        </Button>
      </div>
    </div>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="fact">
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}
