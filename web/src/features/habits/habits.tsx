import { useQuery } from "@tanstack/react-query";
import { call } from "../../api/call";
import type { HabitsView, JudgementView } from "../../api/routes";
import { t } from "../../texts";
import { Empty, Failed, Waiting } from "../../ui/list";
import { Time } from "../../ui/time";
import { durationOf } from "../../ui/measures";
import { saidOfWeek } from "./usual";

const MOST_WAYS = 5;
const STRANGE = 0.8;

interface Shown {
  id: string;
  nameOf: (placeId: string) => string;
}

/** What a device usually does, in words, and what was not usual lately. */
export function Habits({ id, nameOf }: Shown) {
  const query = useQuery({
    queryKey: ["habits", id],
    queryFn: () => call("GET /api/devices/{id}/habits", { path: { id } }),
  });
  if (query.isPending) return <Waiting rows={3} />;
  if (query.isError) return <Failed error={query.error} again={() => query.refetch()} />;
  const habits = query.data;
  if (!habits.enough)
    return (
      <Empty title={t.habits.notEnough} about={t.habits.soFar(Math.floor(habits.days), habits.visits)} />
    );
  const said = saidOf(habits, nameOf);
  return (
    <>
      <h3>{t.habits.usual}</h3>
      {said.length ? (
        <ul className="plain-words">
          {said.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      ) : (
        <p className="quiet">{t.habits.nothingUsual}</p>
      )}
      <p className="quiet small">{t.habits.zone(habits.timezone)}</p>
      <h3>{t.habits.unusual}</h3>
      {habits.judgements.length ? (
        <ul className="rows">
          {habits.judgements.map((each) => (
            <Judged key={each.began_at} judgement={each} />
          ))}
        </ul>
      ) : (
        <p className="quiet">{t.habits.judged}</p>
      )}
    </>
  );
}

function Judged({ judgement: { began_at, score, reasons } }: { judgement: JudgementView }) {
  return (
    <li className="row">
      <div className="what">
        <div className="name">
          {score >= STRANGE ? t.habits.strange : reasons.length ? t.habits.somewhat : t.habits.ordinary}
        </div>
        <div className="about">
          <Time at={began_at} />
          {reasons.map(({ text }) => ` · ${text}`).join("")}
        </div>
      </div>
    </li>
  );
}

function saidOf({ places, moving, routes }: HabitsView, nameOf: Shown["nameOf"]): string[] {
  const under = saidOfWeek(moving);
  const stays = places.map(({ place_id, shares }) => [nameOf(place_id), saidOfWeek(shares)] as const);
  return [
    ...stays.filter(([, times]) => times).map(([name, times]) => t.habits.at(name, times)),
    ...(under ? [t.habits.moves(under)] : []),
    ...routes
      .slice(0, MOST_WAYS)
      .map((way) =>
        t.habits.way(
          nameOf(way.from_place_id),
          nameOf(way.to_place_id),
          way.count,
          durationOf(way.typical_duration_s * 1000),
        ),
      ),
  ];
}
