import { ThingsLayer } from "../../map/things-layer";
import { MapTools, Tool } from "../../map/tools";
import { MapView } from "../../map/view";
import { t } from "../../texts";
import { Waiting } from "../../ui/list";
import { useHeading } from "../../ui/page";
import { useAddress } from "./address";
import { Chosen } from "./chosen";
import { DeviceList } from "./device-list";
import { Beginning, LetGo } from "./camera";
import { useLive } from "./use-live";
import "./tracking.css";

const NOTHING = { q: "", state: "", device: "", day: "", follow: "" };

/** Where everything is now; of the chosen device also where it has been. */
export default function MapPage() {
  const live = useLive();
  const [address, setAddress] = useAddress(NOTHING);
  const heading = useHeading(t.map.title);
  const pick = (device: string) => setAddress({ device, day: "" }, { push: true });
  const following = address.follow === "yes";
  const { store } = live;
  return (
    <div className="map-page">
      <div className="map-side">
        {address.device ? (
          <Chosen
            id={address.device}
            store={store}
            day={address.day}
            follow={following}
            change={setAddress}
            close={() => setAddress({ device: "", day: "", follow: "" }, { push: true })}
          />
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
      <MapView label={t.map.label} tiles={null} place="live">
        <ThingsLayer
          things={store}
          chosen={address.device || null}
          follow={following && !address.day}
          pick={pick}
        />
        <Beginning store={store} ready={live.ready} chosen={address.device} />
        <LetGo active={following} letGo={() => setAddress({ follow: "" })} />
        <MapTools points={() => store.points()}>
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
  );
}

function Trouble({ kind }: { kind: "lost" | "refused" }) {
  return (
    <p className="map-says badge bad" role="status">
      {t.map[kind]}
    </p>
  );
}
