import { useQuery } from "@tanstack/react-query";
import { AreasLayer } from "../../map/areas-layer";
import { ThingsLayer } from "../../map/things-layer";
import { MapTools, Tool } from "../../map/tools";
import { MapView } from "../../map/view";
import { t } from "../../texts";
import { Waiting } from "../../ui/list";
import { useHeading } from "../../ui/page";
import { useAddress } from "../../ui/address";
import { Chosen } from "./chosen";
import { dayOf } from "../history/day";
import { DayPanel } from "../history/day-panel";
import { DeviceList } from "./device-list";
import { useDay } from "../history/history";
import { useMoment } from "../history/moment";
import { deviceQuery, useAreas } from "../../api/devices";
import { restOf } from "../history/track";
import { Timeline } from "../history/timeline";
import { TrackLayer } from "../history/track-layer";
import { Beginning, DayInView, LetGo } from "../../map/camera";
import { useLive } from "./use-live";
import "../../map/map-page.css";

const NOTHING = { q: "", state: "", device: "", day: "", at: "", follow: "" };

/** Where everything is now; of the chosen device also where it has been. */
export default function MapPage() {
  const live = useLive();
  const [address, setAddress] = useAddress(NOTHING);
  const heading = useHeading(t.map.title);
  const pick = (device: string) => setAddress({ device, day: "", at: "" }, { push: true });
  const areas = useAreas();
  const following = address.follow === "yes";
  const { store } = live;
  const day = dayOf(address.day);
  const device = useQuery({ ...deviceQuery(address.device), enabled: address.device !== "" });
  const loaded = useDay(address.device, day);
  const { atMs, look } = useMoment(address.device, day, address.at, (at) =>
    setAddress(at ? { at, follow: "" } : { at }),
  );
  const restMs = restOf(day, loaded.spots);
  const everything = () => {
    const one = address.device ? store.get(address.device) : undefined;
    const way = loaded.spots.map(({ at }) => at);
    return address.device ? [...way, ...(one ? [one.at] : [])] : store.points();
  };
  return (
    <div className="map-page">
      <div className="map-side">
        {address.device ? (
          <Chosen
            id={address.device}
            name={device.data?.name ?? ""}
            store={store}
            follow={following}
            change={setAddress}
            close={() => setAddress({ device: "", day: "", follow: "", at: "" }, { push: true })}
          >
            <DayPanel
              id={address.device}
              name={device.data?.name ?? ""}
              day={day}
              loaded={loaded}
              odometer_m={device.data?.odometer_m ?? null}
              choose={(name) => setAddress({ day: name, at: "" })}
              look={look}
            />
          </Chosen>
        ) : (
          <>
            <header>
              <h1 ref={heading} tabIndex={-1}>
                {t.map.title}
              </h1>
            </header>
            {live.ready ? (
              <DeviceList store={store} q={address.q} state={address.state} change={setAddress} pick={pick} />
            ) : (
              <Waiting rows={6} />
            )}
          </>
        )}
      </div>
      <MapView label={t.map.label} place="live">
        <AreasLayer areas={areas} />
        <ThingsLayer
          things={store}
          chosen={address.device || null}
          follow={following && atMs === null}
          pick={pick}
        />
        {address.device ? (
          <TrackLayer
            spots={loaded.spots}
            stretches={loaded.stretches}
            atMs={atMs}
            restMs={Date.now() < day.toMs ? null : restMs}
          />
        ) : null}
        <Beginning store={store} ready={live.ready} chosen={address.device} />
        {address.device ? (
          <DayInView
            key={address.device}
            day={day.name}
            spots={loaded.spots}
            wanted={address.day !== "" || (live.ready && !store.get(address.device))}
          />
        ) : null}
        <LetGo active={following} letGo={() => setAddress({ follow: "" })} />
        <MapTools points={everything}>
          {address.device ? (
            <div>
              <Tool
                icon="follow"
                label={t.map.follow}
                pressed={following}
                act={() => setAddress({ follow: following ? "" : "yes" })}
              />
            </div>
          ) : null}
        </MapTools>
        {loaded.spots.length ? (
          <div className="map-over">
            <Timeline
              key={`${address.device} ${day.name}`}
              day={day}
              stretches={loaded.stretches}
              spots={loaded.spots}
              atMs={atMs}
              restMs={restMs}
              look={look}
            />
          </div>
        ) : null}
        {live.trouble ? <Trouble kind={live.trouble} /> : null}
      </MapView>
    </div>
  );
}

function Trouble({ kind }: { kind: "lost" | "refused" }) {
  return (
    <p className="map-says badge bad" role="status">
      {t.map[kind]}
    </p>
  );
}
