import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { call, type Takes } from "../../api/call";
import type { PreferencesView, Window } from "../../api/routes";
import { t } from "../../texts";
import { Choice, Field, Form, type Values } from "../../ui/form";
import { Lines, Pick } from "../../ui/inputs";
import { Loaded } from "../../ui/list";
import { Notice } from "../../ui/notice";
import { Section } from "../../ui/page";
import { Time } from "../../ui/time";
import { Calendar, OWN_ZONE, zoneOptions } from "../../ui/calendar";
import { lengthOf } from "../../ui/measures";
import { ALERTS, FILTERS, optionsOf, shown, taken } from "./preferences-form";
import { deviceQuery } from "../../api/devices";

type Change = Partial<Takes<"PUT /api/devices/{id}/preferences">>;

/** Three forms over one resource: each sends the whole as it is, with its part as it should be. */
export function DevicePreferences({ id }: { id: string }) {
  const queries = useQueryClient();
  const queryKey = ["GET /api/devices/{id}/preferences", id];
  const query = useQuery({
    queryKey,
    queryFn: () => call("GET /api/devices/{id}/preferences", { path: { id } }),
  });
  const save = async (change: Change) => {
    const { words: _, ...now } = query.data as PreferencesView;
    const body = { ...now, ...change };
    const saved = await call("PUT /api/devices/{id}/preferences", { path: { id }, body });
    queries.setQueryData(queryKey, saved);
    await queries.invalidateQueries({ queryKey: deviceQuery(id).queryKey });
  };
  return (
    <Loaded query={query} rows={4}>
      {(now) => (
        <>
          <Section title={t.devicePreferences.privacy} about={t.devicePreferences.privacyAbout}>
            <PrivacyForm now={now} save={save} />
          </Section>
          <Section title={t.devicePreferences.alerts} about={t.devicePreferences.alertsAbout}>
            <AlertForm now={now} save={save} />
          </Section>
          <Section title={t.devicePreferences.filter} about={t.devicePreferences.filterAbout}>
            <FilterForm now={now} save={save} />
          </Section>
        </>
      )}
    </Loaded>
  );
}

interface Part {
  now: PreferencesView;
  save: (change: Change) => Promise<void>;
}

function PrivacyForm({ now, save }: Part) {
  const [schedule, setSchedule] = useState<Window[]>(now.schedule);
  const submit = ({ consent, purposes = "", precision_m, retention_days, timezone, ...more }: Values) =>
    save({
      consent: Boolean(consent),
      purposes: purposes
        .split("\n")
        .map((line) => line.trim())
        .filter(Boolean),
      schedule,
      timezone: timezone ?? now.timezone,
      precision_m: precision_m ? Number(precision_m) : null,
      retention_days: retention_days ? Number(retention_days) : null,
      private: Boolean(more.private),
      friends: Boolean(more.friends),
    });
  return (
    <Saving submit={submit}>
      <Choice
        name="consent"
        label={t.devicePreferences.consent}
        hint={t.devicePreferences.consentHint}
        defaultChecked={now.consent}
      />
      <Lines
        name="purposes"
        label={t.devicePreferences.purposes}
        hint={t.devicePreferences.purposesHint}
        rows={2}
        defaultValue={now.purposes.join("\n")}
      />
      <Calendar
        name="schedule"
        legend={t.devicePreferences.schedule}
        windows={schedule}
        change={setSchedule}
      />
      {schedule.length ? (
        <Pick
          name="timezone"
          label={t.calendar.zone}
          hint={t.devicePreferences.scheduleHint}
          options={zoneOptions(now.timezone)}
          defaultValue={now.schedule.length ? now.timezone : OWN_ZONE}
        />
      ) : null}
      <Pick
        name="precision_m"
        label={t.devicePreferences.precision}
        options={optionsOf(t.devicePreferences.precisions, now.precision_m, (value) =>
          t.devicePreferences.about(lengthOf(Number(value))),
        )}
        defaultValue={now.precision_m ?? ""}
      />
      <Pick
        name="retention_days"
        label={t.devicePreferences.retention}
        options={optionsOf(t.devicePreferences.retentions, now.retention_days, t.devicePreferences.days)}
        defaultValue={now.retention_days ?? ""}
      />
      <Choice
        name="private"
        label={t.devicePreferences.private}
        hint={t.devicePreferences.privateHint}
        defaultChecked={now.private}
      />
      <Choice
        name="friends"
        label={t.devicePreferences.friends}
        hint={t.devicePreferences.friendsHint}
        defaultChecked={now.friends}
      />
      <Words now={now} />
    </Saving>
  );
}

