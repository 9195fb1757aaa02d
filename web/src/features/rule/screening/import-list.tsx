import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../../api/call";
import type { ListReport } from "../../../api/routes";
import { t } from "../../../texts";
import { Labelled } from "../../../ui/form";
import { Notice } from "../../../ui/notice";
import { FileForm } from "../file-form";

/** A whole list from a file: the next version of its name. */
export function ImportList() {
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const [report, setReport] = useState<ListReport | null>(null);
  const send = async (file: File) => {
    setReport(null);
    const format = file.name.endsWith(".json") ? "json" : "csv";
    const body = { list: name, title: "", format, text: await file.text() } as const;
    setReport(await call("POST /api/parties/import", { body }));
    await queries.invalidateQueries({ queryKey: ["parties"] });
  };
  return (
    <div className="part">
      <p className="quiet">{t.screening.importAbout}</p>
      <Labelled name="list" label={t.screening.listName} hint={t.packs.packNameHint}>
        {(told) => (
          <input
            {...told}
            className="input"
            value={name}
            autoComplete="off"
            onChange={({ target }) => setName(target.value.trim())}
          />
        )}
      </Labelled>
      <FileForm accept=".csv,.json" label={t.screening.import} send={send} />
      {report ? (
        <Notice>
          {report.state === "unchanged"
            ? t.goods.unchanged
            : t.goods.imported(report.added, report.changed, report.removed)}
        </Notice>
      ) : null}
    </div>
  );
}
