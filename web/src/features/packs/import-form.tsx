import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/call";
import { ApiProblem } from "../../api/problem";
import type { Flaw, ImportReport, PackView } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Labelled } from "../../ui/form";
import { Notice, Wrong } from "../../ui/notice";
import { Sample } from "../../ui/files/file-columns";
import { textOf, UnfitFile } from "../../ui/files/file-text";
import { fileFormsQuery } from "../../api/files";
import { Changes } from "./changes";
import { FlawList } from "./flaw-list";

const KINDS = ".yaml,.yml,.csv";

/** A file is tried first: its report says what it would change, or which line keeps it out. */
export function ImportForm({ made }: { made: (pack: PackView | null) => Promise<void> }) {
  const form = useQuery(fileFormsQuery).data?.pack;
  const [file, setFile] = useState<File | null>(null);
  const [busy, setBusy] = useState(false);
  const [report, setReport] = useState<ImportReport | null>(null);
  const [error, setError] = useState<unknown>(null);
  const send = async (dry_run: boolean) => {
    setBusy(true);
    setError(null);
    try {
      if (!file) throw new UnfitFile(t.files.choose);
      const content = await textOf(file, form?.most_bytes ?? Number.POSITIVE_INFINITY, KINDS);
      const body = { file: file.name, content, dry_run };
      const found = await call("POST /api/packs", { body });
      setReport(found);
      if (!dry_run) await made(found.pack);
    } catch (problem) {
      setReport(null);
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  const flaws =
    error instanceof ApiProblem && Array.isArray(error.more.flaws) ? (error.more.flaws as Flaw[]) : [];
  const fine = report !== null && !report.flaws.length;
  return (
    <div className="part">
      <p className="quiet">{t.packs.importAbout}</p>
      <Labelled name="file" label={t.packs.file} hint={undefined}>
        {(told) => (
          <input
            {...told}
            type="file"
            accept={KINDS}
            className="input"
            onChange={({ target }) => {
              setFile(target.files?.[0] ?? null);
              setReport(null);
              setError(null);
            }}
          />
        )}
      </Labelled>
      {form ? <Sample name="pack" form={form} /> : null}
      {report ? (
        <>
          {fine ? <Notice>{t.packs.importFine(report.name, report.rules)}</Notice> : null}
          <FlawList flaws={report.flaws} />
          {report.changes ? <Changes diff={report.changes} /> : null}
        </>
      ) : null}
      {flaws.length ? <FlawList flaws={flaws} /> : error ? <Wrong error={error} /> : null}
      <div className="actions">
        <Button
          busy={busy}
          disabled={!file}
          {...(fine ? {} : { look: "primary" as const })}
          onClick={() => void send(true)}
        >
          {t.packs.tryFile}
        </Button>
        {fine ? (
          <Button look="primary" busy={busy} onClick={() => void send(false)}>
            {t.packs.makeDraft}
          </Button>
        ) : null}
      </div>
    </div>
  );
}
