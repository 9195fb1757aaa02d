import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../../api/call";
import type { TableReport } from "../../../api/routes";
import { t } from "../../../texts";
import { FileForm, type Read } from "../file-form";
import { ImportReport } from "../import-report";

/** A whole table from a file; nothing of it is taken if a line is wrong. */
export function ImportTable({ done }: { done: () => void }) {
  const queries = useQueryClient();
  const [report, setReport] = useState<TableReport | null>(null);
  const send = async ({ file, text, shrinks }: Read) => {
    setReport(await call("POST /api/hs/import", { body: { text, file: file.name, shrinks } }));
    await queries.invalidateQueries();
  };
  if (report) {
    const { state, edition, chapters, headings, subheadings, skipped } = report;
    const unchanged = state === "unchanged";
    return (
      <ImportReport
        said={unchanged ? t.files.unchangedTable : t.files.importedTable(edition)}
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
      <FileForm kind="hs" accept=".csv,.tsv,.txt" label={t.goods.import} send={send} cancel={done} />
    </div>
  );
}
