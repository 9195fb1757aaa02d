import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ApiProblem, isProblem } from "../../api/problem";
import type { FileForms, TableProblem } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../button";
import { Labelled } from "../form";
import { Wrong } from "../notice";
import { Columns, Sample } from "./file-columns";
import { textOf, UnfitFile } from "./file-text";
import { fileFormsQuery } from "../../api/files";

export interface Read {
  file: File;
  text: string;
  /** Somebody said that more than half of what is there may go. */
  shrinks: boolean;
}

/** One file: what it has to hold, and what is wrong with it, line by line. */
export function FileForm({
  kind,
  accept,
  label,
  send,
  cancel,
}: {
  kind: keyof FileForms;
  accept: string;
  label: string;
  send: (read: Read) => Promise<void>;
  cancel: () => void;
}) {
  const forms = useQuery(fileFormsQuery);
  const [file, setFile] = useState<File | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const form = forms.data?.[kind];
  const act = async (shrinks: boolean) => {
    setBusy(true);
    setError(null);
    try {
      if (!file) throw new UnfitFile(t.files.choose);
      const text = await textOf(file, form?.most_bytes ?? Number.POSITIVE_INFINITY, accept);
      await send({ file, text, shrinks });
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  const halved = isProblem(error, "file-shrinks");
  return (
    <div className="part">
      <Labelled name="file" label={t.packs.file} hint={undefined}>
        {(told) => (
          <input
            {...told}
            type="file"
            accept={accept}
            className="input"
            onChange={({ target }) => {
              setFile(target.files?.[0] ?? null);
              setError(null);
            }}
          />
        )}
      </Labelled>
      {error ? (
        <div className="part" ref={seen}>
          <Wrong error={error} />
          <Problems error={error} />
        </div>
      ) : null}
      {form ? <Sample name={kind} form={form} /> : null}
      {form ? <Columns form={form} /> : null}
      <div className="actions">
        <Button onClick={cancel}>{t.actions.cancel}</Button>
        <Button look={halved ? "danger" : "primary"} busy={busy} onClick={() => void act(halved)}>
          {halved ? t.files.anyway : label}
        </Button>
      </div>
    </div>
  );
}

/** In a long form, what is wrong would lie below what one sees. */
const seen = (element: HTMLElement | null) => element?.scrollIntoView({ block: "nearest" });

const SHOWN = 20;

/** Every line that is wrong, if there is more than the one that the refusal names. */
function Problems({ error }: { error: unknown }) {
  const problems =
    error instanceof ApiProblem && Array.isArray(error.more.problems) ? error.more.problems : [];
  if (problems.length < 2) return null;
  return <Lines problems={problems as TableProblem[]} />;
}

/** Lines of a file with what is to say about each. */
export function Lines({ problems }: { problems: readonly TableProblem[] }) {
  return (
    <ul className="reasons">
      {problems.slice(0, SHOWN).map(({ line, reason }, index) => (
        <li key={String(index)}>{line ? `${t.packs.line(line)}: ${reason}` : reason}</li>
      ))}
      {problems.length > SHOWN ? <li>{t.files.more(problems.length - SHOWN)}</li> : null}
    </ul>
  );
}
