import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/call";
import type { TableReport } from "../../api/routes";
import { t } from "../../texts";
import { Pick } from "../../ui/inputs";
import { FileForm, type Read } from "../../ui/files/file-form";
import { ImportReport } from "../../ui/files/import-report";

const EDITIONS = ["HS2022", "HS2017", "HS2012"] as const;

/** A whole table from a file; nothing of it is taken if a line is wrong. */
export function ImportTable({ done }: { done: () => void }) {
  const queries = useQueryClient();
  const [edition, setEdition] = useState<string>(EDITIONS[0]);
  const [report, setReport] = useState<TableReport | null>(null);
  const send = async ({ file, text, shrinks }: Read) => {
    setReport(await call("POST /api/hs/import", { body: { text, file: file.name, edition, shrinks } }));
    await queries.invalidateQueries();
  };
  if (report) {
    const { state, chapters, headings, subheadings, skipped } = report;
    const unchanged = state === "unchanged";
    return (
      <ImportReport
        said={unchanged ? t.files.unchangedTable : t.files.importedTable(report.edition)}
        read={t.files.readTable(chapters, headings, subheadings)}
        counts={unchanged ? null : report}
        skipped={skipped}
        done={done}
      />
    );
  }
  return (
    <div className="part">
      <p className="quiet">{t.goods.importAbout}</p>
      <Pick
        name="edition"
        label={t.goods.edition}
        value={edition}
        onChange={({ target }) => setEdition(target.value)}
        options={EDITIONS.map((value) => ({ value, text: value }))}
      />
      <FileForm kind="hs" accept=".csv,.tsv,.txt" label={t.goods.import} send={send} cancel={done} />
    </div>
  );
}
