import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { call } from "../../api/call";
import { allOf } from "../../api/pages";
import type { KnownPlace, PlaceChange } from "../../api/routes";
import { type Area, cornersOf } from "../../map/area";
import { AreasLayer } from "../../map/areas-layer";
import { fit, MapTools } from "../../map/tools";
import { MapView, useMap } from "../../map/view";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Dialog } from "../../ui/dialog";
import type { Slots } from "../../ui/feature";
import { Field, Form, type Values } from "../../ui/form";
import { Pick } from "../../ui/inputs";
import { Failed, Row, Rows, Waiting } from "../../ui/list";
import { Section } from "../../ui/page";
import { Time } from "../../ui/time";
import { Habits } from "./habits";
import { durationOf } from "../../ui/measures";
import "./habits.css";

type Shown = Slots["/devices/:id"];

/** Asked for only when somebody opens it: every look at places is noted. */
export default function KnownPlaces({ id, mayWrite }: Shown) {
  const [open, setOpen] = useState(false);
  return (
    <Section title={t.habits.title} about={t.habits.about}>
      {open ? (
        <Opened id={id} mayWrite={mayWrite} />
      ) : (
        <Button onClick={() => setOpen(true)}>{t.habits.open}</Button>
      )}
    </Section>
  );
}

function Opened({ id, mayWrite }: Shown) {
  const [changed, setChanged] = useState("");
  const query = useQuery({
    queryKey: ["known-places", id],
    queryFn: () =>
      allOf((from) =>
        call("GET /api/devices/{id}/known-places", { path: { id }, query: { ...from, limit: 200 } }),
      ),
  });
  const places = query.data ?? NONE;
  const areas = useMemo(() => places.map(areaOf), [places]);
  if (query.isPending) return <Waiting rows={4} />;
  if (query.isError) return <Failed error={query.error} again={() => query.refetch()} />;
  const one = places.find((place) => place.id === changed);
  return (
    <div className="known">
      {areas.length ? (
        <div className="known-map">
          <MapView label={t.habits.label} place={`places ${id}`}>
            <AreasLayer areas={areas} chosen={changed} marked {...(mayWrite ? { pick: setChanged } : {})} />
            <AllInView areas={areas} />
            <MapTools points={() => areas.flatMap(cornersOf)} />
          </MapView>
        </div>
      ) : null}
      <h3>{t.habits.places}</h3>
      <Rows items={places} empty={t.habits.none}>
        {(place) => (
          <Row
            key={place.id}
            name={nameOf(place)}
            about={
              <>
                {t.habits.kinds[place.kind]} ·{" "}
                {t.habits.visits(place.visits, durationOf(place.dwell_s * 1000))}
                {" · "}
                {t.habits.last} <Time at={place.last_at} />
              </>
            }
          >
            {mayWrite ? (
              <Button
                look="plain"
                aria-label={t.habits.changeNamed(nameOf(place))}
                onClick={() => setChanged(place.id)}
              >
                {t.habits.change}
              </Button>
            ) : null}
          </Row>
        )}
      </Rows>
      {one ? <Change key={one.id} id={id} place={one} close={() => setChanged("")} /> : null}
      <Habits id={id} nameOf={(placeId) => nameOf(places.find((place) => place.id === placeId))} />
    </div>
  );
}

const NONE: readonly KnownPlace[] = [];

function nameOf(place: KnownPlace | undefined): string {
  return place ? place.name || t.habits.kinds[place.kind] : t.habits.unnamed;
}

function areaOf(place: KnownPlace): Area {
  const { id, longitude, latitude, radius_m } = place;
  return {
    id,
    name: nameOf(place),
    colour: "",
    geometry: { type: "Point", coordinates: [longitude, latitude] },
    radius_m: Math.max(radius_m, LEAST_M),
    width_m: null,
  };
}

const LEAST_M = 20;

function AllInView({ areas }: { areas: readonly Area[] }) {
  const drawn = useMap();
  useEffect(() => fit(drawn, areas.flatMap(cornersOf), false), [drawn]);
  return null;
}

function Change({ id, place, close }: { id: string; place: KnownPlace; close: () => void }) {
  const queries = useQueryClient();
  const options = [
    ...Object.entries(t.habits.kinds).map(([value, text]) => ({ value, text })),
    { value: "guess", text: t.habits.guess },
  ];
  const save = async ({ name = "", kind }: Values) => {
    const kept = kind === place.kind && !place.kind_fixed;
    const body: PlaceChange = { name: name.trim(), ...(kept ? {} : { kind: kind as KnownPlace["kind"] }) };
    await call("PATCH /api/devices/{id}/places/{place_id}", { path: { id, place_id: place.id }, body });
    await queries.invalidateQueries({ queryKey: ["known-places", id] });
    await queries.invalidateQueries({ queryKey: ["habits", id] });
    close();
  };
  return (
    <Dialog title={t.habits.changeTitle} onClose={close}>
      <Form submit={save} label={t.actions.save} aside={<Button onClick={close}>{t.actions.cancel}</Button>}>
        <Field name="name" label={t.habits.name} defaultValue={place.name} maxLength={120} autoFocus />
        <Pick
          name="kind"
          label={t.habits.kind}
          hint={t.habits.kindHint}
          options={options}
          defaultValue={place.kind}
        />
      </Form>
    </Dialog>
  );
}
