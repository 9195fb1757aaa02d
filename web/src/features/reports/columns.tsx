import type { ReactNode } from "react";
import { Link } from "react-router";
import type {
  FleetDay,
  FleetSpeeding,
  FleetStop,
  FleetSummary,
  FleetTrip,
  FleetVisit,
} from "../../api/routes";
import { t } from "../../texts";
import { dayName } from "../../ui/dates";
import { durationOf, lengthOf, placeOf, speedOf } from "../../ui/measures";
import { clock, mapLink } from "./moments";

export interface Rows {
  summary: FleetSummary;
  trips: FleetTrip;
  stops: FleetStop;
  visits: FleetVisit;
  days: FleetDay;
  speeding: FleetSpeeding;
}
export type ReportName = keyof Rows;

/** One column: its heading, what it shows of a row, and whether that is a number. */
export interface Column<T> {
  name: string;
  of: (row: T) => ReactNode;
  number?: boolean;
}

type OfDevice = { device_id: string; device_name: string };
const none = "–";
const text = t.reports.columns;
const length = (metres: number) => lengthOf(metres);
const lasting = (seconds: number | null) => (seconds === null ? t.reports.still : durationOf(seconds * 1000));
const speed = (mps: number | null) => (mps === null ? none : speedOf(mps));
const moment = (at: string | null) => (at === null ? none : clock(at));
const end = (at: string | null) => (at === null ? t.reports.still : clock(at));

/** A moment that leads to the map, where the device was then. */
function began<T extends OfDevice>(name: string, at: (row: T) => string): Column<T> {
  return {
    name,
    of: (row) => (
      <Link
        to={mapLink(row.device_id, at(row))}
        aria-label={t.reports.onMap(row.device_name, clock(at(row)))}
      >
        {clock(at(row))}
      </Link>
    ),
  };
}

export const COLUMNS: { [R in ReportName]: Column<Rows[R]>[] } = {
  summary: [
    { name: text.distance, of: (row) => length(row.distance_m), number: true },
    { name: text.moving, of: (row) => lasting(row.moving_s), number: true },
    { name: text.standing, of: (row) => lasting(row.stopped_s), number: true },
    { name: text.trips, of: (row) => row.trips, number: true },
    { name: text.stops, of: (row) => row.stops, number: true },
    { name: text.top, of: (row) => speed(row.max_speed_mps), number: true },
    { name: text.first, of: (row) => moment(row.first_at) },
    { name: text.last, of: (row) => moment(row.last_at) },
  ],
  trips: [
    began(text.started, (row) => row.started_at),
    { name: text.ended, of: (row) => end(row.ended_at) },
    { name: text.duration, of: (row) => lasting(row.duration_s), number: true },
    { name: text.distance, of: (row) => length(row.distance_m), number: true },
    { name: text.top, of: (row) => speed(row.max_speed_mps), number: true },
    { name: text.average, of: (row) => speed(row.average_speed_mps), number: true },
    { name: text.fromPlace, of: (row) => row.start_place || none },
    { name: text.toPlace, of: (row) => row.end_place || none },
  ],
  stops: [
    began(text.started, (row) => row.started_at),
    { name: text.ended, of: (row) => end(row.ended_at) },
    { name: text.duration, of: (row) => lasting(row.duration_s), number: true },
    { name: text.place, of: (row) => row.place || placeOf(row.latitude, row.longitude) },
  ],
  visits: [
    { name: text.fence, of: (row) => row.geofence_name || none },
    began(text.entered, (row) => row.entered_at),
    { name: text.left, of: (row) => end(row.left_at) },
    { name: text.duration, of: (row) => lasting(row.duration_s), number: true },
    {
      name: text.note,
      of: (row) => (row.from_first ? t.reports.fromFirst : row.passed ? t.reports.passed : ""),
    },
  ],
  days: [
    { name: text.day, of: (row) => dayName(row.day) },
    { name: text.distance, of: (row) => length(row.distance_m), number: true },
    { name: text.moving, of: (row) => lasting(row.moving_s), number: true },
    { name: text.standing, of: (row) => lasting(row.stopped_s), number: true },
    { name: text.trips, of: (row) => row.trips, number: true },
    { name: text.stops, of: (row) => row.stops, number: true },
    { name: text.top, of: (row) => speed(row.max_speed_mps), number: true },
  ],
  speeding: [
    began(text.started, (row) => row.started_at),
    { name: text.duration, of: (row) => lasting(row.duration_s), number: true },
    { name: text.top, of: (row) => speed(row.max_speed_mps), number: true },
    { name: text.limit, of: (row) => speed(row.limit_mps), number: true },
    { name: text.place, of: (row) => row.place || placeOf(row.latitude, row.longitude) },
  ],
};
