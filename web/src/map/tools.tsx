import { t } from "../texts";
import { Icon, type IconName } from "../ui/icon";
import { boxOf, type LngLat } from "./shapes";
import { type Drawn, useMap } from "./view";

export function Tool({
  icon,
  label,
  act,
  pressed,
}: {
  icon: IconName;
  label: string;
  act: () => void;
  pressed?: boolean;
}) {
  return (
    <button
      type="button"
      className="map-tool"
      aria-label={label}
      aria-pressed={pressed}
      title={label}
      onClick={act}
    >
      <Icon name={icon} />
    </button>
  );
}

const ROOM = 60;

export function fit({ map }: Pick<Drawn, "map">, points: readonly LngLat[], animate = true): void {
  const box = boxOf(points);
  if (!box) return;
  // Below what lies over the map nobody sees anything.
  const over = map.getContainer().parentElement?.querySelector(".map-over")?.clientHeight ?? 0;
  const padding = { top: ROOM, left: ROOM, right: ROOM, bottom: ROOM + over };
  map.fitBounds(box, { padding, maxZoom: 15, duration: animate ? 500 : 0 });
}

/** Nearer, farther, and everything at once. */
export function MapTools({
  points,
  children,
}: {
  points: () => readonly LngLat[];
  children?: React.ReactNode;
}) {
  const drawn = useMap();
  return (
    <div className="map-tools">
      <div>
        <Tool icon="plus" label={t.map.nearer} act={() => drawn.map.zoomIn()} />
        <Tool icon="minus" label={t.map.farther} act={() => drawn.map.zoomOut()} />
      </div>
      <div>
        <Tool icon="fit" label={t.map.fit} act={() => fit(drawn, points())} />
      </div>
      {children}
    </div>
  );
}