/** A form that says when it has saved. */
function Saving({
  submit,
  children,
}: {
  submit: (values: Values) => Promise<void>;
  children: React.ReactNode;
}) {
  const [saved, setSaved] = useState(false);
  const save = async (values: Values) => {
    setSaved(false);
    await submit(values);
    setSaved(true);
  };
  return (
    <>
      <Form submit={save} label={t.actions.save}>
        {children}
      </Form>
      {saved ? <Notice>{t.devicePreferences.saved}</Notice> : null}
    </>
  );
}

function AlertForm({ now, save }: Part) {
  const [guarded, setGuarded] = useState<Window[]>(now.alerts.guarded ?? []);
  const labels = [t.devicePreferences.battery, t.devicePreferences.offline, t.devicePreferences.overspeed];
  const submit = ({ timezone, ...values }: Values) =>
    save({
      alerts: { ...taken(now.alerts, ALERTS, values), guarded, ...(timezone ? { timezone } : {}) },
    });
  return (
    <Saving submit={submit}>
      {ALERTS.map((entry, index) => (
        <Amount
          key={entry.name}
          name={entry.name}
          label={labels[index] ?? ""}
          value={shown(now.alerts, entry)}
        />
      ))}
      <p className="quiet small">{t.devicePreferences.off}</p>
      <Calendar
        name="guarded"
        legend={t.devicePreferences.guarded}
        none={t.devicePreferences.guardedNone}
        windows={guarded}
        change={setGuarded}
      />
      {guarded.length ? (
        <Pick
          name="timezone"
          label={t.calendar.zone}
          options={zoneOptions(now.alerts.timezone ?? OWN_ZONE)}
          defaultValue={now.alerts.guarded?.length ? now.alerts.timezone : OWN_ZONE}
        />
      ) : null}
    </Saving>
  );
}

function FilterForm({ now, save }: Part) {
  const labels: Readonly<Record<string, string>> = t.devicePreferences.filters;
  return (
    <Saving submit={(values) => save({ filter: taken(now.filter, FILTERS, values) })}>
      {FILTERS.map((entry) => (
        <Amount
          key={entry.name}
          name={entry.name}
          label={labels[entry.name] ?? entry.name}
          value={shown(now.filter, entry)}
        />
      ))}
      <p className="quiet small">{t.devicePreferences.filterHint}</p>
    </Saving>
  );
}

function Amount({ name, label, value }: { name: string; label: string; value: string }) {
  return (
    <Field
      name={name}
      label={label}
      type="number"
      min={0}
      step="any"
      inputMode="decimal"
      defaultValue={value}
    />
  );
}

function Words({ now }: { now: PreferencesView }) {
  if (!now.words.length) return null;
  return (
    <details>
      <summary>{t.devicePreferences.words}</summary>
      <ul className="small quiet">
        {now.words.map(({ at, given, purposes }) => (
          <li key={at}>
            <Time at={at} />: {given ? t.devicePreferences.gave : t.devicePreferences.withdrew}
            {purposes.length ? `, ${purposes.join(", ")}` : ""}
          </li>
        ))}
      </ul>
    </details>
  );
}
