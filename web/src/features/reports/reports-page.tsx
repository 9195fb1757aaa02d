import { useDevices } from "../../api/devices";
import { t } from "../../texts";
import { useAddress } from "../../ui/address";
import { today } from "../../ui/dates";
import { Field } from "../../ui/form";
import { Pick } from "../../ui/inputs";
import { Empty } from "../../ui/list";
import { Page } from "../../ui/page";
import { COLUMNS, type ReportName } from "./columns";
import { Downloads } from "./downloads";
import { PERIODS, spanOf } from "./period";
import { type Asked, ReportTable } from "./report-table";
import { Schedules } from "./schedules";
import "./reports.css";

const NAMES = Object.keys(COLUMNS) as ReportName[];
const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
const NOTHING = { report: "summary", period: "week", from: "", to: "", device: "", above: "" };

/** What all devices did in a time: a table to look at, and to take along. */
export default function ReportsPage() {
  const [address, setAddress] = useAddress(NOTHING);
  const report = NAMES.find((name) => name === address.report) ?? "summary";
  const span = spanOf(address.period, { from: address.from, to: address.to });
  const above = Number(address.above);
  const asked: Asked | null = span && {
    from: span.from.toISOString(),
    to: span.to.toISOString(),
    ...(address.device ? { devices: address.device } : {}),
    ...(report === "speeding" && above > 0 ? { above_mps: above / 3.6 } : {}),
    ...(report === "days" ? { timezone: ZONE } : {}),
  };
  return (
    <Page title={t.reports.title} lead={t.reports.lead}>
      <div className="part">
        <Filters report={report} address={address} change={setAddress} />
        {asked ? (
          <>
            <p className="quiet small">{t.reports.about[report]}</p>
            <ReportTable key={report} report={report} asked={asked} />
            <Downloads report={report} asked={{ ...asked, timezone: ZONE }} />
          </>
        ) : (
          <Empty {...t.reports.noDays} />
        )}
      </div>
      <Schedules
        looked={{
          report,
          device: address.device,
          above_mps: report === "speeding" && above > 0 ? above / 3.6 : null,
        }}
      />
    </Page>
  );
}

type Address = typeof NOTHING;

function Filters({
  report,
  address,
  change,
}: {
  report: ReportName;
  address: Address;
  change: (wanted: Partial<Address>) => void;
}) {
  const devices = useDevices();
  return (
    <search className="filters">
      <Pick
        name="report"
        label={t.reports.report}
        value={report}
        onChange={({ target }) => change({ report: target.value })}
        options={NAMES.map((value) => ({ value, text: t.reports.names[value] }))}
      />
      <Pick
        name="period"
        label={t.reports.period}
        value={address.period}
        onChange={({ target }) => change({ period: target.value, from: today(), to: today() })}
        options={PERIODS.map((value) => ({ value, text: t.reports.periods[value] }))}
      />
      {address.period === "days" ? <Days address={address} change={change} /> : null}
      <Pick
        name="device"
        label={t.reports.device}
        value={address.device}
        onChange={({ target }) => change({ device: target.value })}
        options={[
          { value: "", text: t.reports.anyDevice },
          ...devices.map(({ id, name }) => ({ value: id, text: name })),
        ]}
      />
      {report === "speeding" ? (
        <Field
          name="above"
          type="number"
          min={1}
          max={1000}
          label={t.reports.above}
          placeholder={t.reports.ownLimit}
          value={address.above}
          onChange={({ target }) => change({ above: target.value })}
        />
      ) : null}
    </search>
  );
}

function Days({ address, change }: { address: Address; change: (wanted: Partial<Address>) => void }) {
  return (
    <>
      <Field
        name="from"
        type="date"
        label={t.reports.from}
        value={address.from}
        onChange={({ target }) => change({ from: target.value })}
      />
      <Field
        name="to"
        type="date"
        label={t.reports.to}
        value={address.to}
        onChange={({ target }) => change({ to: target.value })}
      />
    </>
  );
}
