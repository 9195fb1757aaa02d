import { Link } from "react-router";
import type { Recording } from "../../api/routes";
import { t } from "../../texts";
import { Facts } from "../../ui/facts";
import { language } from "../../texts";
import { goesOn } from "./upload";

const moment = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
const number = new Intl.NumberFormat(language);

/** What became of one recording. It calls nothing a success of which nothing was kept. */
export function Report({ recording }: { recording: Recording }) {
  return (
    <li className="row recording">
      <div className="what">
        <div className="name">
          {recording.file} <Verdict recording={recording} />
        </div>
        <div className="about">{recording.reason || said(recording)}</div>
        {recording.points ? <Whole recording={recording} /> : null}
      </div>
    </li>
  );
}

function Verdict({ recording }: { recording: Recording }) {
  const [look, text] = goesOn(recording)
    ? ["grey", t.recordings.states[recording.state]]
    : recording.state === "failed" || !recording.kept
      ? ["bad", t.recordings.nothing]
      : recording.whole
        ? ["", t.recordings.kept(number.format(recording.kept))]
        : ["bad", t.recordings.partly(number.format(recording.kept))];
  return <span className={`badge ${look}`}>{text}</span>;
}

function said({ points, kept, already_there, held_back, unreadable }: Recording): string {
  const sum = (counts: Record<string, number>) => Object.values(counts).reduce((all, each) => all + each, 0);
  return t.recordings.summary({
    points: number.format(points),
    kept: number.format(kept),
    already: number.format(already_there),
    heldBack: number.format(sum(held_back)),
    unreadable: number.format(sum(unreadable)),
  });
}

function Whole({ recording }: { recording: Recording }) {
  const { first_at, last_at, held_back, unreadable, area, device_id } = recording;
  const held = Object.entries(held_back).map(
    ([reason, count]) =>
      `${number.format(count)} ${t.history.reasons[reason] ?? t.recordings.reasons[reason] ?? reason}`,
  );
  const unread = Object.entries(unreadable).map(([reason, count]) => `${number.format(count)} × ${reason}`);
  const facts: [string, React.ReactNode][] = [];
  if (first_at && last_at)
    facts.push([
      t.recordings.when,
      t.recordings.span(moment.format(new Date(first_at)), moment.format(new Date(last_at))),
    ]);
  if (held.length) facts.push([t.recordings.heldBack, held.join(", ")]);
  if (held_back.stale) facts.push([t.recordings.stale, t.recordings.staleAbout]);
  if (unread.length) facts.push([t.recordings.unreadable, unread.join(", ")]);
  if (area) facts.push([t.recordings.where, t.recordings.area(area)]);
  return (
    <>
      <Facts of={facts} />
      {recording.kept && last_at ? (
        <Link className="button plain" to={`/map?device=${device_id}&day=${dayOf(last_at)}`}>
          {t.recordings.onMap}
        </Link>
      ) : null}
    </>
  );
}

/** The day by this browser's clock, as the map's address writes it. */
function dayOf(at: string): string {
  const when = new Date(at);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())}`;
}
