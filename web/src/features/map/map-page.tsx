import { useQuery } from "@tanstack/react-query";
import { deviceQuery } from "../../api/devices";
import { AreasLayer } from "../../map/areas-layer";
import { Beginning, LetGo } from "../../map/camera";
import { useAreas } from "../../map/fences";
import { ThingsLayer } from "../../map/things-layer";
import { MapTools, Tool } from "../../map/tools";
import { MapView } from "../../map/view";
import { t } from "../../texts";
import { useAddress } from "../../ui/address";
import type { DayShown, Slots } from "../../ui/feature";
import { Waiting } from "../../ui/list";
import { useHeading } from "../../ui/page";
import { useParts } from "../../ui/slots";
import { Chosen } from "./chosen";
import { DeviceList } from "./device-list";
import { useLive } from "./use-live";
import "../../map/map-page.css";

const NOTHING = { q: "", state: "", device: "", day: "", at: "", follow: "" };

/** Where everything is now; of the chosen device also what the history knows. */
export default function MapPage() {
  const live = useLive();
  const [address, setAddress] = useAddress(NOTHING);
  const [Day = NoDay] = useParts("/map");
  const heading = useHeading(t.map.title);
  const pick = (device: string) => setAddress({ device, day: "", at: "" }, { push: true });
  const areas = useAreas();
  const following = address.follow === "yes";
  const { store } = live;
  const device = useQuery({ ...deviceQuery(address.device), enabled: address.device !== "" });
  const everything = (way: DayShown["way"]) => {
    const one = address.device ? store.get(address.device) : undefined;
    return address.device ? [...way, ...(one ? [one.at] : [])] : store.points();
  };
  return (
    <Day
      id={address.device}
      name={device.data?.name ?? ""}
      odometer_m={device.data?.odometer_m ?? null}
      address={address}
      change={setAddress}
      unseen={live.ready && !store.get(address.device)}
    >
      {({ panel, drawn, way, past }) => (
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
                {panel}
              </Chosen>
            ) : (
              <>
                <header>
                  <h1 ref={heading} tabIndex={-1}>
                    {t.map.title}
                  </h1>
                </header>
                {live.ready ? (
                  <DeviceList
                    store={store}
                    q={address.q}
                    state={address.state}
                    change={setAddress}
                    pick={pick}
                  />
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
              follow={following && !past}
              pick={pick}
            />
            <Beginning store={store} ready={live.ready} chosen={address.device} />
            {drawn}
            <LetGo active={following} letGo={() => setAddress({ follow: "" })} />
            <MapTools points={() => everything(way)}>
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
            {live.trouble ? <Trouble kind={live.trouble} /> : null}
          </MapView>
        </div>
      )}
    </Day>
  );
}

/** Without a history, a map is what is now. */
function NoDay({ children }: Slots["/map"]) {
  return children({ panel: null, drawn: null, way: [], past: false });
}

function Trouble({ kind }: { kind: "lost" | "refused" }) {
  return (
    <p className="map-says badge bad" role="status">
      {t.map[kind]}
    </p>
  );
}
