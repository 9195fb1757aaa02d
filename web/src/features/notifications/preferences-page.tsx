import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "react-router";
import { call } from "../../api/call";
import type { NoticePreferences, QuietHours } from "../../api/routes";
import { t } from "../../texts";
import { Choice, Field, Form, type Values } from "../../ui/form";
import { Loaded } from "../../ui/list";
import { Notice } from "../../ui/notice";
import { Page, Section } from "../../ui/page";
import "./notifications.css";

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const NAME = "GET /api/notifications/preferences";

export default function PreferencesPage() {
  const preferences = useQuery({ queryKey: [NAME], queryFn: () => call(NAME) });
  return (
    <Page title={t.preferences.title} lead={t.preferences.lead}>
      <p>
        <Link to="/notifications">{t.preferences.back}</Link>
      </p>
      <Loaded query={preferences} rows={6}>
        {(found) => <Chosen found={found} />}
      </Loaded>
    </Page>
  );
}

function Chosen({ found }: { found: NoticePreferences }) {
  const queries = useQueryClient();
  const [saved, setSaved] = useState(false);
  const [first, ...others] = found.quiet_hours ?? [];
  const save = async (values: Values, form: HTMLFormElement) => {
    setSaved(false);
    const body = {
      ...found,
      ...wishes(values, form, found),
      quiet_hours: [...quiet(values, form), ...others],
    };
    queries.setQueryData([NAME], await call("PUT /api/notifications/preferences", { body }));
    setSaved(true);
  };
  return (
    <div className="wishes">
      <Form submit={save} label={t.preferences.save}>
        <Section title={t.preferences.channels} about={t.preferences.channelsAbout}>
          {Object.entries(found.channels ?? {}).map(([kind, channels]) => (
            <fieldset key={kind}>
              <legend className="legend">{t.kinds[kind] ?? kind}</legend>
              <div className="choices">
                <Choice
                  name={`in_app ${kind}`}
                  label={t.preferences.inApp}
                  defaultChecked={channels.in_app}
                />
                <Choice name={`email ${kind}`} label={t.preferences.email} defaultChecked={channels.email} />
              </div>
            </fieldset>
          ))}
        </Section>
        <Section title={t.preferences.quiet} about={t.preferences.quietAbout}>
          <Field
            name="time_zone"
            label={t.preferences.zone}
            hint={t.preferences.zoneHint}
            defaultValue={found.time_zone}
            list="zones"
            required
          />
          <datalist id="zones">
            {Intl.supportedValuesOf("timeZone").map((zone) => (
              <option key={zone} value={zone} />
            ))}
          </datalist>
          <QuietFields hours={first} />
          {others.length ? <p className="quiet">{t.preferences.others}</p> : null}
        </Section>
        <Section title={t.preferences.throttle} about={t.preferences.throttleAbout}>
          <Field
            name="throttle_minutes"
            type="number"
            min={0}
            max={1440}
            label={t.preferences.minutes}
            hint={t.preferences.minutesHint}
            defaultValue={found.throttle_minutes}
            required
          />
        </Section>
        {saved ? <Notice>{t.preferences.saved}</Notice> : null}
      </Form>
    </div>
  );
}

function QuietFields({ hours }: { hours: QuietHours | undefined }) {
  const [on, setOn] = useState(hours !== undefined);
  return (
    <>
      <Choice name="quiet" label={t.preferences.quietOn} checked={on} onChange={() => setOn(!on)} />
      {on ? (
        <>
          <fieldset>
            <legend className="legend">{t.preferences.days}</legend>
            <div className="choices">
              {DAYS.map((day) => (
                <Choice
                  key={day}
                  name={day}
                  label={t.preferences.dayNames[day] ?? day}
                  defaultChecked={hours?.days.includes(day) ?? true}
                />
              ))}
            </div>
          </fieldset>
          <Field
            name="begins"
            type="time"
            label={t.preferences.begins}
            defaultValue={hours?.begins ?? "22:00"}
            required
          />
          <Field
            name="ends"
            type="time"
            label={t.preferences.ends}
            defaultValue={hours?.ends ?? "07:00"}
            required
          />
        </>
      ) : null}
    </>
  );
}

function wishes(values: Values, form: HTMLFormElement, found: NoticePreferences): NoticePreferences {
  const channels = Object.keys(found.channels ?? {}).map((kind) => [
    kind,
    { in_app: chosen(form, `in_app ${kind}`), email: chosen(form, `email ${kind}`) },
  ]);
  return {
    channels: Object.fromEntries(channels),
    time_zone: values.time_zone ?? "UTC",
    throttle_minutes: Number(values.throttle_minutes ?? 0),
  };
}

function quiet(values: Values, form: HTMLFormElement): QuietHours[] {
  if (!chosen(form, "quiet")) return [];
  const days = DAYS.filter((day) => chosen(form, day));
  return [{ days, begins: values.begins ?? "", ends: values.ends ?? "" }];
}

function chosen(form: HTMLFormElement, name: string): boolean {
  const box = form.elements.namedItem(name);
  return box instanceof HTMLInputElement && box.checked;
}
