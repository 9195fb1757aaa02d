import { useState } from "react";
import { ApiProblem } from "../../api/problem";
import type { TableProblem } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Labelled } from "../../ui/form";
import { Wrong } from "../../ui/notice";

/** One file, and what is wrong with it, line by line. */
export function FileForm({
  accept,
  label,
  send,
}: {
  accept: string;
  label: string;
  send: (file: File) => Promise<void>;
}) {
  const [file, setFile] = useState<File | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const act = async () => {
    if (!file) return;
    setBusy(true);
    setError(null);
    try {
      await send(file);
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  const problems =
    error instanceof ApiProblem && Array.isArray(error.more.problems) ? error.more.problems : [];
  return (
    <div className="part">
      <Labelled name="file" label={t.packs.file} hint={undefined}>
        {(told) => (
          <input
            {...told}
            type="file"
            accept={accept}
            className="input"
            onChange={({ target }) => setFile(target.files?.[0] ?? null)}
          />
        )}
      </Labelled>
      {error ? <Wrong error={error} /> : null}
      {problems.length > 1 ? (
        <ul className="reasons">
          {(problems as TableProblem[]).map(({ line, reason }, index) => (
            <li key={String(index)}>
              {t.packs.line(line)}: {reason}
            </li>
          ))}
        </ul>
      ) : null}
      <div className="actions">
        <Button look="primary" busy={busy} onClick={() => void act()}>
          {label}
        </Button>
      </div>
    </div>
  );
}
