import { call } from "../../api/call";
import type { DeviceWithSecret } from "../../api/routes";
import { t } from "../../texts";
import { Dialog } from "../../ui/dialog";
import { Field, Form, type Values } from "../../ui/form";
import { Pick } from "../../ui/inputs";
import { type Kind, KINDS } from "./kinds";

interface Made {
  made: (device: DeviceWithSecret) => Promise<void>;
  close: () => void;
}

export function NewDeviceForm({ made, close }: Made) {
  const enrol = async ({ name = "", kind = "phone" }: Values) =>
    made(await call("POST /api/devices", { body: { name, kind: kind as Kind } }));
  return (
    <Dialog title={t.devices.enrolTitle} onClose={close}>
      <Form submit={enrol} label={t.devices.go}>
        <Field
          name="name"
          label={t.devices.name}
          hint={t.devices.nameHint}
          required
          maxLength={120}
          autoFocus
        />
        <Pick name="kind" label={t.devices.kind} options={KINDS} defaultValue="phone" />
      </Form>
    </Dialog>
  );
}
