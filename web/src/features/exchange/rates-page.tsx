import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/call";
import { listOf } from "../../api/pages";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { dayName } from "../../ui/dates";
import { Confirmed, Dialog } from "../../ui/dialog";
import { Field } from "../../ui/form";
import { List, Row } from "../../ui/list";
import { Page } from "../../ui/page";
import { ImportRates } from "./import-rates";

/** The exchange rates that hold on a day, by source. */
export default function RatesPage() {
  const queries = useQueryClient();
  const [day, setDay] = useState(new Date().toISOString().slice(0, 10));
  const [importing, setImporting] = useState(false);
  const drop = async (source: string) => {
    await call("DELETE /api/exchange-rates/{source}", { path: { source } });
    await queries.invalidateQueries({ queryKey: listOf("GET /api/exchange-rates").queryKey });
  };
  return (
    <Page
      title={t.exchange.title}
      lead={t.exchange.lead}
      action={<Button onClick={() => setImporting(true)}>{t.exchange.import}</Button>}
    >
      <div className="filter-grid">
        <Field
          name="day"
          type="date"
          label={t.exchange.day}
          value={day}
          required
          onChange={({ target }) => target.value && setDay(target.value)}
        />
      </div>
      <List name="GET /api/exchange-rates" narrowed={{ day }} empty={t.exchange.empty}>
        {({ source, base, quote, per, value, since, until }) => (
          <Row
            key={`${source} ${base} ${quote} ${since}`}
            name={t.exchange.rate(per, base, value, quote)}
            about={`${source} · ${t.answer.period(dayName(since), dayName(until))}`}
          >
            <Confirmed
              label={t.exchange.drop(source)}
              name={t.exchange.dropOf(source)}
              title={t.exchange.dropOf(source)}
              about={t.exchange.dropAbout}
              confirm={t.exchange.forget}
              perform={() => drop(source)}
            />
          </Row>
        )}
      </List>
      {importing ? (
        <Dialog title={t.exchange.import} onClose={() => setImporting(false)}>
          <ImportRates done={() => setImporting(false)} />
        </Dialog>
      ) : null}
    </Page>
  );
}
