import type { GeofenceView } from "../../api/routes";
import { sketchOf } from "../../map/area";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Confirmed } from "../../ui/dialog";
import { saidOf } from "../../ui/calendar";
import { areaOf } from "../../map/fences";
import { lengthOf, speedOf } from "../../ui/measures";
import { Swatch } from "./swatch";

interface Listed {
  fences: readonly GeofenceView[];
  chosen: string;
  pick: (id: string) => void;
  edit: ((id: string) => void) | null;
  remove: (id: string) => Promise<void>;
}

export function FenceList({ fences, chosen, pick, edit, remove }: Listed) {
  return (
    <ul className="side-list">
      {fences.map((fence) => (
        <li key={fence.id} className={fence.id === chosen ? "side-item chosen" : "side-item"}>
          <button
            type="button"
            className="side-row"
            aria-expanded={fence.id === chosen}
            onClick={() => pick(fence.id === chosen ? "" : fence.id)}
          >
            <Swatch colour={fence.colour} />
            <span className="what">
              <span className="name">{fence.name}</span>
              <span className="about">{aboutOf(fence)}</span>
            </span>
          </button>
          {fence.id === chosen ? (
            <div className="side-more-of">
              <p>{ruleOf(fence)}</p>
              {edit ? (
                <div className="actions">
                  <Button
                    look="plain"
                    aria-label={t.fences.editNamed(fence.name)}
                    onClick={() => edit(fence.id)}
                  >
                    {t.fences.edit}
                  </Button>
                  <Confirmed
                    label={t.actions.remove}
                    name={t.fences.removeNamed(fence.name)}
                    title={t.fences.removeNamed(fence.name)}
                    about={t.fences.removeAbout}
                    confirm={t.actions.remove}
                    perform={() => remove(fence.id)}
                  />
                </div>
              ) : null}
            </div>
          ) : null}
        </li>
      ))}
    </ul>
  );
}

function aboutOf(fence: GeofenceView): string {
  const kind = sketchOf(areaOf(fence))?.kind;
  const size = fence.radius_m ?? fence.width_m;
  return [
    kind ? t.fences.kinds[kind] : t.fences.complex,
    size === null || size === undefined ? "" : lengthOf(size),
    saidOf(fence.active),
  ]
    .filter(Boolean)
    .join(" · ");
}

function ruleOf({ alerts, dwell_s, speed_limit_mps, devices }: GeofenceView): string {
  const told = [
    alerts.includes("enter") ? t.fences.enter : "",
    alerts.includes("exit") ? t.fences.exit : "",
    dwell_s ? t.fences.stays(Math.round(dwell_s / 60)) : "",
    speed_limit_mps ? t.fences.faster(speedOf(speed_limit_mps)) : "",
  ].filter(Boolean);
  const whom = devices.length ? t.fences.someCount(devices.length) : t.fences.anyDevice;
  return told.length ? t.fences.rule(whom, told) : t.fences.silent;
}
