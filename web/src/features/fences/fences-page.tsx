import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { call } from "../../api/call";
import { allows, useMe } from "../../api/me";
import type { GeofenceView } from "../../api/routes";
import { cornersOf } from "../../map/area";
import { AreasLayer } from "../../map/areas-layer";
import { MapTools } from "../../map/tools";
import { MapView } from "../../map/view";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Empty, Failed, Waiting } from "../../ui/list";
import { useHeading } from "../../ui/page";
import { useAddress } from "../../ui/address";
import { FenceEditor } from "./fence-editor";
import { FenceList } from "./fence-list";
import { FenceDrawing, LookAt, useSketch } from "./fence-sketch";
import { areaOf, fencesQuery } from "../../map/fences";
import "../../map/map-page.css";
import "./fences.css";

/** Geofences in a list and on a map; one of them, or a new one, on the drawing board. */
export default function FencesPage() {
  const [address, setAddress] = useAddress({ fence: "", edit: "" });
  const query = useQuery(fencesQuery);
  const queries = useQueryClient();
  const me = useMe();
  const mayWrite = allows(me.data?.scopes ?? [], "geofence:write");
  const fences = query.data ?? [];
  const edited = fences.find(({ id }) => id === address.edit) ?? null;
  const editing = mayWrite && (edited !== null || address.edit === "new");
  const sketch = useSketch(editing ? (edited ?? "new") : null);
  const areas = useMemo(
    () => fences.filter(({ id }) => id !== address.edit).map(areaOf),
    [fences, address.edit],
  );
  const renew = () => queries.invalidateQueries({ queryKey: fencesQuery.queryKey });
  const saved = async (fence: GeofenceView) => {
    await renew();
    setAddress({ edit: "", fence: fence.id });
  };
  const remove = async (id: string) => {
    await call("DELETE /api/geofences/{id}", { path: { id } });
    await renew();
    setAddress({ fence: "", edit: "" });
  };
  const make = mayWrite ? (
    <Button look="primary" onClick={() => setAddress({ edit: "new" }, { push: true })}>
      {t.fences.make}
    </Button>
  ) : null;
  return (
    <div className="map-page">
      <div className="map-side">
        {editing && sketch.now ? (
          <FenceEditor
            key={address.edit}
            fence={edited}
            sketch={sketch}
            saved={saved}
            close={() => setAddress({ edit: "" })}
          />
        ) : (
          <>
            <Head action={fences.length ? make : null} />
            {query.isPending ? (
              <Waiting rows={5} />
            ) : query.isError ? (
              <Failed error={query.error} again={() => query.refetch()} />
            ) : fences.length ? (
              <FenceList
                fences={fences}
                chosen={address.fence}
                pick={(fence) => setAddress({ fence })}
                edit={mayWrite ? (edit) => setAddress({ edit }, { push: true }) : null}
                remove={remove}
              />
            ) : (
              <Empty {...t.fences.empty} action={make} />
            )}
          </>
        )}
      </div>
      <MapView label={t.fences.label} place="fences">
        <AreasLayer areas={areas} chosen={address.fence} marked pick={(fence) => setAddress({ fence })} />
        <LookAt areas={query.data ? fences.map(areaOf) : null} chosen={address.edit || address.fence} />
        {sketch.now ? <FenceDrawing sketch={sketch} /> : null}
        <MapTools points={() => fences.map(areaOf).flatMap(cornersOf)} />
      </MapView>
    </div>
  );
}

function Head({ action }: { action: React.ReactNode }) {
  const heading = useHeading(t.fences.title);
  return (
    <header>
      <h1 ref={heading} tabIndex={-1}>
        {t.fences.title}
      </h1>
      {action}
    </header>
  );
}
