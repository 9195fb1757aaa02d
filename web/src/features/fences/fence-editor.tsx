import { useState } from "react";
import { call } from "../../api/call";
import { ApiProblem } from "../../api/problem";
import type { GeofenceView, NewGeofence, Window } from "../../api/routes";
import { geometryOf, isWhole } from "../../map/area";
import { t } from "../../texts";
import { Button } from "../../ui/button";
import { Choice, Field, Form, type Values } from "../../ui/form";
import { Icon } from "../../ui/icon";
import { Pick as PickOne } from "../../ui/inputs";
import { useHeading } from "../../ui/page";
import { Calendar, OWN_ZONE, zoneOptions } from "../../ui/calendar";
import { ColourChoice } from "./colour-choice";
import { DeviceChoice } from "../../ui/device-choice";
import type { Drawn } from "./fence-sketch";
import { ShapeFields } from "./shape-fields";

interface Edited {
  /** null: a new one. */
  fence: GeofenceView | null;
  sketch: Drawn;
  saved: (fence: GeofenceView) => Promise<void>;
  close: () => void;
}

export function FenceEditor({ fence, sketch, saved, close }: Edited) {
  const title = fence ? t.fences.editTitle(fence.name) : t.fences.newTitle;
  const heading = useHeading(title);
  const [active, setActive] = useState<Window[]>(fence?.active ?? []);
  const [devices, setDevices] = useState<readonly string[]>(fence?.devices ?? []);
  const save = async (values: Values) => {
    const shape = sketch.now && isWhole(sketch.now) ? geometryOf(sketch.now) : null;
    const kept = fence !== null && !sketch.touched;
    if (!shape && !kept) throw new ApiProblem(0, "unfit", t.fences.incomplete, { field: "geometry" });
    const body = { ...bodyOf(values), active, devices: [...devices] };
    const geometry = shape as unknown as Shape;
    await saved(
      fence
        ? await call("PATCH /api/geofences/{id}", {
            path: { id: fence.id },
            body: { ...body, ...(kept ? {} : geometry), revision: fence.revision },
          })
        : await call("POST /api/geofences", { body: { ...body, ...geometry } }),
    );
  };
  return (
    <>
      <header>
        <Button look="plain" className="back" onClick={close}>
          <Icon name="back" size={18} />
          {t.fences.back}
        </Button>
      </header>
      <div className="side-scroll">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        <Form
          submit={save}
          label={t.actions.save}
          aside={
            <Button look="plain" onClick={close}>
              {t.actions.cancel}
            </Button>
          }
        >
          <Field name="name" label={t.fences.name} defaultValue={fence?.name} required maxLength={120} />
          <ShapeFields sketch={sketch} />
          <ColourChoice chosen={fence?.colour ?? ""} />
          <Rules fence={fence} />
          <DeviceChoice legend={t.fences.devices} chosen={devices} choose={setDevices} optional />
          <Calendar name="active" legend={t.fences.when} windows={active} change={setActive} />
          {active.length ? (
            <PickOne
              name="timezone"
              label={t.calendar.zone}
              options={zoneOptions(fence?.timezone ?? OWN_ZONE)}
              defaultValue={fence?.active.length ? fence.timezone : OWN_ZONE}
            />
          ) : null}
        </Form>
      </div>
    </>
  );
}

type Shape = Pick<NewGeofence, "geometry" | "radius_m" | "width_m">;

function Rules({ fence }: { fence: GeofenceView | null }) {
  const has = (kind: string) => fence?.alerts.includes(kind) ?? true;
  return (
    <fieldset>
      <legend className="legend">{t.fences.tells}</legend>
      <Choice name="enter" label={t.fences.enter} defaultChecked={has("enter")} />
      <Choice name="exit" label={t.fences.exit} defaultChecked={has("exit")} />
      <div className="fence-limits">
        <Field
          name="dwell_s"
          label={t.fences.dwell}
          type="number"
          min={1}
          step={1}
          inputMode="numeric"
          defaultValue={fence?.dwell_s ? Math.round(fence.dwell_s / 60) : ""}
        />
        <Field
          name="speed_limit_mps"
          label={t.fences.limit}
          type="number"
          min={1}
          step={1}
          inputMode="numeric"
          defaultValue={fence?.speed_limit_mps ? Math.round(fence.speed_limit_mps * 3.6) : ""}
        />
      </div>
    </fieldset>
  );
}

function bodyOf({ name = "", colour = "", timezone, enter, exit, dwell_s, speed_limit_mps }: Values) {
  const alerts = [...(enter ? (["enter"] as const) : []), ...(exit ? (["exit"] as const) : [])];
  return {
    name,
    colour,
    alerts,
    ...(timezone ? { timezone } : {}),
    dwell_s: dwell_s ? Number(dwell_s) * 60 : null,
    speed_limit_mps: speed_limit_mps ? Number(speed_limit_mps) / 3.6 : null,
  };
}
