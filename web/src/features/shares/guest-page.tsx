import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { callAnonymously } from "../../api/call";
import type { Shared, SharedDevice, SharedNews, SharedPlace } from "../../api/routes";
import { listen } from "../../api/stream";
import { ThingsLayer } from "../../map/things-layer";
import { MapTools } from "../../map/tools";
import { MapView } from "../../map/view";
import { t } from "../../texts";
import { Waiting } from "../../ui/list";
import { useHeading } from "../../ui/page";
import { ago, Time } from "../../ui/time";
import { Beginning } from "../../map/camera";
import { LiveStore } from "../../map/live";
import type { Fix } from "../../map/seen";
import { DeliverySaid } from "./delivery";
import { type Trouble, troubleOf } from "../../api/stream";
import "../../map/map-page.css";
import "./shares.css";

/** For whoever has a link: where the shared devices are, and nothing else. */
export default function GuestPage() {
  const [token] = useState(() => location.hash.slice(1));
  const query = useQuery({
    queryKey: ["shared", token],
    queryFn: () => callAnonymously("GET /api/shares/{token}", { path: { token } }),
    enabled: token !== "",
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  if (query.data) return <Guest token={token} shared={query.data} />;
  return (
    <main className="guest-alone" id="main">
      {token && query.isPending ? <Waiting /> : <Over />}
    </main>
  );
}

function Over() {
  const heading = useHeading(t.guest.over);
  return (
    <>
      <h1 ref={heading} tabIndex={-1}>
        {t.guest.over}
      </h1>
      <p className="quiet">{t.guest.overAbout}</p>
    </>
  );
}

function Guest({ token, shared }: { token: string; shared: Shared }) {
  const { store, trouble, over, delivery } = useShared(token, shared);
  const title = shared.name || t.guest.title;
  const heading = useHeading(title);
  if (over)
    return (
      <main className="guest-alone" id="main">
        <Over />
      </main>
    );
  return (
    <main className="map-page guest" id="main">
      <div className="map-side">
        <header>
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
        </header>
        <div className="side-scroll">
          <DeliverySaid shared={shared} delivery={delivery} />
          <p className="quiet small">
            {t.guest.until} <Time at={shared.expires_at} />.{shared.blur_m ? ` ${t.guest.blurred}` : null}
          </p>
          <Devices devices={shared.devices} store={store} />
        </div>
      </div>
      <MapView label={t.guest.label} place="shared">
        <ThingsLayer things={store} chosen={null} follow={false} pick={() => undefined} />
        <Beginning store={store} ready chosen="" />
        <MapTools points={() => store.points()} />
        {trouble === "lost" ? (
          <p className="map-says badge bad" role="status">
            {t.map.lost}
          </p>
        ) : null}
      </MapView>
    </main>
  );
}

function Devices({ devices, store }: { devices: readonly SharedDevice[]; store: LiveStore }) {
  useSyncExternalStore(store.subscribeList, store.list);
  return (
    <ul className="guest-list" aria-label={t.guest.devices}>
      {devices.map(({ key, name, simulated }) => {
        const seen = store.seen(key);
        return (
          <li key={key}>
            <i className={`mark ${seen?.state ?? "offline"}`} />
            <span className="what">
              <span className="name">
                {name}
                {simulated ? <span className="badge grey">{t.map.simulated}</span> : null}
              </span>
              <span className="about">
                {seen ? ago(new Date(seen.fixedAtMs).toISOString()) : t.guest.nothingYet}
              </span>
            </span>
          </li>
        );
      })}
    </ul>
  );
}

function useShared(token: string, shared: Shared) {
  const store = useMemo(() => {
    const begun = new LiveStore();
    begun.know(shared.devices.map(({ key, name, kind, simulated }) => ({ id: key, name, kind, simulated })));
    begun.begin(shared.devices.flatMap(({ place }) => (place ? [fixOf(place)] : [])));
    return begun;
  }, [shared]);
  const [trouble, setTrouble] = useState<Trouble>("");
  const [delivery, setDelivery] = useState(shared.delivery);
  useEffect(() => {
    const stop = new AbortController();
    const event = (data: unknown) => {
      const news = data as SharedNews;
      store.take(news.places.map(fixOf));
      if (news.delivery) setDelivery(news.delivery);
    };
    const state = (connected: boolean, error?: unknown) => setTrouble(troubleOf(connected, error));
    const asked = { path: { token }, signal: stop.signal, anonymous: true };
    void listen("GET /api/shares/{token}/live", asked, { event, state });
    return () => stop.abort();
  }, [store, token]);
  return { store, trouble, over: trouble === "refused", delivery };
}

function fixOf({ key, fixed_at, latitude, longitude, ...rest }: SharedPlace): Fix {
  const atMs = Date.parse(fixed_at);
  return {
    id: key,
    fixedAtMs: atMs,
    heardAtMs: atMs,
    latitude,
    longitude,
    accuracy_m: rest.accuracy_m ?? null,
    speed_mps: rest.speed_mps ?? null,
    course_deg: rest.course_deg ?? null,
    battery_pct: null,
    state: null,
  };
}
