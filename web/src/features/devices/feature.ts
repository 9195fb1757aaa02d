import { t } from "../../texts";
import type { Feature } from "../../ui/feature";

export default {
  context: "device",
  pages: [
    {
      path: "/devices",
      scope: "device:read",
      load: () => import("./devices-page"),
      nav: { group: "tracking", order: 20, ...t.devices.nav, icon: "device" },
    },
    { path: "/devices/:id", scope: "device:read", load: () => import("./device-page") },
  ],
} satisfies Feature;
