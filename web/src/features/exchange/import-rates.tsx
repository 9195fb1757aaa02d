import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/call";
import { listOf } from "../../api/pages";
import type { RatesReport } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { dayName } from "../../ui/dates";
import { Field } from "../../ui/form";
import { FileForm, type Read } from "../../ui/files/file-form";
import { UnfitFile } from "../../ui/files/file-text";
import { Notice } from "../../ui/notice";

const SOURCE = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** A publisher's file, or a table of one's own: all of it, or nothing. */
export function ImportRates({ done }: { done: () => void }) {
  const queries = useQueryClient();
  const [source, setSource] = useState("ecb");
  const [report, setReport] = useState<RatesReport | null>(null);
  const send = async ({ text }: Read) => {
    if (!SOURCE.test(source)) throw new UnfitFile(t.exchange.nameSource);
    setReport(await call("PUT /api/exchange-rates/{source}", { path: { source }, body: { file: text } }));
    await queries.invalidateQueries({ queryKey: listOf("GET /api/exchange-rates").queryKey });
  };
  if (report)
    return (
      <div className="part">
        <Notice>{t.exchange.taken(report.rates, dayName(report.since), dayName(report.until))}</Notice>
        <div className="actions">
          <Button look="primary" onClick={done}>
            {t.actions.done}
          </Button>
        </div>
      </div>
    );
  return (
    <div className="part">
      <p className="quiet">{t.exchange.importAbout}</p>
      <Field
        name="source"
        label={t.exchange.source}
        hint={t.exchange.sourceHint}
        value={source}
        maxLength={40}
        autoComplete="off"
        onChange={({ target }) => setSource(target.value)}
      />
      <FileForm
        kind="rates"
        accept=".csv,.tsv,.txt,.json"
        label={t.exchange.import}
        send={send}
        cancel={done}
      />
    </div>
  );
}
