import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/call";
import { useDeviceNames } from "../../api/devices";
import type { NewReportSchedule, ReportSchedule } from "../../api/routes";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { momentName } from "../../ui/dates";
import { Confirmed, Dialog } from "../../ui/dialog";
import { Field, Form, type Values } from "../../ui/form";
import { Pick } from "../../ui/inputs";
import { List, Row } from "../../ui/list";
import { Section } from "../../ui/page";

const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The report that is looked at: what a new schedule is of. */
export interface Looked {
  report: NewReportSchedule["report"];
  device: string;
  above_mps: number | null;
}

/** Reports that come by letter, each day, week or month. */
export function Schedules({ looked }: { looked: Looked }) {
  const queries = useQueryClient();
  const [making, setMaking] = useState(false);
  const renew = () => queries.invalidateQueries({ queryKey: ["GET /api/report-schedules"] });
  const remove = async (id: string) => {
    await call("DELETE /api/report-schedules/{id}", { path: { id } });
    await renew();
  };
  const made = async () => {
    setMaking(false);
    await renew();
  };
  return (
    <Section title={t.reports.letters} about={t.reports.lettersAbout}>
      <List name="GET /api/report-schedules" empty={t.reports.noLetters}>
        {(schedule) => <Scheduled key={schedule.id} schedule={schedule} remove={() => remove(schedule.id)} />}
      </List>
      <div className="actions">
        <Button onClick={() => setMaking(true)}>{t.reports.letterOf(t.reports.names[looked.report])}</Button>
      </div>
      {making ? <NewSchedule looked={looked} made={made} close={() => setMaking(false)} /> : null}
    </Section>
  );
}

function Scheduled({ schedule, remove }: { schedule: ReportSchedule; remove: () => Promise<void> }) {
  const nameOf = useDeviceNames();
  const name = t.reports.names[schedule.report];
  const said = t.reports.rhythm[schedule.every](schedule.at, schedule.timezone);
  return (
    <Row
      name={schedule.device ? `${name}, ${nameOf(schedule.device)}` : name}
      about={`${said} · ${t.reports.nextLetter(momentName(schedule.next_at))}`}
    >
      <Confirmed
        label={t.reports.stop}
        name={t.reports.stopNamed(name)}
        title={t.reports.stopNamed(name)}
        about={t.reports.stopAbout}
        confirm={t.reports.stop}
        perform={remove}
      />
    </Row>
  );
}

function NewSchedule({
  looked,
  made,
  close,
}: {
  looked: Looked;
  made: () => Promise<void>;
  close: () => void;
}) {
  const save = async ({ every, at = "" }: Values) => {
    const body = { ...looked, every: every as NewReportSchedule["every"], at, timezone: ZONE };
    await call("POST /api/report-schedules", { body });
    await made();
  };
  return (
    <Dialog title={t.reports.letterOf(t.reports.names[looked.report])} onClose={close}>
      <Form submit={save} label={t.reports.letterGo}>
        <Pick
          name="every"
          label={t.reports.every}
          defaultValue="week"
          options={(["day", "week", "month"] as const).map((value) => ({
            value,
            text: t.reports.cadences[value],
          }))}
        />
        <Field
          name="at"
          type="time"
          label={t.reports.atTime}
          hint={t.reports.zoneIs(ZONE)}
          defaultValue="07:00"
          required
        />
      </Form>
    </Dialog>
  );
}
