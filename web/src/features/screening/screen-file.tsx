import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { call } from "../../api/call";
import { listOf } from "../../api/pages";
import type { BatchReport, BatchResult } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { FileForm, type Read } from "../../ui/files/file-form";
import { Choice } from "../../ui/form";
import { Row, Rows } from "../../ui/list";

const FIRST = { open: 0, matched: 0, clear: 1 } as const;

/** Everybody of a file at once; what has to be decided comes first. */
export function ScreenFile({ done }: { done: () => void }) {
  const queries = useQueryClient();
  const [watch, setWatch] = useState(false);
  const [report, setReport] = useState<BatchReport | null>(null);
  const send = async ({ text }: Read) => {
    setReport(await call("POST /api/screening-batches", { body: { text, watch } }));
    await queries.invalidateQueries({ queryKey: listOf("GET /api/screenings").queryKey });
  };
  if (report) return <Screened report={report} done={done} />;
  return (
    <div className="part">
      <p className="quiet">{t.screening.batchAbout}</p>
      <Choice
        name="batch_watch"
        label={t.screening.watch}
        hint={t.screening.watchHint}
        checked={watch}
        onChange={({ target }) => setWatch(target.checked)}
      />
      <FileForm
        kind="subjects"
        accept=".csv,.tsv,.txt"
        label={t.screening.screen}
        send={send}
        cancel={done}
      />
    </div>
  );
}

function Screened({ report, done }: { report: BatchReport; done: () => void }) {
  const results = [...report.results].sort((one, other) => FIRST[one.state] - FIRST[other.state]);
  return (
    <div className="part">
      <p>{t.screening.batchDone(report.screened, report.open, report.matched, report.clear)}</p>
      <Rows items={results} empty={t.screening.clear}>
        {(each) => <Result key={each.id} result={each} />}
      </Rows>
      <div className="actions">
        <Button onClick={done}>{t.actions.done}</Button>
      </div>
    </div>
  );
}

function Result({ result }: { result: BatchResult }) {
  const { id, name, line, reference, state, total, matched_name, score } = result;
  return (
    <Row
      name={
        <>
          <Link to={`/screenings/${id}`}>{name}</Link>
          <span className={state === "matched" ? "badge bad" : state === "open" ? "badge grey" : "badge"}>
            {t.screening.states[state]}
          </span>
        </>
      }
      about={
        <>
          {t.screening.batchLine(line)}
          {reference ? ` · ${reference}` : ""} · {t.screening.hits(total)}
          {matched_name ? ` · ${matched_name}, ${t.screening.score(Math.round((score ?? 0) * 100))}` : ""}
        </>
      }
    />
  );
}
