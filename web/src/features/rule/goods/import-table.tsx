import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../../api/call";
import type { TableReport } from "../../../api/routes";
import { t } from "../../../texts";
import { FileForm } from "../file-form";
import { Notice } from "../../../ui/notice";

/** A whole table from a file; nothing of it is taken if a line is wrong. */
export function ImportTable() {
  const queries = useQueryClient();
  const [report, setReport] = useState<TableReport | null>(null);
  const send = async (file: File) => {
    setReport(null);
    const found = await call("POST /api/hs/import", { body: { text: await file.text(), file: file.name } });
    setReport(found);
    await queries.invalidateQueries();
  };
  return (
    <div className="part">
      <p className="quiet">{t.goods.importAbout}</p>
      <FileForm accept=".csv" label={t.goods.import} send={send} />
      {report ? (
        <Notice>
          {report.state === "unchanged"
            ? t.goods.unchanged
            : t.goods.imported(report.added, report.changed, report.removed)}
          {report.skipped.length ? (
            <ul className="reasons">
              {report.skipped.slice(0, 20).map(({ line, reason }) => (
                <li key={line}>
                  {t.packs.line(line)}: {reason}
                </li>
              ))}
            </ul>
          ) : null}
        </Notice>
      ) : null}
    </div>
  );
}
